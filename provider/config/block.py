"""The provider block: one row for each setting, with the variables that fill it and its default.

The rule of this table: what a setting is called, which variables it has and in which order they count is said here
and nowhere else. The schema, the merge and the documentation follow from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provider.framework.paths import Path
from provider.framework.rules import between, guid, guid_or_domain, matching, one_of, url
from provider.framework.schema import (
    Attribute,
    Kind,
    Nested,
    Schema,
    boolean,
    integer,
    list_of,
    optional,
    single,
    string,
)

AUTH_METHODS = (
    "client_certificate",
    "client_secret",
    "workload_identity",
    "managed_identity",
    "oidc",
    "oidc_github",
    "oidc_azure_devops",
    "azure_cli",
    "azure_developer_cli",
    "device_code",
    "interactive_browser",
    "username_password",
)
CLOUDS = ("public", "gcc", "gcchigh", "dod", "china", "ex", "rx")

# The names that Azure's own tools write into AZURE_CLOUD.
AZURE_CLOUDS = {
    "AzureCloud": "public",
    "AzurePublicCloud": "public",
    "AzureUSGovernment": "gcchigh",
    "AzureChinaCloud": "china",
}

_IDENTITY = matching(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]+",
    "be a client id (a GUID) or the resource id of a user-assigned identity",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: an attribute, its default, and the variables that fill it where it is null: the first non-empty one."""

    attribute: Attribute
    variables: tuple[str, ...]
    default: Any = None


def _setting(
    kind: Kind,
    about: str,
    *variables: str,
    default: Any = None,
    sensitive: bool = False,
    in_effect: bool = True,
) -> Setting:
    names = " or ".join(f"`{v}`" for v in variables)
    shown = str(default).lower() if isinstance(default, bool) else default
    text = f"{about} Environment: {names}." + ("" if default is None else f" Default: `{shown}`.")
    if not in_effect:
        text += " Accepted, and without effect in this version."
    return Setting(optional(kind, text, sensitive=sensitive), variables, default)


TOP = {
    "cloud": _setting(
        string(one_of(*CLOUDS)),
        "The national cloud that the tenant lives in. GCC tenants (not GCC High) live on the worldwide endpoints.",
        "M365_CLOUD",
        "AZURE_CLOUD",
        default="public",
    ),
    "tenant_id": _setting(
        string(guid_or_domain()),
        "The tenant: its id, or one of its verified domain names.",
        "M365_TENANT_ID",
        sensitive=True,
    ),
    "auth_method": _setting(
        string(one_of(*AUTH_METHODS)),
        f"How the provider signs in: {', '.join(f'`{m}`' for m in AUTH_METHODS)}.",
        "M365_AUTH_METHOD",
    ),
    "telemetry_optout": _setting(
        boolean(),
        "Kept for existing configurations: this provider sends no telemetry.",
        "M365_TELEMETRY_OPTOUT",
        default=False,
    ),
    "debug_mode": _setting(
        boolean(),
        "Kept for existing configurations: the log follows `TF_LOG` and `TF_LOG_PROVIDER`.",
        "M365_DEBUG_MODE",
        default=False,
    ),
}

ENTRA_ID = {
    "client_id": _setting(
        string(guid()), "The application (client) id of the app registration.", "M365_CLIENT_ID", sensitive=True
    ),
    "client_secret": _setting(
        string(), "A client secret of the app registration.", "M365_CLIENT_SECRET", sensitive=True
    ),
    "client_certificate": _setting(
        string(),
        "The path of the client certificate with its private key: a PKCS#12 file (`.pfx`, `.p12`) or a PEM file. "
        "A relative path starts at the working directory.",
        "M365_CLIENT_CERTIFICATE_FILE_PATH",
        sensitive=True,
    ),
    "client_certificate_data": _setting(
        string(),
        "The client certificate with its private key itself, in place of a path: base64 of a PKCS#12 file, or PEM "
        "text.",
        "M365_CLIENT_CERTIFICATE_DATA",
        "M365_CLIENT_CERTIFICATE",
        sensitive=True,
    ),
    "client_certificate_password": _setting(
        string(),
        "The password of the client certificate. One that the certificate does not need is no error.",
        "M365_CLIENT_CERTIFICATE_PASSWORD",
        sensitive=True,
    ),
    "send_certificate_chain": _setting(
        boolean(),
        "Send the certificate's chain with the sign-in, for applications that trust a subject name and issuer (SNI).",
        "M365_SEND_CERTIFICATE_CHAIN",
    ),
    "username": _setting(string(), "The user name for `username_password`.", "M365_USERNAME"),
    "password": _setting(string(), "The password for `username_password`.", "M365_PASSWORD", sensitive=True),
    "redirect_url": _setting(
        string(url()), "The redirect URL for `interactive_browser`.", "M365_REDIRECT_URI", "M365_REDIRECT_URL"
    ),
    "disable_instance_discovery": _setting(
        boolean(),
        "Kept for existing configurations: the authority is one of the known clouds' or the one of `authority_url`, "
        "and this provider never asks Microsoft whether it is known.",
        "M365_DISABLE_INSTANCE_DISCOVERY",
    ),
    "additionally_allowed_tenants": _setting(
        list_of(string()),
        "Further tenants for which tokens may be asked; `*` for any. In the variable they are separated by commas.",
        "M365_ADDITIONALLY_ALLOWED_TENANTS",
        in_effect=False,
    ),
    "federated_token_file_path": _setting(
        string(),
        "The path of the federated token for `workload_identity`.",
        "M365_FEDERATED_TOKEN_FILE",
        "AZURE_FEDERATED_TOKEN_FILE",
    ),
    "managed_identity_id": _setting(
        string(_IDENTITY),
        "The user-assigned identity for `managed_identity`: its client id or its resource id.",
        "M365_MANAGED_IDENTITY_ID",
        "AZURE_CLIENT_ID",
    ),
    "oidc_token_file_path": _setting(
        string(), "The path of the identity token for `oidc`.", "M365_OIDC_TOKEN_FILE_PATH"
    ),
    "oidc_request_token": _setting(
        string(),
        "The token with which an identity token is asked for.",
        "M365_OIDC_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        sensitive=True,
    ),
    "oidc_request_url": _setting(
        string(url()),
        "The URL at which an identity token is asked for.",
        "M365_OIDC_REQUEST_URL",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
    ),
    "oidc_audience": _setting(
        string(), "The audience of the identity token.", "M365_OIDC_AUDIENCE", default="api://AzureADTokenExchange"
    ),
    "ado_service_connection_id": _setting(
        string(),
        "The service connection for `oidc_azure_devops`.",
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    ),
}

CLIENT = {
    "enable_headers_inspection": _setting(
        boolean(),
        "Write the headers of requests and answers to the log.",
        "M365_ENABLE_HEADERS_INSPECTION",
        default=False,
    ),
    "enable_retry": _setting(
        boolean(),
        "Repeat requests that failed for a passing reason.",
        "M365_ENABLE_RETRY",
        default=True,
        in_effect=False,
    ),
    "max_retries": _setting(
        integer(between(0)), "How often a request is repeated.", "M365_MAX_RETRIES", default=3, in_effect=False
    ),
    "retry_delay_seconds": _setting(
        integer(between(0)),
        "The first pause between two tries, in seconds.",
        "M365_RETRY_DELAY_SECONDS",
        default=5,
        in_effect=False,
    ),
    "enable_redirect": _setting(boolean(), "Follow redirects.", "M365_ENABLE_REDIRECT", default=True),
    "max_redirects": _setting(integer(between(0)), "How many redirects are followed.", "M365_MAX_REDIRECTS", default=5),
    "enable_compression": _setting(boolean(), "Ask for compressed answers.", "M365_ENABLE_COMPRESSION", default=True),
    "custom_user_agent": _setting(
        string(matching(r"[\x21-\x7e][\x20-\x7e]*", "be printable ASCII text that begins with no blank")),
        "Stands first in the user agent of each request.",
        "M365_CUSTOM_USER_AGENT",
    ),
    "use_proxy": _setting(
        boolean(),
        "Go through the proxy of `proxy_url`, or, where that is not set, of the environment (`HTTPS_PROXY`).",
        "M365_USE_PROXY",
        default=False,
    ),
    "proxy_url": _setting(string(url()), "The proxy.", "M365_PROXY_URL"),
    "proxy_username": _setting(string(), "The user name for the proxy.", "M365_PROXY_USERNAME"),
    "proxy_password": _setting(string(), "The password for the proxy.", "M365_PROXY_PASSWORD", sensitive=True),
    "timeout_seconds": _setting(
        integer(between(0)),
        "How long to wait for each part of an answer, in seconds; 0 means the default.",
        "M365_TIMEOUT_SECONDS",
        default=300,
    ),
    "enable_chaos": _setting(
        boolean(),
        "Let some requests fail on purpose, to try out a configuration's patience.",
        "M365_ENABLE_CHAOS",
        default=False,
        in_effect=False,
    ),
    "chaos_percentage": _setting(
        integer(between(0, 100)),
        "How many of a hundred requests fail on purpose.",
        "M365_CHAOS_PERCENTAGE",
        default=10,
        in_effect=False,
    ),
    "chaos_status_code": _setting(
        integer(between(0, 599)),
        "The status of requests that fail on purpose; where it is not set, a random one of 429, 500, 502, 503 and 504.",
        "M365_CHAOS_STATUS_CODE",
        in_effect=False,
    ),
    "chaos_status_message": _setting(
        string(), "The message of requests that fail on purpose.", "M365_CHAOS_STATUS_MESSAGE", in_effect=False
    ),
    "authority_url": _setting(
        string(url("https")),
        "The token service, in place of the cloud's: the URL before the tenant.",
        "M365_AUTHORITY_URL",
    ),
    "graph_url": _setting(
        string(url("https")), "Microsoft Graph, in place of the cloud's: the URL before the version.", "M365_GRAPH_URL"
    ),
    "graph_audience": _setting(
        string(url()),
        "What the token is asked for, where a gateway stands before Microsoft Graph; else the cloud's Graph.",
        "M365_GRAPH_AUDIENCE",
    ),
    "ca_certificate_file": _setting(
        string(),
        "A PEM file of certificate authorities to trust, in place of the system's. Where neither it nor its variable "
        "is set, `REQUESTS_CA_BUNDLE` counts, then `SSL_CERT_FILE` and `SSL_CERT_DIR`, then the system's own.",
        "M365_CA_CERTIFICATE_FILE",
    ),
}

GROUPS = {"entra_id_options": ENTRA_ID, "client_options": CLIENT}


def settings() -> Iterator[tuple[Path, Setting]]:
    """Yield each setting with its path in the block."""
    for name, setting in TOP.items():
        yield (name,), setting
    for group, rows in GROUPS.items():
        for name, setting in rows.items():
            yield (group, name), setting


def _nested(rows: Mapping[str, Setting]) -> Nested:
    return single({name: setting.attribute for name, setting in rows.items()})


SCHEMA = Schema(
    about="Manages Microsoft 365 through Microsoft Graph.",
    attributes={
        **{name: setting.attribute for name, setting in TOP.items()},
        "entra_id_options": optional(_nested(ENTRA_ID), "What signing in to Entra ID takes."),
        "client_options": optional(
            _nested(CLIENT),
            "How requests are sent. The variables of these options count also where they are not written.",
        ),
    },
)
