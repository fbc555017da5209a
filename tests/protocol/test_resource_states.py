"""UpgradeResourceState and UpgradeResourceIdentity: bytes in, bytes out, and no type's module for what is of today."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.schema import computed, nested_list, optional, required, string
from provider.framework.state import Upgrade
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import call, never, resource, session, told

ATTRIBUTES = {
    "id": computed(string(), "Id."),
    "name": required(string(), "Name."),
    "many": optional(nested_list({"v": optional(string(), "V.")}), "M."),
}


def first(state: dict[str, Any]) -> dict[str, Any]:
    return {"id": state["id"], "title": state["title"]}


def second(state: dict[str, Any]) -> dict[str, Any]:
    return {"id": state["id"], "name": state["title"].upper(), "many": None}


UPGRADES: dict[int, Upgrade] = {0: first, 1: second}
THING = resource(ATTRIBUTES, version=2, upgrades=UPGRADES)
TODAY = b'{"many": [{"v": "x"}], "name" : "n","id":"1"}'


def upgraded(state: bytes, version: int, **fields: Any) -> pb.UpgradeResourceState.Response:
    answer: pb.UpgradeResourceState.Response = call(
        session(THING, **fields), "UpgradeResourceState", version=version, raw_state=pb.RawState(json=state)
    )
    return answer


def test_a_state_of_today_is_answered_with_the_very_bytes_and_without_loading_the_type() -> None:
    answer = upgraded(TODAY, 2, resource=never, configured=None)
    assert answer.upgraded_state == pb.DynamicValue(json=TODAY)
    assert not answer.diagnostics


def test_what_no_longer_exists_is_dropped_without_loading_the_type() -> None:
    answer = upgraded(b'{"id":"1","name":"n","many":[{"v":"x","w":1}],"old":true}', 2, resource=never)
    assert answer.upgraded_state.json == b'{"id":"1","name":"n","many":[{"v":"x"}]}'
    assert told(answer) == [("WARNING", "Attributes of test_thing that no longer exist")]
    assert "many[0].w, old" in answer.diagnostics[0].detail


@pytest.mark.parametrize(("version", "old"), [(0, b'{"id":"1","title":"n","x":2}'), (1, b'{"id":"1","title":"n"}')])
def test_an_older_state_is_upgraded_step_by_step(version: int, old: bytes) -> None:
    answer = upgraded(old, version, configured=None)
    assert answer.upgraded_state.json == b'{"id":"1","name":"N","many":null}'
    assert not answer.diagnostics


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("newer", TODAY, 3, "The state of test_thing is from a newer version of the provider"),
    ("no JSON", b"{", 2, "Unreadable state of test_thing"),
    ("nothing", b"", 2, "Unreadable state of test_thing"),
    ("of another form", b'{"id":5}', 2, "The state of test_thing does not fit its schema"),
]


@pytest.mark.parametrize(
    ("state", "version", "summary"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_refused(state: bytes, version: int, summary: str) -> None:
    answer = upgraded(state, version, resource=never)
    assert told(answer) == [("ERROR", summary)]
    assert not answer.HasField("upgraded_state")


def test_a_step_that_is_missing() -> None:
    other = resource(ATTRIBUTES, version=2, upgrades={1: second})
    answer = call(session(other), "UpgradeResourceState", version=0, raw_state=pb.RawState(json=b"{}"))
    assert told(answer) == [("ERROR", "The state of test_thing is too old")]


def test_a_step_that_fails_is_a_bug_of_ours() -> None:
    assert told(upgraded(b"{}", 0)) == [("ERROR", "The provider failed unexpectedly")]


@pytest.mark.parametrize("rpc", ["UpgradeResourceState", "UpgradeResourceIdentity"])
def test_an_unknown_type_is_named(rpc: str) -> None:
    answer = call(session(THING), rpc, type_name="test_nothing")
    assert told(answer) == [("ERROR", "Unknown resource type test_nothing")]


def test_an_identity_is_answered_as_it_came_without_loading_the_type() -> None:
    identity = pb.RawState(json=b'{"id": "1"}')
    answer = call(session(THING, resource=never), "UpgradeResourceIdentity", version=0, raw_identity=identity)
    assert answer.upgraded_identity.identity_data == pb.DynamicValue(json=b'{"id": "1"}')
    assert not answer.diagnostics
