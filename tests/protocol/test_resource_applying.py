"""ApplyResourceChange: bytes in, bytes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure, error
from provider.framework.resource import Identity, Operation
from provider.framework.schema import computed, optional, required, string
from provider.framework.timeouts import timeouts
from provider.framework.values import UNKNOWN
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import META, PUT_OFF, READY, call, received, resource, sent, session, told

ATTRIBUTES = {
    "id": computed(string(), "Id.", keep_prior=True),
    "name": required(string(), "Name."),
    "note": optional(string(), "Note."),
    "secret": optional(string(), "S.", write_only=True),
    "timeouts": timeouts("create", "update", "delete"),
}
CONFIG = {"name": "n", "secret": "s3cret"}
PLANNED = {"id": UNKNOWN, "name": "n"}
MADE = {"id": "1", "name": "n"}

Act = Callable[[Operation[str]], Any]


def applied(
    act: Act, planned: Any, prior: Any = None, *, configured: Any = READY, token: Any = None, **fields: Any
) -> pb.ApplyResourceChange.Response:
    more = fields.pop("more", {})
    made = resource(ATTRIBUTES, act, identity=Identity(("id",)), **more)
    answer: pb.ApplyResourceChange.Response = call(
        session(made, configured=configured),
        "ApplyResourceChange",
        token=token,
        config=sent(made, None if planned is None else CONFIG),
        prior_state=sent(made, prior),
        planned_state=sent(made, planned),
        **fields,
    )
    return answer


def test_create() -> None:
    seen = list[Operation[str]]()

    def act(operation: Operation[str]) -> Any:
        seen.append(operation)
        operation.private["b"] = 2
        operation.warn("Look out", "There.", ("note",))
        return {"id": "1"}

    answer = applied(act, PLANNED, planned_private=b'{"a":1}')
    assert received(answer.new_state) == MADE
    assert answer.private == b'{"a":1,"b":2}'
    assert received(answer.new_identity.identity_data) == {"id": "1"}
    assert told(answer) == [("WARNING", "Look out")]
    assert [step.attribute_name for step in answer.diagnostics[0].attribute.steps] == ["note"]
    assert not answer.legacy_type_system
    (operation,) = seen
    assert (operation.meta, operation.prior) == (META, None)
    assert (operation.config or {})["secret"] == "s3cret"
    assert (operation.planned or {})["secret"] is None


def test_update() -> None:
    answer = applied(lambda _operation: {}, MADE | {"note": "x"}, MADE)
    assert received(answer.new_state) == MADE | {"note": "x"}
    assert not answer.diagnostics


def test_delete() -> None:
    answer = applied(lambda _operation: None, None, MADE, planned_private=b'{"a":1}')
    assert received(answer.new_state) is None
    assert answer.private == b""
    assert not answer.HasField("new_identity")
    assert not answer.diagnostics


def raising(cause: BaseException, **kept: Any) -> Act:
    def act(operation: Operation[str]) -> Any:
        if kept:
            operation.keep(**kept)
        raise cause

    return act


@pytest.mark.parametrize(
    ("cause", "summary"),
    [(Failure(error("It is full")), "It is full"), (ValueError("s3cret"), "The provider failed unexpectedly")],
    ids=["failure", "crash"],
)
def test_what_fails_halfway_keeps_what_was_made(cause: Exception, summary: str) -> None:
    answer = applied(raising(cause, id="1"), PLANNED)
    assert received(answer.new_state) == {"id": "1"}
    assert received(answer.new_identity.identity_data) == {"id": "1"}
    assert told(answer) == [("ERROR", summary), ("ERROR", "test_thing was created in part")]
    assert "s3cret" not in str(answer)


def test_a_crash_names_the_operation() -> None:
    answer = applied(raising(ValueError()), MADE | {"note": "x"}, MADE)
    assert ", in The update of test_thing." in answer.diagnostics[0].detail
    assert received(answer.new_state) == MADE


def test_what_fails_at_once_leaves_nothing() -> None:
    answer = applied(raising(Failure(error("It is full"))), PLANNED)
    assert received(answer.new_state) is None
    assert not answer.HasField("new_identity")
    assert told(answer) == [("ERROR", "It is full")]


def test_a_result_that_is_not_what_was_planned_is_answered_with_an_error_beside_it() -> None:
    answer = applied(lambda _operation: {"id": "1", "name": "m"}, PLANNED)
    assert received(answer.new_state) == {"id": "1", "name": "m"}
    assert told(answer) == [("ERROR", "The provider contradicts its own plan")]
    assert [step.attribute_name for step in answer.diagnostics[0].attribute.steps] == ["name"]


def waiting(operation: Operation[str]) -> Any:
    operation.keep(id="1")
    operation.cancel.wait(30)
    raise AssertionError("nobody stopped it")


def test_an_interrupt_keeps_what_was_made() -> None:
    token = CancelToken()
    token.cancel()
    answer = applied(waiting, PLANNED, token=token)
    assert received(answer.new_state) == {"id": "1"}
    assert told(answer) == [("ERROR", "Interrupted"), ("ERROR", "test_thing was created in part")]
    assert answer.diagnostics[0].detail == "The create of test_thing was stopped before it was done."


TIMED_OUT = "was not done after 0.05 s, which is as long as it may take."
LONG = {"create": "1h", "update": "1h", "delete": "1h"}


@pytest.mark.parametrize(
    ("step", "planned", "prior"),
    [("create", PLANNED, None), ("update", MADE | {"note": "x"}, MADE), ("delete", None, MADE)],
)
@pytest.mark.parametrize("where", ["configuration", "declaration", "configuration before declaration"])
def test_what_takes_too_long_is_stopped(step: str, planned: Any, prior: Any, where: str) -> None:
    short, long = {"timeouts": {**LONG, step: "50ms"}}, {"timeouts": LONG}
    if where != "declaration":
        # What was planned counts; of what is destroyed nothing is planned.
        prior = prior and prior | (short if planned is None else long)
        planned = planned and planned | short
    declared = {"declaration": {step: 0.05}, "configuration": {}}.get(where, {step: 3600.0})
    began = time.monotonic()
    answer = applied(waiting, planned, prior, more={"timeouts": declared})
    assert time.monotonic() - began < 20
    assert answer.diagnostics[0].summary == "Timed out"
    assert answer.diagnostics[0].detail.startswith(f"The {step} of test_thing {TIMED_OUT}")
    assert "`timeouts`" in answer.diagnostics[0].detail
    assert received(answer.new_state)["id"] == "1"


def test_the_time_that_is_given_is_the_time_that_there_is() -> None:
    def act(operation: Operation[str]) -> Any:
        operation.cancel.wait(0.1)
        return {"id": "1"}

    answer = applied(act, PLANNED | {"timeouts": {"create": "1h"}}, more={"timeouts": {"create": 0.01}})
    assert not answer.diagnostics
    assert received(answer.new_state) == MADE | {"timeouts": {"create": "1h", "update": None, "delete": None}}


@pytest.mark.parametrize(
    ("configured", "summary"),
    [(None, "The provider is not configured"), (PUT_OFF, "The provider's configuration is not known yet")],
)
def test_nothing_is_changed_by_a_provider_that_is_not_configured(configured: Any, summary: str) -> None:
    def act(_operation: Operation[str]) -> Any:
        raise AssertionError("it was called")

    answer = applied(act, PLANNED, configured=configured)
    assert told(answer) == [("ERROR", summary)]
    assert "test_thing cannot be changed" in answer.diagnostics[0].detail


def test_an_unknown_type_is_named() -> None:
    answer = call(session(), "ApplyResourceChange", type_name="test_nothing")
    assert told(answer) == [("ERROR", "Unknown resource type test_nothing")]


def test_where_nothing_was_and_nothing_is_planned_nothing_is_done() -> None:
    answer = applied(raising(AssertionError("it was called")), None, None)
    assert received(answer.new_state) is None
    assert not answer.diagnostics
