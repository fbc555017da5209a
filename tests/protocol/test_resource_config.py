"""ValidateResourceConfig: bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from provider.framework.diagnostics import Diagnostic, Failure, error, warning
from provider.framework.relations import conflicts
from provider.framework.resource import Resource
from provider.framework.rules import one_of
from provider.framework.schema import Schema, computed, nested_list, optional, required, string
from provider.framework.values import UNKNOWN
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import call, never, sent, session, told

ATTRIBUTES = {
    "id": computed(string(), "Id."),
    "name": required(string(), "Name."),
    "kind": optional(string(one_of("a", "b")), "Kind."),
    "other": optional(string(), "Other.", deprecated="Use kind."),
    "many": optional(nested_list({"kind": optional(string(one_of("a", "b")), "Kind.")}), "M."),
    "secret": optional(string(one_of("x", "y")), "S.", write_only=True),
}
SCHEMA = Schema(ATTRIBUTES, "A thing.", relations=(conflicts("kind", "other"),))
NEW = pb.ClientCapabilities(write_only_attributes_allowed=True)


def own(config: Mapping[str, Any]) -> Iterable[Diagnostic]:
    if config["name"] == "bad":
        yield error("A bad name", "It is bad.", ("name",))
        yield warning("Think again")


THING: Resource[str] = Resource("test_thing", SCHEMA, never, never, never, never, validate=own)


def validated(config: Any, capabilities: pb.ClientCapabilities = NEW) -> Any:
    return call(
        # Validation is the business of a process that is never configured.
        session(THING, configured=None),
        "ValidateResourceConfig",
        config=sent(THING, config),
        client_capabilities=capabilities,
    )


def places(answer: Any) -> list[str]:
    return [
        ".".join(step.attribute_name or str(step.element_key_int) for step in found.attribute.steps)
        for found in answer.diagnostics
    ]


@pytest.mark.parametrize(
    "config", [{"name": "n"}, {"name": UNKNOWN, "kind": UNKNOWN}, {"name": "n", "kind": "a", "secret": "x"}]
)
def test_what_is_well_formed(config: Any) -> None:
    assert not validated(config).diagnostics


def test_all_that_is_wrong_is_said_at_once() -> None:
    answer = validated(
        {"name": "bad", "kind": "c", "other": "o", "many": [{"kind": "a"}, {"kind": "d"}], "secret": "z"}
    )
    assert list(zip((severity for severity, _ in told(answer)), places(answer), strict=True)) == [
        ("ERROR", "kind"),
        ("WARNING", "other"),
        ("ERROR", "many.1.kind"),
        ("ERROR", "secret"),
        ("ERROR", "kind"),
        ("ERROR", "name"),
        ("WARNING", ""),
    ]
    assert '"z"' not in str(answer)


def test_what_is_missing() -> None:
    assert places(validated({})) == ["name"]


def test_a_host_that_cannot_keep_a_secret_is_told_apart() -> None:
    config = {"name": "n", "secret": "x"}
    answer = validated(config, pb.ClientCapabilities())
    assert told(answer) == [("ERROR", "Terraform 1.11 or later is needed")]
    assert places(answer) == ["secret"]
    assert not validated({"name": "n"}, pb.ClientCapabilities()).diagnostics


def test_what_the_type_raises_is_told() -> None:
    def fail(_config: Mapping[str, Any]) -> Iterable[Diagnostic]:
        raise Failure(error("No"))

    made: Resource[str] = Resource("test_thing", SCHEMA, never, never, never, never, validate=fail)
    answer = call(session(made), "ValidateResourceConfig", config=sent(made, {"name": "n"}), client_capabilities=NEW)
    assert told(answer) == [("ERROR", "No")]


def test_a_type_may_have_nothing_of_its_own_to_say() -> None:
    made: Resource[str] = Resource("test_thing", SCHEMA, never, never, never, never)
    answer = call(session(made), "ValidateResourceConfig", config=sent(made, {"name": "bad"}), client_capabilities=NEW)
    assert not answer.diagnostics


def test_an_unknown_type_is_named() -> None:
    answer = call(session(THING), "ValidateResourceConfig", type_name="test_nothing")
    assert told(answer) == [("ERROR", "Unknown resource type test_nothing")]


def test_what_does_not_fit_the_schema_is_an_error() -> None:
    value = pb.DynamicValue(msgpack=b"\x81\xa4name\x05")
    assert told(call(session(THING), "ValidateResourceConfig", config=value)) == [("ERROR", "Unreadable value")]
