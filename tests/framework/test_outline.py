"""The outline of a type: what it says reads back, and what stands in many places is written once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework import outline
from provider.framework.schema import (
    Attribute,
    Schema,
    computed,
    nested_list,
    object_of,
    optional,
    required,
    single,
    string,
)
from provider.framework.state import Stored
from provider.framework.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Object,
    Tuple,
    Type,
    list_of,
    map_of,
    set_of,
)
from tests.framework.strategies import MANY, TYPES

PERSON = Object({"name": STRING, "age": NUMBER})

WRITTEN: list[tuple[Type, str]] = [
    (STRING, '{"version":3,"objects":[],"type":"string"}'),
    (DYNAMIC, '{"version":3,"objects":[],"type":"dynamic"}'),
    (map_of(set_of(BOOL)), '{"version":3,"objects":[],"type":["map",["set","bool"]]}'),
    (Tuple((STRING, Tuple(()))), '{"version":3,"objects":[],"type":["tuple",["string",["tuple",[]]]]}'),
    (Object({}), '{"version":3,"objects":[{}],"type":["object",0]}'),
    (PERSON, '{"version":3,"objects":[{"age":"number","name":"string"}],"type":["object",0]}'),
    # Equal objects are one, whether it is the very same or not.
    (
        Object({"one": PERSON, "other": list_of(Object({"age": NUMBER, "name": STRING})), "id": STRING}),
        (
            '{"version":3,"objects":[{"age":"number","name":"string"},'
            '{"id":"string","one":["object",0],"other":["list",["object",0]]}],"type":["object",1]}'
        ),
    ),
]


@pytest.mark.parametrize(("type_", "text"), WRITTEN)
def test_written(type_: Type, text: str) -> None:
    assert outline.write(Stored(3, type_)).decode() == text
    assert outline.read(text.encode()) == Stored(3, type_)


@MANY
@given(TYPES, st.integers(0, 2**31))
def test_what_is_written_reads_back(type_: Type, version: int) -> None:
    stored = Stored(version, _without_optional(type_))

    assert outline.read(outline.write(Stored(version, type_))) == stored


def _without_optional(type_: Type) -> Type:
    """Return the type of states: all attributes are there."""
    match type_:
        case Object(attributes):
            return Object({name: _without_optional(part) for name, part in attributes.items()})
        case Tuple(elements):
            return Tuple(tuple(map(_without_optional, elements)))
        case Collection(kind, element):
            return Collection(kind, _without_optional(element))
    return type_


def test_the_type_of_a_schema_is_read_as_what_it_is() -> None:
    schema = Schema(
        {
            "id": computed(string(), "The id."),
            "rule": required(nested_list({"name": required(string(), "The name.")}), "The rules."),
            "where": optional(object_of({"x": NUMBER, "y": NUMBER}, "y"), "The place."),
        },
        "A thing.",
        version=2,
    )

    assert outline.read(outline.write(Stored(schema.version, schema.type))) == Stored(2, _without_optional(schema.type))


def test_a_type_that_holds_itself_is_as_long_as_its_depth() -> None:
    """Two branches at each of 22 levels are four million objects, and 22 different ones."""
    attributes: dict[str, Attribute] = {"name": optional(string(), "The name.")}
    for _ in range(21):
        branch = single(attributes)
        attributes = {**attributes, "left": optional(branch, "Left."), "right": optional(branch, "Right.")}
    schema = Schema(attributes, "A tree.")
    written = outline.write(Stored(0, schema.type))

    assert len(json.loads(written)["objects"]) == 22
    assert outline.write(outline.read(written)) == written
