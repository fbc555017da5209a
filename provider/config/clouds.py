"""The national clouds, and where the provider goes from the settings.

Sources: Microsoft Graph's page "National cloud deployments", Entra's page "National clouds".
"""

from __future__ import annotations

from dataclasses import dataclass

from provider.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to sign in and where Graph is, without a slash at the end.

    `authority` is the URL before the tenant, `graph` the one before the version, `scope` what the token is asked for.
    """

    authority: str
    graph: str
    scope: str


@dataclass(frozen=True, slots=True)
class _Cloud:
    authority: str
    graph: str


_WORLDWIDE = _Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com")
_CLOUDS = {
    "public": _WORLDWIDE,
    "gcc": _WORLDWIDE,
    "gcchigh": _Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "dod": _Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": _Cloud("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
    "ex": _Cloud("https://login.microsoftonline.eaglex.ic.gov", "https://graph.eaglex.ic.gov"),
    "rx": _Cloud("https://login.microsoftonline.microsoft.scloud", "https://graph.microsoft.scloud"),
}


def endpoints(settings: Settings) -> Endpoints:
    """Return where the provider goes: the cloud's endpoints, or those that the settings give in their place."""
    cloud = _CLOUDS[settings.cloud]
    options = settings.client_options
    audience = options.graph_audience or cloud.graph
    return Endpoints(
        authority=(options.authority_url or cloud.authority).rstrip("/"),
        graph=(options.graph_url or cloud.graph).rstrip("/"),
        scope=f"{audience.rstrip('/')}/.default",
    )
