"""Declarations that contradict themselves: each is found when it is loaded, and named with its type and attribute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from provider.framework import types
from provider.framework.declaration import DEEPEST, Contradiction, check_schema
from provider.framework.relations import conflicts
from provider.framework.resource import Identity, Resource
from provider.framework.rules import between, one_of
from provider.framework.schema import (
    Attribute,
    Kind,
    Mode,
    Nested,
    Nesting,
    Schema,
    block,
    boolean,
    computed,
    dynamic,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_of,
    optional,
    required,
    set_of,
    single,
    string,
    tuple_of,
)
from provider.framework.timeouts import timeouts
from provider.framework.values import UNKNOWN

A = {"a": optional(string(), "A.")}
OUT = {"o": computed(string(), "O.")}


def found(attributes: Mapping[str, Attribute], *relations: Any, version: int = 0) -> list[str]:
    """What is wrong with a schema, line by line."""
    try:
        check_schema("thing", Schema(attributes, "A thing.", version, relations))
    except Contradiction as contradiction:
        return str(contradiction).split("\n")
    return []


SECRET = {"w": optional(string(), "W.", write_only=True)}
DYNAMIC = {"d": optional(dynamic(), "D.")}


def deep(levels: int) -> dict[str, Attribute]:
    return {"n": optional(single(deep(levels - 1)), "N.")} if levels > 1 else {"n": optional(string(), "N.")}


SOUND: list[tuple[str, dict[str, Attribute]]] = [
    ("nothing", {}),
    ("every mode", {**A, "b": required(string(), "B."), "c": computed(string(), "C.", never_null=True)}),
    ("a default", {"a": optional(string(one_of("x", "y")), "A.", default="x")}),
    ("a default of nested attributes", {"a": optional(single(A), "A.", default={"a": "x"})}),
    ("an empty default", {"a": optional(list_of(string()), "A.", default=())}),
    ("computed whole numbers", {"a": computed(list_of(integer()), "A.")}),
    ("rules on what is optional and computed", {"a": optional(string(one_of("x")), "A.", computed=True)}),
    ("write-only in a list", {"a": optional(nested_list(SECRET), "A.")}),
    ("write-only throughout", {"a": optional(single(SECRET), "A.", write_only=True)}),
    ("nested computed", {"a": computed(nested_set(OUT), "A.")}),
    ("create-only and computed", {"a": optional(string(), "A.", computed=True, create_only=True)}),
    ("a block", {"a": block(nested_list(A), "A.", at_least=1, at_most=1)}),
    ("a block without an upper bound", {"a": block(nested_set(A), "A.", at_least=2)}),
    ("a block in a block", {"a": block(single({"b": block(nested_list(A), "B.")}), "A.")}),
    ("a name that is taken, but deeper", {"a": optional(single({"count": required(integer(), "C.")}), "A.")}),
    ("a dynamic value", {"a": optional(dynamic(), "A."), "s": optional(single(DYNAMIC), "S.")}),
    ("timeouts", {"timeouts": timeouts("create", "read", "update", "delete")}),
    ("as deep as it goes", deep(DEEPEST)),
]


@pytest.mark.parametrize("attributes", [case[1] for case in SOUND], ids=[case[0] for case in SOUND])
def test_what_is_sound(attributes: dict[str, Attribute]) -> None:
    assert found(attributes) == []


def with_default(kind: Any, default: Any) -> dict[str, Attribute]:
    return {"a": optional(kind, "A.", default=default)}


WRONG: list[tuple[dict[str, Attribute], str]] = [
    ({"a": optional(string(), "")}, "a has no description"),
    ({"A": optional(string(), "A.")}, "A has a name that is not made of a-z, 0-9 and _"),
    ({"1a": optional(string(), "A.")}, "1a has a name that is not made of a-z, 0-9 and _"),
    ({"a-b": optional(string(), "A.")}, "a-b has a name that is not made of a-z, 0-9 and _"),
    ({"count": optional(string(), "A.")}, "count has a name that means something else in every block of Terraform"),
    (
        {"lifecycle": block(single(A), "L.")},
        "lifecycle has a name that means something else in every block of Terraform",
    ),
    (with_default(string(), 5), "a has a default of another type: expected string, found int"),
    (with_default(list_of(string()), ["x", 5]), "a has a default of another type: [1]: expected string, found int"),
    (with_default(string(), None), "a has a default that is null or unknown"),
    (with_default(string(), UNKNOWN), "a has a default that is null or unknown"),
    (with_default(list_of(string()), [UNKNOWN]), "a has a default that is null or unknown"),
    (with_default(integer(between(1, 3)), 4), "a has a default that breaks a rule: it must be from 1 to 3"),
    (
        with_default(list_of(string(one_of("x", "z"))), ["y"]),
        "a has a default that breaks a rule: it must be one of x, z",
    ),
    (
        {"a": Attribute(string(), Mode.OPTIONAL, "A.", default="x")},
        "a has a default, but is not optional and computed",
    ),
    (
        {"a": optional(string(), "A.", write_only=True, computed=True)},
        "a is write-only, so it can be neither computed nor have a default",
    ),
    (
        {"a": optional(string(), "A.", write_only=True, default="x")},
        "a is write-only, so it can be neither computed nor have a default",
    ),
    (
        {"a": required(string(), "A.", write_only=True, replace=True)},
        "a is write-only, so there is no prior value to plan with",
    ),
    (
        {"a": Attribute(string(), Mode.COMPUTED, "A.", create_only=True)},
        "a is computed: there is no configuration from which it could be kept",
    ),
    (
        {"a": optional(string(), "A.", never_null=True)},
        "a is not computed, so the provider cannot promise that it is never null",
    ),
    (
        {"a": optional(nested_list({"w": computed(string(one_of("x")), "W.")}), "A.")},
        "a.w is computed: no configuration could break its rules",
    ),
    (
        {"a": computed(list_of(string(one_of("x"))), "A.")},
        "a is computed: no configuration could break its rules",
    ),
    (
        {"a": Attribute(Nested(Nesting.LIST, A, at_most=1), Mode.OPTIONAL, "A.")},
        "a is no block: use a rule for the number of its elements",
    ),
    ({"a": optional(single({"b": block(single(A), "B.")}), "A.")}, "a is an attribute, which can hold no blocks"),
    ({"a": block(nested_map(A), "A.")}, "a is a block, which is single, a list or a set of objects"),
    (
        {"a": Attribute(Kind(types.STRING), Mode.BLOCK, "A.")},
        "a is a block, which is single, a list or a set of objects",
    ),
    ({"a": block(nested_list(A), "A.", at_least=-1)}, "a is a block with bounds that contradict each other"),
    ({"a": block(nested_list(A), "A.", at_least=3, at_most=2)}, "a is a block with bounds that contradict each other"),
    ({"a": block(single(A), "A.", at_most=2)}, "a is a single block with more than one"),
    ({"a": block(single(A), "A.", at_least=2)}, "a is a single block with more than one"),
    (
        {"a": optional(nested_set(SECRET), "A.")},
        "a.w is write-only inside a set, whose elements Terraform could not tell apart",
    ),
    (
        {"a": optional(single(dict(A)), "A.", write_only=True)},
        "a.a is part of a write-only attribute, so it has to be write-only too",
    ),
    ({"a": computed(single(dict(A)), "A.")}, "a.a is part of a computed attribute, so it has to be computed too"),
    (
        {"a": computed(single({"r": required(string(), "R.")}), "A.")},
        "a.r is part of a computed attribute, so it has to be computed too",
    ),
    (
        {"a": optional(nested_list(DYNAMIC), "A.")},
        "a repeats, and holds a dynamic value: its elements would not be of one type",
    ),
    *(
        ({"a": optional(kind, "A.")}, "a holds dynamic values inside: declare the whole as dynamic")
        for kind in (
            list_of(dynamic()),
            set_of(dynamic()),
            map_of(list_of(dynamic())),
            tuple_of(types.BOOL, types.DYNAMIC),
            object_of({"d": types.DYNAMIC}),
        )
    ),
    (deep(DEEPEST + 1), f"{'.'.join('n' * DEEPEST)} is nested more than {DEEPEST} levels deep"),
]


@pytest.mark.parametrize(("attributes", "line"), WRONG, ids=[case[1] for case in WRONG])
def test_what_contradicts_itself(attributes: dict[str, Attribute], line: str) -> None:
    assert found(attributes) == [f"thing: {line}"]


def test_a_negative_version() -> None:
    assert found(A, version=-1) == ["thing: the schema version is negative"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert found({"b": optional(string(), ""), "list": optional(nested_list({"c": optional(number(), "")}), "L.")}) == [
        "thing: b has no description",
        "thing: list.c has no description",
    ]


@pytest.mark.parametrize("other", ["b", "s.b", "a.b"])
def test_a_relation_over_what_does_not_exist(other: str) -> None:
    relation = conflicts("a", other)
    attributes = {**A, "s": optional(single(dict(A)), "S.")}
    line = f"does not exist, but a rule speaks of it: {relation!r}"
    assert found(attributes, relation) == [f"thing: {other} {line}"]
    assert found({"x": optional(nested_list(attributes, relation), "X.")}) == [f"thing: x.{other} {line}"]
    assert found(attributes, conflicts("a", "s.a")) == []


SHARED = {"p": optional(string(), "P.")}


def test_attributes_that_stand_in_two_places_are_judged_in_each() -> None:
    attributes = {"a": optional(single(SHARED), "A."), "b": computed(single(SHARED), "B.")}
    assert found(attributes) == ["thing: b.p is part of a computed attribute, so it has to be computed too"]


def test_what_is_wrong_in_many_places_is_said_once() -> None:
    shared = {"p": optional(string(), "")}
    attributes = {name: optional(single(shared), "S.") for name in "abc"}
    assert found(attributes) == ["thing: a.p has no description"]


def never(_operation: Any) -> Any:
    raise AssertionError("only declared")


def resource(attributes: Mapping[str, Attribute], version: int = 0, **more: Any) -> Resource[None]:
    schema = Schema(attributes, "A thing.", version)
    return Resource("thing", schema, never, never, never, **{"update": never, **more})


FIXED = {"f": required(string(), "F.", replace=True), "o": computed(string(), "O.")}

SOUND_RESOURCES: list[tuple[str, dict[str, Any]]] = [
    ("without update", {"attributes": FIXED, "update": None}),
    ("timeouts without update", {"attributes": {**FIXED, "timeouts": timeouts("create")}, "update": None}),
    (
        "a secret without update",
        {"attributes": {**FIXED, "w": optional(string(), "W.", write_only=True)}, "update": None},
    ),
    ("upgrades", {"attributes": A, "version": 2, "upgrades": {0: dict, 1: dict}}),
    ("an identity", {"attributes": {**A, "b": optional(boolean(), "B.")}, "identity": Identity(("a", "b"), ("b",))}),
]


@pytest.mark.parametrize("declared", [case[1] for case in SOUND_RESOURCES], ids=[case[0] for case in SOUND_RESOURCES])
def test_a_sound_resource(declared: dict[str, Any]) -> None:
    assert resource(**declared).name == "thing"


WRONG_RESOURCES: list[tuple[dict[str, Any], str]] = [
    ({"attributes": {"a": optional(string(), "")}}, "thing: a has no description"),
    (
        {"attributes": A, "version": 1, "upgrades": {0: dict, 1: dict}},
        "thing: upgrades start from schema versions [1], but the schema has version 1",
    ),
    (
        {"attributes": A, "version": 1, "upgrades": {-1: dict}},
        "thing: upgrades start from schema versions [-1], but the schema has version 1",
    ),
    ({"attributes": A, "identity": Identity(("id",))}, "thing: the identity names id, which is no attribute"),
    (
        {"attributes": A, "identity": Identity(("a",), ("b",))},
        "thing: the identity has optional parts that are none of its names: ['b']",
    ),
    (
        {"attributes": A, "update": None},
        "thing: a does not replace the resource when it changes, but there is no update",
    ),
]


@pytest.mark.parametrize(("declared", "line"), WRONG_RESOURCES, ids=[case[1] for case in WRONG_RESOURCES])
def test_a_resource_that_contradicts_itself_cannot_be_made(declared: dict[str, Any], line: str) -> None:
    with pytest.raises(Contradiction) as raised:
        resource(**declared)
    assert str(raised.value).split("\n") == [line]
