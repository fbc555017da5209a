"""Calls to Graph: the token that goes along, the refusals and what is told of them, answers that are not Graph's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from provider.auth.credential import AccessToken
from provider.config.settings import merge
from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.diagnostics import Diagnostic, Failure, Severity, error
from provider.graph.client import GraphClient
from provider.graph.errors import GraphError, Operation
from provider.network.session import Session
from tests.network.servers import Answer, Seen, Server, closed_port, serve

READ = Operation("read the organization", ("Organization.Read.All", "Directory.Read.All"))
REQUEST_ID = "0f5f5a7a-1111-4222-8333-444455556666"
HEADERS = {"request-id": REQUEST_ID, "client-request-id": "echo", "Content-Type": "application/json"}


class Credential:
    """One that gives a new token whenever the one before was refused."""

    def __init__(self, roles: tuple[str, ...] = ("Application.Read.All", "User.Read.All")) -> None:
        self.roles = list(roles)
        self.given = 0
        self.fails: Failure | None = None

    def token(self, *, instead_of: AccessToken | None = None) -> AccessToken:
        if instead_of is not None:
            if self.fails:
                raise self.fails
            assert instead_of.value == f"token-{self.given}"
            self.given += 1
        now = datetime(2026, 5, 4, tzinfo=UTC)
        return AccessToken(f"token-{self.given}", now, now + timedelta(hours=1), {"roles": self.roles})


def client(server: Server | str, credential: Credential | None = None) -> GraphClient:
    url = server if isinstance(server, str) else server.url
    session = Session(merge({"client_options": {"timeout_seconds": 5, "enable_redirect": False}}, {}), {}, "1.11.4")
    return GraphClient(url, session, credential or Credential())


def get(at: GraphClient, cancel: CancelToken | None = None, **options: Any) -> dict[str, Any]:
    return at.get("/v1.0/organization", READ, cancel or CancelToken(), **options)


def refused(answer: Callable[[Seen], Answer] | Answer, credential: Credential | None = None) -> GraphError:
    with serve(answer) as server, pytest.raises(GraphError) as caught:
        get(client(server, credential))
    return caught.value


def only(failure: Failure) -> Diagnostic:
    (found,) = failure.diagnostics
    assert found.severity is Severity.ERROR
    return found


def graph_error(status: int, code: str = "Code", message: str = "Words.", **headers: str) -> Answer:
    body = {"error": {"code": code, "message": message, "innerError": {"request-id": REQUEST_ID}}}
    return Answer(status, HEADERS | headers, json.dumps(body).encode())


# What goes out, and what comes back


def test_a_call() -> None:
    with serve(Answer(200, HEADERS, b'{"value": [{"id": 1}]}')) as server:
        assert get(client(server), query={"$select": "id,displayName"}) == {"value": [{"id": 1}]}

    (seen,) = server.requests
    assert (seen.method, seen.path) == ("GET", "/v1.0/organization?%24select=id%2CdisplayName")
    assert seen.headers["Authorization"] == "Bearer token-0"
    assert seen.headers["Accept"] == "application/json"
    assert seen.headers["User-Agent"].startswith("terraform-provider-microsoft365/")


def test_every_request_has_an_id_of_its_own() -> None:
    with serve() as server:
        shared = client(server)
        for _ in range(3):
            get(shared)

    ids = [seen.headers["client-request-id"] for seen in server.requests]
    assert len(set(ids)) == 3
    assert all(str(UUID(each)) == each for each in ids)


# 401


def test_a_token_that_was_revoked_is_replaced_once() -> None:
    def answer(seen: Seen) -> Answer:
        return graph_error(401) if seen.headers["Authorization"] == "Bearer token-0" else Answer(body=b'{"ok": true}')

    credential = Credential()
    with serve(answer) as server:
        assert get(client(server, credential)) == {"ok": True}

    assert [seen.headers["Authorization"] for seen in server.requests] == ["Bearer token-0", "Bearer token-1"]
    assert credential.given == 1
    first, second = (seen.headers["client-request-id"] for seen in server.requests)
    assert first != second


def test_a_token_that_graph_does_not_accept() -> None:
    credential = Credential()

    failure = refused(graph_error(401, "InvalidAuthenticationToken", "Invalid audience."), credential)

    found = only(failure)
    assert credential.given == 1
    assert (failure.status, failure.code) == (401, "InvalidAuthenticationToken")
    assert found.summary == "Cannot read the organization (status 401)"
    for words in (
        "`cloud`",
        "graph_url",
        "graph_audience",
        "Organization.Read.All, Directory.Read.All",
        "the token has: Application.Read.All, User.Read.All",
        "grant admin consent",
        "Microsoft Graph says: InvalidAuthenticationToken: Invalid audience.",
        f"Request id: {REQUEST_ID}",
    ):
        assert words in found.detail
    assert "token-" not in found.detail


def test_a_new_token_that_cannot_be_had() -> None:
    credential = Credential()
    credential.fails = Failure(error("Entra ID refused the sign-in (AADSTS7000112)"))

    with serve(graph_error(401)) as server, pytest.raises(Failure) as caught:
        get(client(server, credential))

    assert caught.value is credential.fails
    assert len(server.requests) == 1


# 403


def test_a_permission_that_is_missing() -> None:
    message = "Insufficient privileges to complete the operation."

    failure = refused(graph_error(403, "Authorization_RequestDenied", message, Date="Mon, 04 May 2026 12:00:00 GMT"))

    found = only(failure)
    assert (failure.status, failure.code) == (403, "Authorization_RequestDenied")
    assert found.summary == "Cannot read the organization (status 403)"
    for words in (
        "The application may not read the organization.",
        "one of the application permissions Organization.Read.All, Directory.Read.All",
        "the token has: Application.Read.All, User.Read.All",
        'choose "grant admin consent"',
        f"Microsoft Graph says: Authorization_RequestDenied: {message}",
        f"Request id: {REQUEST_ID}",
        "Client request id: ",
        "Time: ",
    ):
        assert words in found.detail


def test_a_token_without_any_permission() -> None:
    assert "the token has: none." in only(refused(graph_error(403), Credential(roles=()))).detail


def test_a_403_is_not_asked_again() -> None:
    with serve(graph_error(403)) as server, pytest.raises(GraphError):
        get(client(server))
    assert len(server.requests) == 1


# Other refusals, and errors of other shapes


@pytest.mark.parametrize("status", [400, 404, 409, 429, 500, 503])
def test_other_refusals_say_what_graph_says(status: int) -> None:
    failure = refused(graph_error(status, "SomeCode", "Some words."))

    assert failure.status == status
    assert only(failure).summary == f"Cannot read the organization (status {status})"
    assert only(failure).detail.startswith("Microsoft Graph says: SomeCode: Some words.\n\nRequest id: ")


SHAPES: list[tuple[bytes, str, str]] = [
    # body, code, what is said of it
    (b'{"error": {"code": "A", "message": ""}}', "A", "Microsoft Graph says: A"),
    (b'{"error": {"code": "", "message": "Words."}}', "", "Microsoft Graph says: Words."),
    (b'{"error": {"code": "A"}}', "A", "Microsoft Graph says: A"),
    (b'{"error": {"code": null, "message": null}}', "", ""),
    (b'{"error": {"code": 5, "message": ["x"]}}', "5", "Microsoft Graph says: 5: ['x']"),
    (b'{"error": {"code": "A", "message": "{\\"Message\\": \\"inner\\"}"}}', "A", 'A: {"Message": "inner"}'),
    (b'{"error": "invalid_request"}', "", ""),
    (b'{"error": []}', "", ""),
    (b'{"odata.error": {"code": "A"}}', "", ""),
    (b"[]", "", ""),
    (b"null", "", ""),
    (b"", "", ""),
    (b"<html>Forbidden by the firewall</html>", "", ""),
    (b"\xff\xfe\x00", "", ""),
    (b"[" * 100_000, "", ""),
]


@pytest.mark.parametrize(("body", "code", "said"), SHAPES, ids=[str(case[0][:40]) for case in SHAPES])
@pytest.mark.parametrize("status", [400, 403])
def test_error_bodies_of_every_shape(status: int, body: bytes, code: str, said: str) -> None:
    failure = refused(Answer(status, {}, body))

    assert failure.code == code
    detail = only(failure).detail
    assert said in detail
    assert ("Microsoft Graph says" in detail) is bool(said)
    assert "Request id: none" in detail


NOT_GRAPH: list[tuple[int, bytes]] = [
    (200, b"<html>Please sign in</html>"),
    (200, b""),
    (200, b"[]"),
    (200, b"null"),
    (200, b'"text"'),
    (200, b"\xff\xfe"),
    (200, b"[" * 100_000),
    (204, b""),
    (302, b""),
]


@pytest.mark.parametrize(("status", "body"), NOT_GRAPH, ids=[f"{case[0]} {case[1][:20]!r}" for case in NOT_GRAPH])
def test_answers_that_are_no_json_object(status: int, body: bytes) -> None:
    answer = Answer(status, {"Location": "/x"} if status == 302 else {}, body)
    with serve(answer) as server, pytest.raises(Failure) as caught:
        get(client(server))

    found = only(caught.value)
    assert found.summary == "Cannot read the organization"
    assert f"{server.url}/v1.0/organization answered with status {status} and no JSON object" in found.detail
    assert "graph_url" in found.detail


def test_out_of_reach() -> None:
    at = f"127.0.0.1:{closed_port()}"

    with pytest.raises(Failure) as caught:
        get(client(f"http://{at}"))

    assert only(caught.value).summary == f"{at} refuses connections"


# Stopping


def test_a_call_that_was_stopped_before_it_began() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with serve() as server, pytest.raises(Cancelled):
        get(client(server), cancel)
    assert server.requests == []


def test_a_call_that_is_stopped_does_not_try_again() -> None:
    cancel = CancelToken()

    def answer(_seen: Seen) -> Answer:
        cancel.cancel()
        return graph_error(401)

    with serve(answer) as server, pytest.raises(Cancelled):
        get(client(server), cancel)
    assert len(server.requests) == 1


def test_a_refusal_although_the_token_has_the_permission() -> None:
    found = only(refused(graph_error(403, "Forbidden"), Credential(roles=("Organization.Read.All",))))

    assert "although its token has: Organization.Read.All" in found.detail
    assert "admin consent" not in found.detail
