"""ReadResource and ImportResourceState: bytes in, bytes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgpack
import pytest

from provider.framework.diagnostics import Failure, error
from provider.framework.resource import Identity, Operation
from provider.framework.schema import computed, optional, required, set_of, string
from provider.framework.timeouts import timeouts
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import UNKNOWN
from tests.protocol.served import CAN_WAIT, META, PUT_OFF, READY, call, never, received, resource, sent, session, told

ATTRIBUTES = {
    "id": computed(string(), "Id.", keep_prior=True),
    "region": optional(string(), "Region."),
    "name": required(string(), "Name."),
    "words": optional(set_of(string()), "Words."),
    "secret": optional(string(), "S.", write_only=True),
    "timeouts": timeouts("read"),
}
TOGETHER = Identity(("id", "region"), optional=("region",))
STATE = {"id": "1", "region": "r", "name": "n", "words": ["a", "b"]}
SHOWN = {"id": "1", "region": "r", "name": "n", "words": ["a", "b"]}

Act = Callable[[Operation[str]], Any]


def read(
    act: Act, state: Any = STATE, *, configured: Any = READY, more: Mapping[str, Any] | None = None, **fields: Any
) -> pb.ReadResource.Response:
    made = resource(ATTRIBUTES, act, identity=TOGETHER, **(more or {}))
    current = {"current_state": sent(made, state), **fields}
    answer: pb.ReadResource.Response = call(session(made, configured=configured), "ReadResource", **current)
    return answer


def test_what_was_read_is_answered() -> None:
    seen = list[Operation[str]]()

    def act(operation: Operation[str]) -> Any:
        seen.append(operation)
        operation.private["b"] = 2
        operation.warn("Look out", "There.", ("name",))
        return {"name": "m", "words": ["c", "a"], "secret": "s3cret"}

    answer = read(act, private=b'{"a":1}')
    assert received(answer.new_state) == SHOWN | {"name": "m", "words": ["a", "c"]}
    assert answer.private == b'{"a":1,"b":2}'
    assert received(answer.new_identity.identity_data) == {"id": "1", "region": "r"}
    assert told(answer) == [("WARNING", "Look out")]
    assert not answer.HasField("deferred")
    (operation,) = seen
    assert (operation.meta, operation.config, operation.planned) == (META, None, None)
    assert (operation.prior or {})["name"] == "n"


@pytest.mark.parametrize("found", [{}, {"words": {"b", "a"}, "name": "n"}], ids=["nothing", "in another order"])
def test_what_has_not_changed_is_answered_with_the_very_bytes_that_came(found: Any) -> None:
    # Not in our order, and not in the shortest form.
    state = msgpack.packb(
        {"words": ["b", "a"], "timeouts": None, "secret": None, "name": "n", "region": None, "id": "1"}
    ).replace(b"\xa1n", b"\xd9\x01n")
    answer = read(lambda _operation: found, current_state=pb.DynamicValue(msgpack=state), private=b'{"a":1}')
    assert answer.new_state.msgpack == state
    assert answer.private == b'{"a":1}'
    assert received(answer.new_identity.identity_data) == {"id": "1"}
    assert not answer.diagnostics


def test_what_is_gone_is_answered_with_nothing() -> None:
    answer = read(lambda _operation: None, private=b'{"a":1}')
    assert received(answer.new_state) is None
    assert (answer.private, answer.HasField("new_identity"), told(answer)) == (b"", False, [])


def test_where_nothing_was_nothing_is_read() -> None:
    answer = read(never, None)
    assert received(answer.new_state) is None
    assert not answer.HasField("deferred")
    assert not answer.diagnostics


def test_what_cannot_be_read_is_told() -> None:
    def act(_operation: Operation[str]) -> Any:
        raise Failure(error("No", "Not allowed."))

    assert told(read(act)) == [("ERROR", "No")]
    answer = read(lambda _operation: {"name": 5})
    assert told(answer) == [("ERROR", "The provider read what makes no sense")]
    assert received(answer.new_state) == SHOWN


def waiting(operation: Operation[str]) -> Any:
    operation.cancel.wait(30)
    raise AssertionError("nobody stopped it")


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (STATE | {"timeouts": {"read": "50ms"}}, {}),
        (STATE, {"timeouts": {"read": 0.05}}),
        (STATE | {"timeouts": {"read": "50ms"}}, {"timeouts": {"read": 3600.0}}),
    ],
    ids=["state", "declaration", "state before declaration"],
)
def test_what_takes_too_long_is_stopped(state: Any, more: Any) -> None:
    began = time.monotonic()
    answer = read(waiting, state, more=more)
    assert time.monotonic() - began < 20
    assert told(answer) == [("ERROR", "Timed out")]
    assert "was not done after 0.05 s" in answer.diagnostics[0].detail


def test_a_provider_that_is_not_configured_reads_nothing() -> None:
    assert told(read(never, configured=None)) == [("ERROR", "The provider is not configured")]
    answer = read(never, configured=PUT_OFF)
    assert told(answer) == [("ERROR", "The provider's configuration is not known yet")]
    assert "test_thing cannot be read" in answer.diagnostics[0].detail
    assert "tenant" in answer.diagnostics[0].detail
    assert not answer.HasField("deferred")


def test_a_read_is_deferred_where_the_host_can_wait() -> None:
    state = pb.DynamicValue(msgpack=msgpack.packb({"id": "1"}))
    identity = pb.ResourceIdentityData(identity_data=pb.DynamicValue(msgpack=msgpack.packb({"id": "1"})))
    answer = read(
        never,
        configured=PUT_OFF,
        client_capabilities=CAN_WAIT,
        current_state=state,
        private=b"\xff",
        current_identity=identity,
    )
    assert answer.deferred.reason == pb.Deferred.PROVIDER_CONFIG_UNKNOWN
    assert (answer.new_state, answer.private, answer.new_identity) == (state, b"\xff", identity)
    assert not answer.diagnostics
    assert not read(lambda _operation: {}, client_capabilities=CAN_WAIT).HasField("deferred")


def imported(*, configured: Any = READY, more: Mapping[str, Any] | None = None, **fields: Any) -> Any:
    made = resource(ATTRIBUTES, **{"identity": TOGETHER, **(more or {})})
    return call(session(made, configured=configured), "ImportResourceState", **fields)


def named(**parts: Any) -> pb.ResourceIdentityData:
    whole = {"id": None, "region": None, **parts}
    return pb.ResourceIdentityData(identity_data=pb.DynamicValue(msgpack=msgpack.packb(whole)))


def apart(identifier: str) -> Mapping[str, Any]:
    region, _, name = identifier.partition("/")
    return {"id": name, "region": region, "secret": "s3cret"}


IMPORTS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("by id", {"id": "1"}, {}, {"id": "1"}),
    ("by the type's own form of it", {"id": "r/1"}, {"importer": apart}, {"id": "1", "region": "r"}),
    ("by identity", {"identity": named(id="1", region="r")}, {}, {"id": "1", "region": "r"}),
    ("by a part of the identity", {"identity": named(id="1")}, {}, {"id": "1"}),
    ("by identity where the id says too little", {"identity": named(id="1")}, {"importer": None}, {"id": "1"}),
]


@pytest.mark.parametrize(("given", "more", "state"), [case[1:] for case in IMPORTS], ids=[case[0] for case in IMPORTS])
def test_an_import(given: dict[str, Any], more: dict[str, Any], state: dict[str, Any]) -> None:
    # No more is needed than the type: Terraform has it read next.
    for configured in (READY, None, PUT_OFF):
        answer = imported(configured=configured, more=more, **given)
        assert not answer.diagnostics
        assert not answer.HasField("deferred")
        (found,) = answer.imported_resources
        assert found.type_name == "test_thing"
        assert received(found.state) == state
        assert received(found.identity.identity_data) == state


def test_a_type_without_identity_is_imported_by_id() -> None:
    (found,) = imported(id="1", more={"identity": None}).imported_resources
    assert received(found.state) == {"id": "1"}
    assert not found.HasField("identity")


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("not possible", {"id": "1"}, {"importer": None}, "test_thing cannot be imported"),
    ("empty", {"id": ""}, {}, "The id to import is empty"),
    ("blank", {"id": " \t"}, {}, "The id to import is empty"),
    ("identity without what it needs", {"identity": named(region="r")}, {}, "The identity to import is incomplete"),
    ("identity not known", {"identity": named(id=UNKNOWN)}, {}, "The identity to import is incomplete"),
    ("identity of another form", {"identity": named(id=5)}, {}, "Unreadable value"),
    ("identity of a type that has none", {"identity": named(id="1")}, {"identity": None}, "The id to import is empty"),
]


@pytest.mark.parametrize(
    ("given", "more", "summary"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_an_import_that_is_refused(given: dict[str, Any], more: dict[str, Any], summary: str) -> None:
    answer = imported(more=more, **given)
    assert told(answer) == [("ERROR", summary)]
    assert not answer.imported_resources


def test_an_importer_says_what_is_wrong() -> None:
    def importer(identifier: str) -> Any:
        raise Failure(error("No such form", f"{identifier} is not <region>/<name>."))

    assert told(imported(id="1", more={"importer": importer})) == [("ERROR", "No such form")]


def test_an_import_is_deferred_where_the_host_can_wait() -> None:
    answer = imported(id="1", configured=PUT_OFF, client_capabilities=CAN_WAIT, more={"importer": never})
    assert answer.deferred.reason == pb.Deferred.PROVIDER_CONFIG_UNKNOWN
    (found,) = answer.imported_resources
    assert found.type_name == "test_thing"
    assert received(found.state) == "unknown"
    assert not answer.diagnostics


@pytest.mark.parametrize("rpc", ["ReadResource", "ImportResourceState"])
def test_an_unknown_type_is_named(rpc: str) -> None:
    answer = call(session(), rpc, type_name="test_nothing")
    assert told(answer) == [("ERROR", "Unknown resource type test_nothing")]


def test_a_state_that_does_not_fit_the_schema_is_an_error() -> None:
    answer = read(never, current_state=pb.DynamicValue(msgpack=msgpack.packb({"id": 5})))
    assert told(answer) == [("ERROR", "Unreadable value")]
