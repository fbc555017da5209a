"""Types, and the JSON that stands for them in a schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from provider.framework import types
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple, Type, list_of, map_of, set_of
from tests.framework.strategies import FEW, TYPES

JSON: list[tuple[Type, Any]] = [
    (STRING, "string"),
    (NUMBER, "number"),
    (BOOL, "bool"),
    (DYNAMIC, "dynamic"),
    (list_of(STRING), ["list", "string"]),
    (set_of(NUMBER), ["set", "number"]),
    (map_of(BOOL), ["map", "bool"]),
    (list_of(map_of(DYNAMIC)), ["list", ["map", "dynamic"]]),
    (Tuple(()), ["tuple", []]),
    (Tuple((STRING, list_of(BOOL))), ["tuple", ["string", ["list", "bool"]]]),
    (Object({}), ["object", {}]),
    (Object({"b": STRING, "a": NUMBER}), ["object", {"a": "number", "b": "string"}]),
    (
        Object({"a": STRING, "b": BOOL, "c": BOOL}, frozenset({"c", "b"})),
        ["object", {"a": "string", "b": "bool", "c": "bool"}, ["b", "c"]],
    ),
    (set_of(Object({"a": Tuple((STRING,))})), ["set", ["object", {"a": ["tuple", ["string"]]}]]),
]


@pytest.mark.parametrize(("type_", "written"), JSON)
def test_json(type_: Type, written: Any) -> None:
    assert types.to_json(type_) == written


def test_attributes_are_written_in_order() -> None:
    """The compiled schema must not depend on the order of a declaration."""
    one = types.to_json(Object({"b": STRING, "a": NUMBER}))
    other = types.to_json(Object({"a": NUMBER, "b": STRING}))

    assert json.dumps(one) == json.dumps(other)


@FEW
@given(TYPES, TYPES)
def test_json_tells_types_apart(one: Type, other: Type) -> None:
    assert (types.to_json(one) == types.to_json(other)) == (one == other)


@FEW
@given(TYPES)
def test_types_are_keys(type_: Type) -> None:
    assert {type_: "found"}[type_] == "found"
