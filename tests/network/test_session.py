"""What goes over the wire, as the settings say and as nothing else says."""

from __future__ import annotations

import gzip
import logging
import threading
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from provider import __version__
from provider.config.settings import merge
from provider.framework.diagnostics import Failure
from provider.framework.redaction import redact
from provider.network.session import Session
from tests.network.servers import Answer, Seen, Server, authority, closed_port, proxy, serve

OURS = authority("session")


def session(*, version: str = "1.11.4", **options: Any) -> Session:
    return Session(merge({"client_options": {"timeout_seconds": 5, **options}}, {}), {}, version)


def test_a_request_arrives_as_it_was_given() -> None:
    with serve(Answer(201, {"X-Answer": "yes"}, b'{"a": 1}')) as server:
        answer = session().request(
            "POST", f"{server.url}/path?x=1", params={"y": "ä"}, data={"form": "a b"}, headers={"X-Given": "g"}
        )

    (seen,) = server.requests
    assert (seen.method, seen.path, seen.body) == ("POST", "/path?x=1&y=%C3%A4", b"form=a+b")
    assert seen.headers["X-Given"] == "g"
    assert (answer.status_code, answer.headers["X-Answer"], answer.json()) == (201, "yes", {"a": 1})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_an_answer_is_an_answer_whatever_its_status(status: int) -> None:
    with serve(Answer(status)) as server:
        assert session().request("GET", server.url).status_code == status
    assert len(server.requests) == 1


# Headers of our own

AGENTS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "1.11.4", f"terraform-provider-microsoft365/{__version__} Terraform/1.11.4"),
    ({}, "", f"terraform-provider-microsoft365/{__version__} Terraform/unknown"),
    (
        {"custom_user_agent": "Contoso (ops)/7"},
        "1.12.0",
        f"Contoso (ops)/7 terraform-provider-microsoft365/{__version__} Terraform/1.12.0",
    ),
]


@pytest.mark.parametrize(("options", "version", "agent"), AGENTS, ids=[case[2][:20] + case[1] for case in AGENTS])
def test_user_agent(options: dict[str, Any], version: str, agent: str) -> None:
    with serve() as server:
        session(version=version, **options).request("GET", server.url)

    assert server.requests[0].headers["User-Agent"] == agent


@pytest.mark.parametrize(("enabled", "header"), [(True, "gzip, deflate"), (False, "identity")])
def test_compression(enabled: bool, header: str) -> None:
    packed = Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"a": 1}'))
    with serve(lambda seen: packed if "gzip" in seen.headers["Accept-Encoding"] else Answer()) as server:
        answer = session(enable_compression=enabled).request("GET", server.url)

    assert server.requests[0].headers["Accept-Encoding"] == header
    assert answer.json() == ({"a": 1} if enabled else {})


# Redirects


def moved(status: int = 302) -> Any:
    return lambda seen: Answer(status, {"Location": "/new"}) if seen.path == "/old" else Answer(body=b'{"new": 1}')


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    with serve(moved(status)) as server:
        assert session().request("GET", f"{server.url}/old").json() == {"new": 1}


def test_redirects_are_not_followed_where_the_settings_say_so() -> None:
    with serve(moved()) as server:
        answer = session(enable_redirect=False).request("GET", f"{server.url}/old")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/new")
    assert len(server.requests) == 1


def test_as_many_redirects_as_the_settings_allow() -> None:
    def count_down(seen: Seen) -> Answer:
        left = int(seen.path.strip("/"))
        return Answer(302, {"Location": f"/{left - 1}"}) if left else Answer(body=b'{"there": 1}')

    with serve(count_down) as server:
        assert session(max_redirects=3).request("GET", f"{server.url}/3").json() == {"there": 1}


def test_a_token_does_not_follow_a_redirect_to_another_server() -> None:
    with serve() as other, serve(Answer(307, {"Location": f"{other.url}/"})) as server:
        session().request("GET", server.url, headers={"Authorization": "Bearer abc123def456"})

    assert server.requests[0].headers["Authorization"] == "Bearer abc123def456"
    assert "Authorization" not in other.requests[0].headers


# What requests would read by itself


def test_netrc_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password pa55word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    with serve() as server:
        session().request("GET", server.url)
        session().request("GET", server.url, headers={"Authorization": "Bearer mine"})

    assert [seen.headers.get("Authorization") for seen in server.requests] == [None, "Bearer mine"]


# Proxies


def credentials(server: Server) -> str | None:
    given = server.requests[-1].headers.get("Proxy-Authorization")
    return given and b64decode(given.removeprefix("Basic ")).decode()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = OURS.write_ca(tmp_path)
    with serve(tls=OURS, folder=tmp_path) as server, proxy() as between:
        monkeypatch.setenv(name, between.url)
        session(ca_certificate_file=str(ca)).request("GET", server.url)

    assert [seen.path for seen in between.requests] == [server.place]


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("value", ["127.0.0.1", "other.example,127.0.0.0/8", "*"])
def test_where_the_environment_wants_no_proxy(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv(name, value)
    with serve() as server:
        assert session().request("GET", server.url).status_code == 200


OWN: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"proxy_username": "someone", "proxy_password": "pass:word@/%"}, "someone:pass:word@/%"),
    ({"proxy_username": "someone", "proxy_password": "пароль€"}, "someone:пароль€"),
    ({"proxy_username": "domain\\someone", "proxy_password": "x"}, "domain\\someone:x"),
    ({"proxy_username": "someone"}, "someone:"),
]


@pytest.mark.parametrize(("options", "sent"), OWN, ids=[str(case[1]) for case in OWN])
def test_a_proxy_of_our_own_wins(
    options: dict[str, Any], sent: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = OURS.write_ca(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "*")
    with serve(tls=OURS, folder=tmp_path) as server, proxy(sent) as between:
        own = session(ca_certificate_file=str(ca), use_proxy=True, proxy_url=between.url, **options)
        assert own.request("GET", server.url).status_code == 200

        assert credentials(between) == sent
    # What is for the proxy does not reach the server behind it.
    assert "Proxy-Authorization" not in server.requests[0].headers


def test_credentials_inside_the_url_of_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = OURS.write_ca(tmp_path)
    with serve(tls=OURS, folder=tmp_path) as server, proxy() as between:
        inside = between.url.replace("//", "//someone:p%E2%82%AC@")
        session(ca_certificate_file=str(ca), use_proxy=True, proxy_url=inside).request("GET", server.url)
        assert credentials(between) == "someone:p€"
        own = session(
            ca_certificate_file=str(ca), use_proxy=True, proxy_url=inside, proxy_username="me", proxy_password="mine"
        )
        own.request("GET", server.url)
        assert credentials(between) == "me:mine"
        monkeypatch.setenv("HTTPS_PROXY", inside)
        session(ca_certificate_file=str(ca)).request("GET", server.url)
        assert credentials(between) == "someone:p€"


def test_a_proxy_that_is_not_to_be_used() -> None:
    with serve() as server:
        unused = session(use_proxy=False, proxy_url=f"http://127.0.0.1:{closed_port()}")
        assert unused.request("GET", server.url).status_code == 200


def test_a_proxy_that_nobody_names() -> None:
    with pytest.raises(Failure) as caught:
        session(use_proxy=True)

    (found,) = caught.value.diagnostics
    assert found.path == ("client_options", "use_proxy")
    assert "M365_PROXY_URL" in found.detail


def test_without_a_name_the_proxy_of_the_environment_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as server, proxy() as between:
        monkeypatch.setenv("http_proxy", between.url)

        # This proxy serves CONNECT alone, and says so.
        assert session(use_proxy=True).request("GET", server.url).status_code == 501
        assert not server.requests


def test_a_proxy_that_is_reached_by_tls(tmp_path: Path) -> None:
    ca = OURS.write_ca(tmp_path)
    with serve(tls=OURS, folder=tmp_path) as server, proxy(tls=OURS, folder=tmp_path) as between:
        own = session(ca_certificate_file=str(ca), use_proxy=True, proxy_url=between.url)
        assert own.request("GET", server.url).status_code == 200

    assert [seen.method for seen in between.requests] == ["CONNECT"]


# The log


def test_headers_are_shown_where_the_settings_say_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="provider"), serve(Answer(headers={"X-Answer": "a"})) as server:
        session(enable_headers_inspection=True).request(
            "GET", server.url, headers={"Authorization": "Bearer opaque-but-secret", "X-Given": "g"}
        )

    shown = redact("\n".join(record.getMessage() for record in caplog.records))
    assert "'X-Given': 'g'" in shown
    assert "'X-Answer': 'a'" in shown
    assert "'Authorization': '(hidden)'" in shown
    assert "opaque" not in shown


def test_otherwise_the_log_has_neither_headers_nor_queries(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="provider"), serve() as server:
        session().request("GET", f"{server.url}/x?$filter=private", headers={"X-Given": "private"})

    (record,) = caplog.records
    assert record.getMessage().startswith(f"GET {server.url}/x: 200 in 0.")
    assert "private" not in caplog.text


def test_fifty_threads_share_a_session() -> None:
    with serve(lambda seen: Answer(body=f'{{"path": "{seen.path}"}}'.encode())) as server:
        shared, answers = session(), dict[int, str]()

        def ask(number: int) -> None:
            answers[number] = shared.request("GET", f"{server.url}/{number}").json()["path"]

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == {number: f"/{number}" for number in range(50)}
