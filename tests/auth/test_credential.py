"""The shared credential: one request however many ask, renewal in good time, and what happens when that fails."""

from __future__ import annotations

import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.auth.credential import AccessToken, SharedCredential, read_claims
from provider.framework.diagnostics import Failure, error
from provider.framework.redaction import redact

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Service:
    """What gives tokens: counts how often it was asked, and refuses when told to."""

    def __init__(self, clock: Clock, lifetime: timedelta = HOUR) -> None:
        self.clock = clock
        self.lifetime = lifetime
        self.asked = 0
        self.refuses: Exception | None = None
        self.meanwhile: Callable[[], Any] = lambda: None

    def __call__(self) -> AccessToken:
        self.asked += 1
        self.meanwhile()
        if self.refuses:
            raise self.refuses
        return AccessToken(f"token-number-{self.asked}", self.clock.now, self.clock.now + self.lifetime)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def credential(clock: Clock, **options: Any) -> tuple[SharedCredential, Service]:
    service = Service(clock, **options)
    return SharedCredential(service, clock), service


REFUSED = Failure(error("Entra ID refused the sign-in (AADSTS700027)", "words"))


# Renewal


# Lifetime, age, whether the token is still returned: five minutes before its end, or half of its life, it is renewed.
AGES = [
    (HOUR, timedelta(0), True),
    (HOUR, timedelta(minutes=54, seconds=59), True),
    (HOUR, timedelta(minutes=55), False),
    (HOUR, timedelta(minutes=59), False),
    (HOUR, timedelta(hours=2), False),
    (timedelta(minutes=10), timedelta(minutes=4, seconds=59), True),
    (timedelta(minutes=10), timedelta(minutes=5), False),
    (timedelta(minutes=4), timedelta(minutes=1, seconds=59), True),
    (timedelta(minutes=4), timedelta(minutes=2), False),
    (timedelta(seconds=2), timedelta(seconds=0.9), True),
    (timedelta(seconds=2), timedelta(seconds=1), False),
    (timedelta(hours=28), timedelta(hours=27, minutes=54), True),
    (timedelta(0), timedelta(0), False),
]


@pytest.mark.parametrize(("lifetime", "age", "kept"), AGES, ids=[f"{case[0]} {case[1]}" for case in AGES])
def test_renewal_before_expiry(clock: Clock, lifetime: timedelta, age: timedelta, kept: bool) -> None:
    shared, service = credential(clock, lifetime=lifetime)
    first = shared.token()
    clock.now += age

    second = shared.token()

    assert (second is first) is kept
    assert service.asked == (1 if kept else 2)
    assert kept or second.value == "token-number-2"


def test_nothing_is_asked_for_before_somebody_needs_it(clock: Clock) -> None:
    _, service = credential(clock)

    assert service.asked == 0


def test_a_long_run(clock: Clock) -> None:
    """Ten hours of calls, one a minute: one token for each 55 minutes."""
    shared, service = credential(clock)
    for _ in range(600):
        assert shared.token().expires > clock.now + timedelta(minutes=4)
        clock.now += timedelta(minutes=1)

    assert service.asked == 11


def test_a_refused_token_is_not_returned_again(clock: Clock) -> None:
    shared, service = credential(clock)
    first = shared.token()

    second = shared.token(instead_of=first)

    assert second is not first
    assert shared.token() is second
    # Another thread that was refused with the old one gets the new one, and asks for none.
    assert shared.token(instead_of=first) is second
    assert service.asked == 2


# Failure


def test_the_first_token_that_cannot_be_had(clock: Clock) -> None:
    shared, service = credential(clock)
    service.refuses = REFUSED

    with pytest.raises(Failure) as caught:
        shared.token()
    assert caught.value.diagnostics == REFUSED.diagnostics

    service.refuses = None
    assert shared.token().value == "token-number-2"


def test_a_renewal_that_fails_while_the_old_token_serves(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    shared, service = credential(clock)
    first = shared.token()
    clock.now += timedelta(minutes=56)
    service.refuses = REFUSED

    assert shared.token() is first
    assert service.asked == 2
    assert "could not be renewed yet" in caplog.text
    assert "AADSTS700027" in caplog.text
    # Not with every call: half a minute later.
    clock.now += timedelta(seconds=29)
    assert shared.token() is first
    assert service.asked == 2
    clock.now += timedelta(seconds=1)
    assert shared.token() is first
    assert service.asked == 3

    service.refuses = None
    clock.now += timedelta(seconds=30)
    assert shared.token().value == "token-number-4"


def test_a_renewal_that_fails_after_the_old_token_has_ended(clock: Clock) -> None:
    shared, service = credential(clock)
    shared.token()
    clock.now += timedelta(minutes=56)
    service.refuses = REFUSED
    shared.token()

    clock.now += timedelta(minutes=4)
    with pytest.raises(Failure) as caught:
        shared.token()
    assert caught.value.diagnostics == REFUSED.diagnostics


def test_a_renewal_that_fails_for_a_refused_token(clock: Clock) -> None:
    """It may be valid by its dates; nobody takes it."""
    shared, service = credential(clock)
    first = shared.token()
    service.refuses = REFUSED

    with pytest.raises(Failure):
        shared.token(instead_of=first)


def test_a_bug_is_not_taken_for_a_refusal(clock: Clock) -> None:
    shared, service = credential(clock)
    shared.token()
    clock.now += timedelta(minutes=56)
    service.refuses = KeyError("a bug")

    with pytest.raises(KeyError):
        shared.token()


# Threads


def together(number: int, ask: Callable[[], AccessToken]) -> list[AccessToken | Failure]:
    """Ask from many threads at the same moment; return what each got."""
    got: list[AccessToken | Failure] = []
    ready = threading.Barrier(number)

    def run() -> None:
        ready.wait()
        try:
            got.append(ask())
        except Failure as failure:
            got.append(failure)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_fifty_threads_make_one_request(clock: Clock) -> None:
    shared, service = credential(clock)
    service.meanwhile = lambda: time.sleep(0.05)

    got = together(50, shared.token)
    assert service.asked == 1
    assert len({id(token) for token in got}) == 1

    clock.now += timedelta(minutes=56)
    assert len({id(token) for token in together(50, shared.token)}) == 1
    assert service.asked == 2


def test_fifty_threads_with_a_refused_token_make_one_request(clock: Clock) -> None:
    shared, service = credential(clock)
    first = shared.token()
    service.meanwhile = lambda: time.sleep(0.05)

    got = together(50, lambda: shared.token(instead_of=first))

    assert service.asked == 2
    assert {token.value for token in got if isinstance(token, AccessToken)} == {"token-number-2"}


def test_those_who_waited_for_a_failure_share_it(clock: Clock) -> None:
    """Each might wait for a time-out of its own otherwise, one after the other."""
    shared, service = credential(clock)
    service.refuses = REFUSED
    service.meanwhile = lambda: time.sleep(0.2)

    got = together(50, shared.token)

    assert service.asked == 1
    assert all(isinstance(each, Failure) and each.diagnostics == REFUSED.diagnostics for each in got)
    assert len(got) == 50


def test_calls_that_need_no_new_token_do_not_wait_for_one(clock: Clock) -> None:
    shared, service = credential(clock)
    first = shared.token()
    other, asked, over = AccessToken("other", START, START + HOUR), threading.Event(), threading.Event()

    def slowly() -> None:
        asked.set()
        over.wait(10)

    service.meanwhile = slowly
    renewal = threading.Thread(target=shared.token, kwargs={"instead_of": first})
    renewal.start()
    asked.wait(10)
    try:
        began = time.monotonic()
        assert shared.token(instead_of=other) is first
        assert time.monotonic() - began < 1
    finally:
        over.set()
        renewal.join()


# The token itself


def test_a_token_is_masked_from_then_on_and_shown_nowhere(clock: Clock) -> None:
    service = lambda: AccessToken("an-opaque-token-of-value", START, START + HOUR, {"roles": ["secret role"]})  # noqa: E731
    token = SharedCredential(service, clock).token()

    assert redact("Authorization goes with an-opaque-token-of-value") == "Authorization goes with (hidden)"
    assert "opaque" not in repr(token)
    assert "secret role" not in repr(token)


ROLES = [
    ({"roles": ["b", "a"]}, ("a", "b")),
    ({"roles": []}, ()),
    ({}, ()),
    ({"roles": None}, ()),
    ({"roles": "a"}, ()),
    ({"roles": [1, None]}, ("1", "None")),
]


@pytest.mark.parametrize(("claims", "roles"), ROLES, ids=str)
def test_roles(claims: dict[str, Any], roles: tuple[str, ...]) -> None:
    assert AccessToken("x", START, START, claims).roles == roles


@pytest.mark.parametrize(("value", "claim"), [("t", "t"), (None, None), (5, None), (["t"], None)])
def test_claim(value: Any, claim: str | None) -> None:
    token = AccessToken("x", START, START, {"tid": value})

    assert token.claim("tid") == claim
    assert token.claim("oid") is None


def jwt(payload: bytes) -> str:
    return f"e30.{urlsafe_b64encode(payload).decode().rstrip('=')}.sig"


CLAIMS = [
    (jwt(b'{"tid": "t", "roles": ["a"]}'), {"tid": "t", "roles": ["a"]}),
    (jwt('{"name": "ä€😀??>>"}'.encode()), {"name": "ä€😀??>>"}),
    (jwt(b"{}"), {}),
    (jwt(b"[1]"), {}),
    (jwt(b"null"), {}),
    (jwt(b"{"), {}),
    (jwt(b"\xff\xfe"), {}),
    (jwt(b"[" * 100_000), {}),
    ("", {}),
    ("opaque", {}),
    ("a.b", {}),
    ("a.ä.b", {}),
    ("a..b", {}),
    ("a.b.c.d.e", {}),
]


@pytest.mark.parametrize(("token", "claims"), CLAIMS, ids=[case[0][:20] for case in CLAIMS])
def test_claims_of_a_token(token: str, claims: dict[str, Any]) -> None:
    assert read_claims(token) == claims


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.text(), st.binary().map(jwt)))
def test_any_token_has_claims_or_none(token: str) -> None:
    assert isinstance(read_claims(token), dict)
