"""Values, paths and diagnostics on their way into messages and back."""

import json
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.diagnostics import Failure, error, warning
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Key, Path
from provider.framework.redaction import protect
from provider.framework.schema import (
    Attribute,
    Kind,
    Mode,
    Schema,
    boolean,
    computed,
    integer,
    list_of,
    nested_list,
    optional,
    required,
    single,
    string,
)
from provider.protocol import from_wire, to_wire
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.framework.exact import exact
from tests.framework.strategies import FEW, NAMES, TYPES, values


@st.composite
def schemas_with_values(draw: st.DrawFn) -> tuple[Schema, dict[str, Any]]:
    """A schema of some attributes, and a configuration for it."""
    kinds = draw(st.dictionaries(NAMES, TYPES, max_size=4))
    schema = Schema({name: Attribute(Kind(type_), Mode.OPTIONAL, "") for name, type_ in kinds.items()}, "")
    config = {name: draw(values(type_)) for name, type_ in kinds.items()}
    return schema, config


@FEW
@given(schemas_with_values())
def test_a_configuration_comes_back_as_it_went(made: tuple[Schema, dict[str, Any]]) -> None:
    schema, config = made
    sent = to_wire.value(config, schema.type).SerializeToString()
    received = from_wire.config(pb.DynamicValue.FromString(sent), schema)
    assert exact(received) == exact(read(config, schema.type, OWN))


def test_a_block_that_is_not_written_has_null_attributes() -> None:
    schema = Schema({"a": optional(string(), ""), "b": optional(boolean(), "")}, "")
    assert from_wire.config(pb.DynamicValue(msgpack=msgpack.packb(None)), schema) == {"a": None, "b": None}


def test_a_value_that_does_not_fit_is_a_failure_with_one_diagnostic() -> None:
    schema = Schema({"a": optional(integer(), "")}, "")
    with pytest.raises(Failure) as failure:
        from_wire.config(pb.DynamicValue(msgpack=msgpack.packb({"a": "x"})), schema)
    (diagnostic,) = failure.value.diagnostics
    assert diagnostic.summary == "Unreadable value"


@pytest.mark.parametrize("read_as", [from_wire.config, from_wire.present])
def test_an_object_that_is_unknown_as_a_whole_is_not_taken_for_none(read_as: Any) -> None:
    with pytest.raises(Failure) as failure:
        read_as(pb.DynamicValue(msgpack=b"\xd4\x00\x00"), Schema({"a": optional(integer(), "")}, ""))
    assert [found.summary for found in failure.value.diagnostics] == ["Unreadable value"]


def test_a_value_may_be_written_in_json() -> None:
    schema = Schema({"a": optional(integer(), ""), "b": optional(boolean(), "")}, "")
    assert from_wire.present(pb.DynamicValue(json=b'{"a": 1}'), schema) == {"a": 1, "b": None}
    assert from_wire.present(pb.DynamicValue(json=b"null"), schema) is None


def test_a_value_of_our_own_code_is_brought_into_normal_form() -> None:
    type_ = types.Object({"words": types.set_of(types.STRING), "size": types.NUMBER})
    sent = to_wire.value({"words": {"b", "a"}, "size": 2.0}, type_)
    assert msgpack.unpackb(sent.msgpack) == {"words": ["a", "b"], "size": 2}
    with pytest.raises(MalformedValue, match="size: expected number, found str"):
        to_wire.value({"size": "two"}, type_)


STEPS = st.one_of(NAMES, st.integers(0, 2**63 - 1), st.builds(Key, NAMES))


@FEW
@given(st.lists(STEPS, max_size=6).map(tuple))
def test_a_path_keeps_each_step_and_its_kind(path: Path) -> None:
    message = pb.AttributePath.FromString(to_wire.path(path).SerializeToString())
    back: list[Any] = []
    for step in message.steps:
        kind = step.WhichOneof("selector")
        back.append(Key(step.element_key_string) if kind == "element_key_string" else getattr(step, str(kind)))
    assert exact(tuple(back)) == exact(path)


def test_diagnostics() -> None:
    message = to_wire.diagnostic(error("Short", "Long.", ("a", 0, Key("b"))))
    assert message == pb.Diagnostic(
        severity=pb.Diagnostic.ERROR,
        summary="Short",
        detail="Long.",
        attribute=pb.AttributePath(
            steps=[
                pb.AttributePath.Step(attribute_name="a"),
                pb.AttributePath.Step(element_key_int=0),
                pb.AttributePath.Step(element_key_string="b"),
            ]
        ),
    )
    without_place = to_wire.diagnostic(warning("Short"))
    assert without_place == pb.Diagnostic(severity=pb.Diagnostic.WARNING, summary="Short")
    assert not without_place.HasField("attribute")


def test_secrets_are_masked_on_the_way_out() -> None:
    protect("the-secret-of-test-wire")
    message = to_wire.diagnostic(error("It is the-secret-of-test-wire", "Yes: the-secret-of-test-wire."))
    assert "the-secret-of-test-wire" not in str(message)


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (required(string(), "A."), pb.Schema.Attribute(required=True, type=b'"string"')),
        (optional(boolean(), "A."), pb.Schema.Attribute(optional=True, type=b'"bool"')),
        (
            optional(integer(), "A.", computed=True),
            pb.Schema.Attribute(optional=True, computed=True, type=b'"number"'),
        ),
        (
            computed(list_of(string()), "A.", sensitive=True),
            pb.Schema.Attribute(computed=True, sensitive=True, type=b'["list", "string"]'),
        ),
        (
            optional(string(), "A.", deprecated="Use b."),
            pb.Schema.Attribute(optional=True, deprecated=True, deprecation_message="Use b.", type=b'"string"'),
        ),
    ],
)
def test_attributes(attribute: Attribute, expected: pb.Schema.Attribute) -> None:
    message = to_wire.schema(Schema({"a": attribute}, "All.", version=3))
    assert (message.version, message.block.description) == (3, "All.")
    expected.name, expected.description, expected.description_kind = "a", "A.", pb.MARKDOWN
    assert list(message.block.attributes) == [expected]


def test_nested_attributes() -> None:
    inside = {"b": required(string(), "B.")}
    message = to_wire.schema(
        Schema({"one": optional(single(inside), "One."), "many": optional(nested_list(inside), "Many.")}, "")
    )
    many, one = message.block.attributes
    assert (many.name, one.name) == ("many", "one")
    assert many.nested_type.nesting == pb.Schema.Object.NestingMode.LIST
    assert one.nested_type.nesting == pb.Schema.Object.NestingMode.SINGLE
    for attribute in (many, one):
        assert not attribute.type
        assert [(part.name, part.required) for part in attribute.nested_type.attributes] == [("b", True)]


@FEW
@given(TYPES)
def test_types_are_the_json_that_terraform_reads(type_: types.Type) -> None:
    (attribute,) = to_wire.schema(Schema({"a": optional(Kind(type_), "")}, "")).block.attributes
    assert json.loads(attribute.type) == types.to_json(type_)
