"""What went wrong on the way to a server, told so that a person can mend it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import urllib3

from provider.framework.diagnostics import Diagnostic, error

# How http.client tells what a proxy answered to CONNECT.
_TUNNEL = re.compile(r"Tunnel connection failed: (?P<status>\d{3}) ?(?P<words>[^'\"()]*)")

# The first row that fits counts.
_PLAIN: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ConnectionResetError, BrokenPipeError), "the other side closed the connection"),
    ((http.client.IncompleteRead,), "the answer broke off before its end"),
    ((http.client.HTTPException,), "what came is no HTTP"),
    ((requests.exceptions.ContentDecodingError,), "the answer is compressed, and broken"),
    (
        (UnicodeError, requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError),
        "the host in its URL is malformed",
    ),
)

# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH; _CERT_NOT_YET_VALID and _CERT_HAS_EXPIRED.
_OTHER_NAME = (62, 64)
_OUTSIDE_VALIDITY = (9, 10)

_Kind = TypeVar("_Kind", bound=BaseException)


def describe(
    cause: requests.RequestException | urllib3.exceptions.HTTPError,
    url: str,
    *,
    trust: str,
    proxy: str | None,
    seconds: float,
) -> Diagnostic:
    """Return the error for a request to `url` that got no answer.

    `trust` says in words where the trusted authorities come from, `proxy` is host:port of the proxy that was used, if
    any, `seconds` how long it took to fail.
    """
    place = _place(url)
    chain = list(_chain(cause))
    through = f" through the proxy {proxy}" if proxy else ""

    if isinstance(cause, requests.exceptions.TooManyRedirects):
        return error(
            f"Too many redirects from {place}",
            f"{place} redirects more often than client_options.max_redirects allows. Check authority_url and "
            "graph_url.",
        )
    if _first(chain, urllib3.exceptions.ProxyError):
        return _proxy(chain, place, proxy or "the proxy")
    certificate = _first(chain, ssl.SSLCertVerificationError)
    if certificate and certificate.verify_code in _OTHER_NAME:
        return error(
            f"The TLS certificate of {place} is for another name",
            f"The certificate that {place} shows{through} is for another: {certificate.verify_message.rstrip('.')}. "
            "Check authority_url and graph_url if they are set; a proxy or firewall may answer in its place. "
            "ca_certificate_file and REQUESTS_CA_BUNDLE do not mend this.",
        )
    if certificate and certificate.verify_code in _OUTSIDE_VALIDITY:
        return error(
            f"The TLS certificate of {place} is outside its validity",
            f"The certificate that {place} shows{through} was refused: {certificate.verify_message.rstrip('.')}. Check "
            "this machine's clock; if it is right, whoever runs the server, or the proxy or firewall before it, must "
            "renew the certificate. ca_certificate_file and REQUESTS_CA_BUNDLE do not mend this.",
        )
    if certificate:
        return error(
            f"The TLS certificate of {place} is not trusted",
            f"The certificate that {place} shows{through} was refused: {certificate.verify_message}. Trusted are the "
            f"authorities of {trust}. Where a proxy or firewall opens TLS connections, or the server has a private "
            "authority, put that authority's certificate (PEM) into a file and name it in "
            "client_options.ca_certificate_file or in M365_CA_CERTIFICATE_FILE (REQUESTS_CA_BUNDLE counts too).",
        )
    if failed := _first(chain, ssl.SSLError):
        return error(
            f"No TLS connection to {place}",
            f"The TLS handshake with {place}{through} failed: {_words(failed)}. Check that the address and port are "
            "those of an HTTPS server, and that no proxy or firewall stands between (proxy_url; ca_certificate_file "
            "and REQUESTS_CA_BUNDLE name the authorities to trust).",
        )
    if _first(chain, urllib3.exceptions.NameResolutionError, socket.gaierror):
        return error(
            f"The name of {place} cannot be resolved",
            f"No address was found for {place}. Check the network and its DNS, the setting `cloud`, and authority_url "
            "and graph_url if they are set. Where only a proxy reaches the internet, set client_options.use_proxy and "
            "proxy_url, or HTTPS_PROXY.",
        )
    if _first(chain, ConnectionRefusedError):
        return error(
            f"{place} refuses connections",
            f"Nothing accepts connections at {place}. Check authority_url and graph_url if they are set, and whether "
            "a firewall stands between.",
        )
    if isinstance(cause, requests.Timeout) or _first(chain, TimeoutError):
        return error(
            f"{place} does not answer in time",
            f"No answer from {place}{through} within {seconds:g} s. Check the network; where only a proxy reaches the "
            "internet, set client_options.use_proxy and proxy_url, or HTTPS_PROXY. A connection is "
            "given up after 30 s at most, an answer after client_options.timeout_seconds.",
        )
    return error(
        f"The connection to {place} failed", f"The request to {place}{through} got no answer: {_plain(chain)}."
    )


def _first(chain: list[BaseException], *kinds: type[_Kind]) -> _Kind | None:
    return next((each for each in chain if isinstance(each, kinds)), None)


def _proxy(chain: list[BaseException], place: str, proxy: str) -> Diagnostic:
    answered = next((found for e in chain if (found := _TUNNEL.search(str(e)))), None)
    certificate = _first(chain, ssl.SSLCertVerificationError)
    if answered and answered["status"] == "407":
        why = "It asks for credentials (407). Set or correct client_options.proxy_username and proxy_password"
    elif answered:
        why = f"It answered with status {answered['status']} {answered['words']}".strip()
        why += ". Check that it allows this address"
    elif certificate:
        why = (
            f"Its own TLS certificate was refused: {certificate.verify_message}. Name the authority that issued it in "
            "client_options.ca_certificate_file"
        )
    elif _first(chain, urllib3.exceptions.NameResolutionError, socket.gaierror):
        why = "Its name cannot be resolved"
    elif _first(chain, ConnectionRefusedError):
        why = "It refuses connections"
    elif _first(chain, TimeoutError, urllib3.exceptions.ConnectTimeoutError):
        why = "It does not answer in time"
    else:
        why = f"The connection to it failed: {_plain(chain)}"
    return error(
        f"The proxy {proxy} does not let requests through",
        f"{place} was to be reached through the proxy {proxy}. {why}. Check client_options.proxy_url, or the "
        "variables HTTPS_PROXY and NO_PROXY.",
    )


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _chain(error_: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything that it was raised from or wraps, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error_]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]


def _plain(chain: list[BaseException]) -> str:
    for kinds, words in _PLAIN:
        if any(isinstance(e, kinds) for e in chain):
            return words
    return _words(chain[-1])


def _words(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLError) and cause.reason:
        # The rest names OpenSSL's source files.
        return cause.reason.replace("_", " ").lower()
    return getattr(cause, "strerror", None) or getattr(cause, "reason", None) or type(cause).__name__
