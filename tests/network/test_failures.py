"""A request that gets no answer: which of the many reasons it was, with host and port, and what to do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from provider.config.settings import merge
from provider.framework.diagnostics import Diagnostic, Failure, Severity
from provider.network.session import Session
from tests.network.servers import Answer, authority, closed_port, never_accepting, proxy, raw, serve

OURS = authority("failures")


@dataclass(frozen=True, slots=True)
class Case:
    """A URL and the options with which it cannot be reached, and what must be said of it."""

    url: str
    says: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)


def failure(url: str, method: str = "GET", **options: Any) -> Diagnostic:
    session = Session(merge({"client_options": {"timeout_seconds": 1, **options}}, {}), {}, "1.11.4")
    with pytest.raises(Failure) as caught:
        session.request(method, url)
    (found,) = caught.value.diagnostics
    assert found.severity is Severity.ERROR
    assert found.path is None
    return found


def place(url: str) -> str:
    return url.partition("//")[2].partition("/")[0]


@contextlib.contextmanager
def unknown_name(_folder: Path) -> Iterator[Case]:
    yield Case(
        "https://nowhere.invalid/x",
        ("The name of nowhere.invalid:443 cannot be resolved", "`cloud`", "authority_url", "graph_url", "HTTPS_PROXY"),
    )


@contextlib.contextmanager
def refused(_folder: Path) -> Iterator[Case]:
    at = f"127.0.0.1:{closed_port()}"
    yield Case(f"https://{at}/x", (f"{at} refuses connections", "authority_url and graph_url", "firewall"))


@contextlib.contextmanager
def not_trusted(folder: Path) -> Iterator[Case]:
    with serve(tls=OURS, folder=folder) as server:
        yield Case(
            server.url,
            (
                f"The TLS certificate of {server.place} is not trusted",
                "unable to get local issuer certificate",
                "the system's trust store",
                "client_options.ca_certificate_file",
                "M365_CA_CERTIFICATE_FILE",
                "REQUESTS_CA_BUNDLE",
            ),
        )


@contextlib.contextmanager
def trusted_for_another_name(folder: Path) -> Iterator[Case]:
    other = authority("other name", "other.example")
    ca = other.write_ca(folder)
    with serve(tls=other, folder=folder) as server:
        yield Case(
            server.url,
            (f"The TLS certificate of {server.place} is for another name", "IP address mismatch", "graph_url"),
            {"ca_certificate_file": str(ca)},
        )


@contextlib.contextmanager
def tls_to_a_plain_port(_folder: Path) -> Iterator[Case]:
    with serve() as server:
        yield Case(
            server.url.replace("http", "https"),
            (f"No TLS connection to {server.place}", "HTTPS server", "ca_certificate_file", "REQUESTS_CA_BUNDLE"),
        )


@contextlib.contextmanager
def slow_to_connect(_folder: Path) -> Iterator[Case]:
    with never_accepting() as server:
        yield Case(server.url, (f"{server.place} does not answer in time", "within 1 s", "timeout_seconds"))


def replying(reply: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(reply)

    return behave


@contextlib.contextmanager
def silent(first: Callable[[socket.socket], Any]) -> Iterator[str]:
    over = threading.Event()

    def behave(connection: socket.socket) -> None:
        first(connection)
        over.wait(10)

    with raw(behave) as server:
        yield server.url
        over.set()


@contextlib.contextmanager
def slow_to_answer(_folder: Path) -> Iterator[Case]:
    with silent(lambda c: c.recv(1000)) as url:
        yield Case(url, (f"{place(url)} does not answer in time", "within 1 s", "timeout_seconds"))


@contextlib.contextmanager
def slow_in_the_middle_of_an_answer(_folder: Path) -> Iterator[Case]:
    with silent(replying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")) as url:
        yield Case(url, (f"{place(url)} does not answer in time", "within 1 s"))


@contextlib.contextmanager
def slow_in_the_handshake(_folder: Path) -> Iterator[Case]:
    with silent(lambda c: c.recv(1000)) as url:
        yield Case(url.replace("http", "https"), (f"{place(url)} does not answer in time", "within 1 s"))


def broken(reply: bytes, words: str) -> Callable[[Path], contextlib.AbstractContextManager[Case]]:
    @contextlib.contextmanager
    def case(_folder: Path) -> Iterator[Case]:
        with raw(replying(reply)) as server:
            yield Case(server.url, (f"The connection to {server.place} failed", words))

    return case


@contextlib.contextmanager
def too_many_redirects(_folder: Path) -> Iterator[Case]:
    with serve(Answer(302, {"Location": "/again"})) as server:
        yield Case(
            server.url,
            (f"Too many redirects from {server.place}", "client_options.max_redirects"),
            {"max_redirects": 2},
        )
        assert len(server.requests) == 3


@contextlib.contextmanager
def redirected_to_where_nothing_is(_folder: Path) -> Iterator[Case]:
    at = f"127.0.0.1:{closed_port()}"
    with serve(Answer(307, {"Location": f"http://{at}/"})) as server:
        yield Case(server.url, (f"{at} refuses connections",))


# Proxies


@contextlib.contextmanager
def proxy_refuses_connections(_folder: Path) -> Iterator[Case]:
    at = f"127.0.0.1:{closed_port()}"
    yield Case(
        "https://graph.invalid/x",
        (f"The proxy {at} does not let requests through", "graph.invalid:443", "It refuses connections", "proxy_url"),
        {"use_proxy": True, "proxy_url": f"http://{at}"},
    )


@contextlib.contextmanager
def proxy_of_an_unknown_name(_folder: Path) -> Iterator[Case]:
    yield Case(
        "https://graph.invalid/x",
        ("The proxy proxy.invalid:3128", "graph.invalid:443", "Its name cannot be resolved", "HTTPS_PROXY"),
        {"use_proxy": True, "proxy_url": "http://someone:pa55word@proxy.invalid:3128"},
    )


@contextlib.contextmanager
def proxy_asks_for_credentials(_folder: Path) -> Iterator[Case]:
    with proxy("someone:pa55word") as server:
        yield Case(
            "https://graph.invalid/x",
            (f"The proxy {server.place}", "asks for credentials (407)", "proxy_username and proxy_password"),
            {"use_proxy": True, "proxy_url": server.url, "proxy_username": "someone", "proxy_password": "wr0ngword"},
        )


@contextlib.contextmanager
def proxy_does_not_allow_the_address(_folder: Path) -> Iterator[Case]:
    """The port holds the digits of 407, and that is all that they are."""
    reply = b"HTTP/1.1 403 Not for you\r\n\r\n"
    with raw(replying(reply)) as server:
        yield Case(
            "https://graph.invalid:4407/x",
            (f"The proxy {server.place}", "graph.invalid:4407", "answered with status 403 Not for you. Check that it"),
            {"use_proxy": True, "proxy_url": server.url},
        )


@contextlib.contextmanager
def proxy_is_slow(_folder: Path) -> Iterator[Case]:
    with never_accepting() as server:
        yield Case(
            "https://graph.invalid/x",
            (f"The proxy {server.place}", "It does not answer in time"),
            {"use_proxy": True, "proxy_url": server.url},
        )


@contextlib.contextmanager
def proxy_with_tls_is_not_trusted(folder: Path) -> Iterator[Case]:
    with proxy(tls=OURS, folder=folder) as server:
        yield Case(
            "https://graph.invalid/x",
            (f"The proxy {server.place}", "Its own TLS certificate was refused", "client_options.ca_certificate_file"),
            {"use_proxy": True, "proxy_url": server.url},
        )


@contextlib.contextmanager
def not_trusted_through_a_proxy(folder: Path) -> Iterator[Case]:
    with serve(tls=OURS, folder=folder) as server, proxy() as between:
        yield Case(
            server.url,
            (f"The TLS certificate of {server.place} is not trusted", f"through the proxy {between.place}"),
            {"use_proxy": True, "proxy_url": between.url},
        )


CASES: dict[str, Callable[[Path], contextlib.AbstractContextManager[Case]]] = {
    "unknown name": unknown_name,
    "refused": refused,
    "not trusted": not_trusted,
    "trusted for another name": trusted_for_another_name,
    "TLS to a plain port": tls_to_a_plain_port,
    "slow to connect": slow_to_connect,
    "slow to answer": slow_to_answer,
    "slow in the middle of an answer": slow_in_the_middle_of_an_answer,
    "slow in the handshake": slow_in_the_handshake,
    "closed without an answer": broken(b"", "the other side closed the connection"),
    "broken off": broken(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "broke off before its end"),
    "no HTTP": broken(b"220 mail.example ESMTP\r\n", "what came is no HTTP"),
    "compressed and broken": broken(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "the answer is compressed"
    ),
    "too many redirects": too_many_redirects,
    "redirected to where nothing is": redirected_to_where_nothing_is,
    "proxy refuses connections": proxy_refuses_connections,
    "proxy of an unknown name": proxy_of_an_unknown_name,
    "proxy asks for credentials": proxy_asks_for_credentials,
    "proxy does not allow the address": proxy_does_not_allow_the_address,
    "proxy is slow": proxy_is_slow,
    "proxy with TLS is not trusted": proxy_with_tls_is_not_trusted,
    "not trusted through a proxy": not_trusted_through_a_proxy,
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_told(name: str, tmp_path: Path) -> None:
    with CASES[name](tmp_path) as case:
        found = failure(case.url, **case.options)

    said = f"{found.summary}\n{found.detail}"
    for words in case.says:
        assert words in said
    assert "pa55word" not in said
    assert "wr0ngword" not in said
    # Nothing of the inside of libraries.
    assert not any(word in said for word in ("Pool(", "object at 0x", "Error(", "Max retries"))


MALFORMED_HOSTS = ["https://" + "a" * 64 + ".example/", "https://a..example/", "https://.example/", "https://*/"]


@pytest.mark.parametrize("url", MALFORMED_HOSTS)
def test_a_host_that_can_be_none(url: str) -> None:
    assert place(url) in failure(url).summary


def test_a_port_that_the_url_does_not_name() -> None:
    assert "nowhere.invalid:80 " in failure("http://nowhere.invalid").summary
    assert "nowhere.invalid:443 " in failure("https://nowhere.invalid").summary


@pytest.mark.parametrize("seconds", [10**6, 10**12, 2**63 - 1])
def test_a_time_limit_beyond_all_clocks(seconds: int) -> None:
    url = f"http://127.0.0.1:{closed_port()}"

    assert "refuses connections" in failure(url, timeout_seconds=seconds).summary
    with serve() as server:
        session = Session(merge({"client_options": {"timeout_seconds": seconds}}, {}), {}, "")
        assert session.request("GET", server.url).status_code == 200


def test_one_proxy_of_the_environment_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"127.0.0.1:{closed_port()}"
    monkeypatch.setenv("ALL_PROXY", f"http://someone:pa55word@{at}")

    found = failure("https://graph.invalid")

    assert found.summary == f"The proxy {at} does not let requests through"
    assert "pa55word" not in found.detail
