"""PlanResourceChange: bytes in, bytes out."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.diagnostics import warning
from provider.framework.modifiers import Whole
from provider.framework.resource import Identity, Modified, Planning
from provider.framework.schema import computed, integer, nested_list, optional, required, string
from provider.framework.timeouts import timeouts
from provider.framework.values import UNKNOWN
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import CAN_WAIT, META, PUT_OFF, READY, call, received, resource, sent, session, told

ATTRIBUTES = {
    "id": computed(string(), "Id.", keep_prior=True, never_null=True),
    "revision": computed(integer(), "R."),
    "name": required(string(), "Name.", replace=True),
    "note": optional(string(), "Note."),
    "many": optional(nested_list({"f": optional(string(), "F.", replace=True)}), "M."),
    "secret": optional(string(), "S.", write_only=True),
    "timeouts": timeouts("create"),
}
THING = resource(ATTRIBUTES, identity=Identity(("id",)))
PRIOR = {"id": "1", "revision": 7, "name": "n"}


def planned(
    config: Any, prior: Any, *, of: Any = THING, configured: Any = READY, **fields: Any
) -> pb.PlanResourceChange.Response:
    answer: pb.PlanResourceChange.Response = call(
        session(of, configured=configured),
        "PlanResourceChange",
        config=sent(of, config),
        prior_state=sent(of, prior),
        # What Terraform proposes is not looked at.
        proposed_new_state=pb.DynamicValue(msgpack=b"\xc1"),
        **fields,
    )
    return answer


CASES: list[tuple[str, Any, Any, Any]] = [
    (
        "create",
        {"name": "n", "secret": "s", "timeouts": {"create": "1m"}},
        None,
        {"id": "unknown", "revision": "unknown", "name": "n", "timeouts": {"create": "1m"}},
    ),
    ("no change", {"name": "n", "secret": "s"}, PRIOR, PRIOR),
    ("a change", {"name": "n", "note": "x"}, PRIOR, PRIOR | {"note": "x", "revision": "unknown"}),
    ("unknown", {"name": UNKNOWN}, None, {"id": "unknown", "revision": "unknown", "name": "unknown"}),
    ("destroy", None, PRIOR, None),
]


@pytest.mark.parametrize(("config", "prior", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_plans(config: Any, prior: Any, expected: Any) -> None:
    answer = planned(config, prior)
    assert received(answer.planned_state) == expected
    assert not answer.diagnostics
    assert not answer.requires_replace
    assert not answer.HasField("deferred")
    assert not answer.legacy_type_system


def test_what_is_known_of_what_is_unknown_crosses_the_wire() -> None:
    state = planned({"name": "n"}, None).planned_state.msgpack
    # Refined as not null: extension 12 with a map of 1 to false; without refinements: extension 0.
    assert b"\xa2id\xc7\x03\x0c\x81\x01\xc2" in state
    assert b"\xa8revision\xd4\x00\x00" in state


def test_paths_of_what_replaces() -> None:
    answer = planned({"name": "m", "many": [{"f": "y"}]}, PRIOR | {"many": [{"f": "x"}]})
    name, part = answer.requires_replace
    assert [(step.attribute_name, step.element_key_int) for step in name.steps] == [("many", 0), ("", 0), ("f", 0)]
    assert [step.WhichOneof("selector") for step in name.steps][1] == "element_key_int"
    assert [step.attribute_name for step in part.steps] == ["name"]


IDENTITIES: list[tuple[str, Any, Any, Any]] = [
    ("not known before it is made", {"name": "n"}, None, None),
    ("stays", {"name": "n", "note": "x"}, PRIOR, {"id": "1"}),
    ("of what is destroyed", None, PRIOR, {"id": "1"}),
]


@pytest.mark.parametrize(
    ("config", "prior", "expected"), [case[1:] for case in IDENTITIES], ids=[case[0] for case in IDENTITIES]
)
def test_identity(config: Any, prior: Any, expected: Any) -> None:
    answer = planned(config, prior)
    assert answer.HasField("planned_identity") is (expected is not None)
    if expected is not None:
        assert received(answer.planned_identity.identity_data) == expected


def test_a_resource_without_identity_plans_none() -> None:
    assert not planned({"name": "n"}, PRIOR, of=resource(ATTRIBUTES)).HasField("planned_identity")


def test_private_state_goes_through_as_it_came() -> None:
    for config in ({"name": "n"}, None):
        for private in (b'{"a":1}', b"", b"\xff of another provider"):
            assert planned(config, PRIOR, prior_private=private).planned_private == private


def test_the_resource_has_the_last_word() -> None:
    seen = list[Planning[str]]()

    def modify(planning: Planning[str]) -> Modified:
        seen.append(planning)
        return Modified({"revision": 8}, (("note",),), (warning("Look out", "There.", ("note",)),), {"b": 2})

    answer = planned(
        {"name": "n", "note": "x"}, PRIOR, of=resource(ATTRIBUTES, modify=modify), prior_private=b'{"a":1}'
    )
    assert received(answer.planned_state) == PRIOR | {"note": "x", "revision": 8}
    assert [path.steps[0].attribute_name for path in answer.requires_replace] == ["note"]
    assert told(answer) == [("WARNING", "Look out")]
    assert [step.attribute_name for step in answer.diagnostics[0].attribute.steps] == ["note"]
    assert answer.planned_private == b'{"b":2}'
    (planning,) = seen
    assert planning.meta == META
    assert planning.whole.private == {"a": 1}


def test_a_destruction_can_be_warned_of() -> None:
    def modify(planning: Planning[str]) -> Modified:
        assert planning.whole == Whole(None, planning.whole.prior, None, {})
        return Modified(diagnostics=(warning(f"{(planning.whole.prior or {})['name']} will be lost"),))

    answer = planned(None, PRIOR, of=resource(ATTRIBUTES, modify=modify))
    assert told(answer) == [("WARNING", "n will be lost")]
    assert received(answer.planned_state) is None


@pytest.mark.parametrize(
    ("modified", "said"),
    [
        ({"note": "z"}, "note of test_thing is planned with another value than the configured one"),
        ({"note": 5}, "note of test_thing cannot be planned: expected string, found int"),
        ({"none": 5}, "test_thing cannot be planned: unexpected attributes: none"),
    ],
)
def test_a_plan_that_terraform_would_refuse_is_an_error(modified: Any, said: str) -> None:
    answer = planned({"name": "n"}, PRIOR, of=resource(ATTRIBUTES, modify=lambda _planning: Modified(modified)))
    assert told(answer) == [("ERROR", "The provider plans what it must not")]
    assert answer.diagnostics[0].detail.startswith(said)


def test_a_crash_is_an_error() -> None:
    def fail(_planning: Planning[str]) -> Modified:
        raise ValueError("out of order")

    answer = planned({"name": "n"}, PRIOR, of=resource(ATTRIBUTES, modify=fail))
    assert told(answer) == [("ERROR", "The provider failed unexpectedly")]
    assert not answer.HasField("planned_state")


@pytest.mark.parametrize("configured", [None, PUT_OFF], ids=["never", "put off"])
def test_what_needs_no_configured_provider_is_planned_without(configured: Any) -> None:
    seen = list[Any]()

    def modify(planning: Planning[str]) -> Modified:
        seen.append(planning.meta)
        return Modified()

    answer = planned({"name": "n"}, PRIOR, of=resource(ATTRIBUTES, modify=modify), configured=configured)
    assert received(answer.planned_state) == PRIOR
    assert not answer.HasField("deferred")
    assert not answer.diagnostics
    assert seen == [None]


def test_a_plan_is_deferred_where_the_host_can_wait() -> None:
    answer = planned({"name": "n"}, PRIOR, configured=PUT_OFF, client_capabilities=CAN_WAIT)
    assert answer.deferred.reason == pb.Deferred.PROVIDER_CONFIG_UNKNOWN
    assert received(answer.planned_state) == PRIOR
    assert not planned({"name": "n"}, PRIOR, client_capabilities=CAN_WAIT).HasField("deferred")


def test_an_unknown_type_is_named() -> None:
    answer = call(session(THING), "PlanResourceChange", type_name="test_nothing")
    assert told(answer) == [("ERROR", "Unknown resource type test_nothing")]
    assert "test" in answer.diagnostics[0].detail


@pytest.mark.parametrize("field", ["config", "prior_state"])
def test_what_does_not_fit_the_schema_is_an_error(field: str) -> None:
    fields: dict[str, Any] = {"config": sent(THING, {"name": "n"}), "prior_state": sent(THING, PRIOR)}
    fields[field] = pb.DynamicValue(msgpack=b"\x81\xa4name\x05")
    answer = call(session(THING), "PlanResourceChange", **fields)
    assert told(answer) == [("ERROR", "Unreadable value")]
    assert "name: expected string, found int" in answer.diagnostics[0].detail
