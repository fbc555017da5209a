"""The HTTP session that signing in and Graph share."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import getproxies

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_auth_from_url, get_environ_proxies, select_proxy

from provider import __version__
from provider.config.settings import Settings
from provider.framework.diagnostics import Failure, error
from provider.network import failures, trust

_log = logging.getLogger(__name__)

_DEFAULT_SECONDS = 300
_LONGEST_CONNECT = 30
# The system's own limit of a wait is about 24 days.
_LONGEST = 7 * 24 * 3600
# Terraform can run any number of operations at once; connections beyond this are closed after use.
_CONNECTIONS = 64


class Session:
    """Sends requests as the settings say; used by many threads at once.

    The settings win over everything that `requests` reads by itself: no `.netrc`, no variable replaces the trust.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str], terraform_version: str) -> None:
        """Prepare connections; raise Failure where the authorities to trust cannot be loaded."""
        options = settings.client_options
        self._trust = trust.load(settings, environment)
        self._seconds = min(options.timeout_seconds or _DEFAULT_SECONDS, _LONGEST)
        self._connect_seconds = min(self._seconds, _LONGEST_CONNECT)
        self._proxy = _own_proxy(settings)
        self._redirects = options.enable_redirect
        self._show_headers = options.enable_headers_inspection
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = options.max_redirects
        adapter = _Adapter(self._trust)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        agent = f"terraform-provider-microsoft365/{__version__} Terraform/{terraform_version or 'unknown'}"
        self._session.headers["User-Agent"] = (
            f"{options.custom_user_agent} {agent}" if options.custom_user_agent else agent
        )
        self._session.headers["Accept-Encoding"] = "gzip, deflate" if options.enable_compression else "identity"

    def request(self, method: str, url: str, *, redirects: bool = True, **options: Any) -> requests.Response:
        """Send a request and return the answer, whatever its status; raise Failure where none came.

        Redirects are followed as the settings say, unless `redirects` is false. `options` are those of
        `requests.Session.request`: params, data, json, headers.
        """
        proxies = self._proxies(url)
        begin = monotonic()
        try:
            answer = self._session.request(
                method,
                url,
                timeout=(self._connect_seconds, self._seconds),
                allow_redirects=self._redirects and redirects,
                proxies=proxies,
                **options,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError) as cause:
            # Where the answer was a redirect, it is the next server that failed.
            failed = getattr(cause, "request", None)
            failed_url = failed.url if failed is not None and failed.url else url
            proxy = select_proxy(failed_url, proxies)
            raise Failure(
                failures.describe(
                    cause,
                    failed_url,
                    trust=self._trust.origin,
                    proxy=_without_user(proxy) if proxy else None,
                    seconds=round(monotonic() - begin),
                )
            ) from None
        _log.debug(
            "%s %s: %s in %.3f s", method, _without_query(url), answer.status_code, answer.elapsed.total_seconds()
        )
        if self._show_headers:
            _log.debug("request headers: %s, answer headers: %s", dict(answer.request.headers), dict(answer.headers))
        return answer

    def _proxies(self, url: str) -> dict[str, str]:
        if self._proxy is not None:
            return {"http": self._proxy, "https": self._proxy}
        return dict(get_environ_proxies(url))


class _Adapter(HTTPAdapter):
    """Connections with the context of our own trust."""

    def __init__(self, own: trust.Trust) -> None:
        self._own = own
        super().__init__(pool_connections=8, pool_maxsize=_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._own.context, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        # The second context is for a proxy that is itself reached by TLS.
        own = self._own.context
        return super().proxy_manager_for(proxy, ssl_context=own, proxy_ssl_context=own, **options)

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        # RFC 7617 with UTF-8: requests fails where a password holds more than Latin-1.
        user, password = get_auth_from_url(proxy)
        if not user:
            return {}
        return {"Proxy-Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the verification to the context: requests would load a bundle of its own beside it."""


def _own_proxy(settings: Settings) -> str | None:
    options = settings.client_options
    if not options.use_proxy:
        return None
    if options.proxy_url is None:
        if getproxies():
            return None
        problem = error(
            "The proxy is not named",
            "use_proxy is set, but neither proxy_url nor the environment (HTTPS_PROXY) names a proxy. Set "
            "client_options.proxy_url or M365_PROXY_URL, or remove use_proxy.",
        )
        raise Failure(settings.place(problem, "client_options", "use_proxy"))
    parts = urlsplit(options.proxy_url)
    if options.proxy_username is None:
        return options.proxy_url
    # The colon stands also where there is no password: requests drops a user without one.
    user = f"{quote(options.proxy_username, safe='')}:{quote(options.proxy_password or '', safe='')}"
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


def _without_user(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2] or url


def _without_query(url: str) -> str:
    return url.partition("?")[0]
