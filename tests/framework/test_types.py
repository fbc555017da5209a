"""Types, and the JSON that stands for them in a schema."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    MalformedType,
    Object,
    Tuple,
    Type,
    list_of,
    map_of,
    set_of,
)
from tests.framework.strategies import FEW, MANY, TYPES

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
    assert types.from_json(written) == type_


NO_TYPES: list[tuple[str, Any]] = [
    ("null", None),
    ("a truth value", True),
    ("a number", 5),
    ("another word", "str"),
    ("an empty text", ""),
    ("nothing", []),
    ("a word in a list", ["string"]),
    ("a list of nothing", ["list"]),
    ("a list of two types", ["list", "string", "string"]),
    ("a list of no type", ["list", "str"]),
    ("another collection", ["bag", "string"]),
    ("a collection whose name is no text", [["list"], "string"]),
    ("a collection that is an object", {"list": "string"}),
    ("a tuple of no list", ["tuple", "string"]),
    ("a tuple of no type", ["tuple", ["string", 5]]),
    ("a tuple and more", ["tuple", [], []]),
    ("an object without attributes", ["object"]),
    ("an object of a list", ["object", ["string"]]),
    ("an object of no type", ["object", {"a": "str"}]),
    ("an object with optional attributes that are no list", ["object", {"a": "bool"}, "a"]),
    ("an object with optional attributes that are no names", ["object", {"a": "bool"}, [["a"]]]),
    ("an object with optional attributes that it does not have", ["object", {"a": "bool"}, ["b"]]),
    ("an object and more", ["object", {}, [], []]),
]


@pytest.mark.parametrize("written", [case[1] for case in NO_TYPES], ids=[case[0] for case in NO_TYPES])
def test_what_is_no_type(written: Any) -> None:
    with pytest.raises(MalformedType, match=r"[a-z]"):
        types.from_json(written)


def _nested(levels: int, innermost: Any = "string") -> Any:
    for _ in range(levels):
        innermost = ["list", innermost]
    return innermost


def test_how_deep_a_type_may_be() -> None:
    assert types.to_json(types.from_json(_nested(63))) == _nested(63)
    with pytest.raises(MalformedType, match=r"^a type with more than 64 levels"):
        types.from_json(_nested(64))


def test_how_large_a_type_may_be() -> None:
    assert isinstance(types.from_json(["tuple", ["string"] * 9_999]), Tuple)
    with pytest.raises(MalformedType, match=r"or 10000 parts$"):
        types.from_json(["tuple", ["string"] * 10_000])


@pytest.mark.parametrize("written", [["bag", _nested(900)], {"a": _nested(900)}, "x" * 1_000_000, ["x"] * 1_000_000])
def test_the_error_is_short_whatever_was_found(written: Any) -> None:
    with pytest.raises(MalformedType) as caught:
        types.from_json(written)
    assert len(str(caught.value)) < 200


WORDS = st.one_of(
    st.sampled_from(["string", "number", "dynamic", "list", "set", "map", "tuple", "object"]),
    st.text(string.ascii_lowercase, max_size=3),
    st.none(),
    st.booleans(),
    st.integers(),
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(string.ascii_lowercase, max_size=3), inner, max_size=3),
        st.tuples(st.sampled_from(["list", "set", "map", "tuple", "object"]), inner).map(list),
        st.tuples(st.sampled_from(["tuple", "object"]), inner, inner).map(list),
    ),
    max_leaves=10,
)


@MANY
@given(TREES)
def test_any_json_is_a_type_or_none(written: Any) -> None:
    try:
        type_ = types.from_json(written)
    except MalformedType:
        return
    # An empty list of optional attributes may be left out.
    assert types.from_json(types.to_json(type_)) == type_


@FEW
@given(TYPES)
def test_json_reads_back(type_: Type) -> None:
    assert types.from_json(json.loads(json.dumps(types.to_json(type_)))) == type_


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
