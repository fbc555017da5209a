"""Relations, with and without conditions: what each calls broken, where, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.conditions import when
from provider.framework.relations import (
    Broken,
    Object,
    Relation,
    at_least_one_of,
    at_most_one_of,
    conflicts,
    exactly_one_of,
    look_up,
    relation,
    same,
    together,
)
from provider.framework.rules import length
from provider.framework.values import UNKNOWN, Dynamic
from tests.framework.strategies import MANY


def _sum_is_9(value: Object) -> Iterator[Broken]:
    if (value.get("a") or 0) + (value.get("b") or 0) != 9:
        yield Broken(("b",), "must make 9 with a", shown=True)


HOLDS: Any = None
A, B, C, INSIDE = ("a",), ("b",), ("c",), ("s", "x")
LAST = "only one of them may be set"

# Relation, how it reads, and for each object: None, or path, problem and whether the value is shown.
RELATIONS: list[tuple[Relation, str, list[tuple[dict[str, Any], Any]]]] = [
    (
        at_most_one_of("a", "b", "c"),
        "at most one of a, b and c may be set",
        [
            ({}, HOLDS),
            ({"b": 1}, HOLDS),
            ({"a": 1, "b": UNKNOWN, "c": None}, HOLDS),
            ({"a": 1, "b": 2}, (B, f"conflicts with a: {LAST}")),
            ({"a": "", "c": ()}, (C, f"conflicts with a: {LAST}")),
            ({"a": 1, "b": 2, "c": 3}, (C, f"conflicts with a and b: {LAST}")),
            ({"a": 1, "b": UNKNOWN, "c": 3}, (C, f"conflicts with a: {LAST}")),
        ],
    ),
    (
        exactly_one_of("a", "b"),
        "exactly one of a and b must be set",
        [
            ({"a": 1}, HOLDS),
            ({"a": UNKNOWN}, HOLDS),
            ({"a": UNKNOWN, "b": UNKNOWN}, HOLDS),
            ({"a": 1, "b": UNKNOWN}, HOLDS),
            ({}, ((), "must set exactly one of a and b")),
            ({"a": None, "b": None}, ((), "must set exactly one of a and b")),
            ({"a": 1, "b": 0}, (B, f"conflicts with a: {LAST}")),
        ],
    ),
    (
        exactly_one_of("a", "b", "c"),
        "exactly one of a, b and c must be set",
        [({"a": 1, "b": UNKNOWN, "c": 1}, (C, f"conflicts with a: {LAST}"))],
    ),
    (
        at_least_one_of("a", "s.x"),
        "at least one of a and s.x must be set",
        [
            ({"a": 1, "s": {"x": 1}}, HOLDS),
            ({"s": {"x": 1}}, HOLDS),
            ({"s": {"x": UNKNOWN}}, HOLDS),
            ({"s": UNKNOWN}, HOLDS),
            ({}, ((), "must set at least one of a and s.x")),
            ({"s": {"x": None}}, ((), "must set at least one of a and s.x")),
        ],
    ),
    (
        conflicts("a", "b", "c"),
        "a may be set only without b and c",
        [
            ({"a": 1}, HOLDS),
            ({"b": 1, "c": 1}, HOLDS),
            ({"a": UNKNOWN, "b": 1}, HOLDS),
            ({"a": 1, "b": UNKNOWN}, HOLDS),
            ({"a": 1, "c": False}, (A, f"conflicts with c: {LAST}")),
            ({"a": 1, "b": 1, "c": 1}, (A, "conflicts with b and c: it may be set only without them")),
        ],
    ),
    (
        together("a", "b", "c"),
        "a, b and c must be set together or not at all",
        [
            ({}, HOLDS),
            ({"a": 1, "b": 1, "c": 1}, HOLDS),
            ({"a": 1, "b": UNKNOWN, "c": 1}, HOLDS),
            ({"a": UNKNOWN}, HOLDS),
            ({"a": 1, "b": 1}, (C, "must be set together with a and b")),
            ({"a": 1, "b": UNKNOWN}, (C, "must be set together with a")),
        ],
    ),
    (
        same("a", "b", "s.x"),
        "a, b and s.x must be the same where they are set",
        [
            ({"a": 1, "b": 1}, HOLDS),
            ({"a": 1, "b": UNKNOWN, "s": UNKNOWN}, HOLDS),
            ({"a": (1, UNKNOWN), "b": (2,)}, HOLDS),
            ({"a": 1, "b": None, "s": {"x": 2}}, (INSIDE, "must be the same as a", True)),
            ({"a": UNKNOWN, "b": 1, "s": {"x": 2}}, (INSIDE, "must be the same as b", True)),
        ],
    ),
    (
        relation("a and b must make 9", _sum_is_9, "a", "b"),
        "a and b must make 9",
        [
            ({"a": 4, "b": 5}, HOLDS),
            ({"a": UNKNOWN, "b": 5}, HOLDS),
            ({"a": 4, "b": (UNKNOWN,)}, HOLDS),
            ({"a": 4}, (B, "must make 9 with a", True)),
        ],
    ),
    (
        when("a").equals("x").then("b").is_required(),
        'where a is "x", b must be set',
        [
            ({"a": "x", "b": 0}, HOLDS),
            ({"a": "x", "b": UNKNOWN}, HOLDS),
            ({"a": "y"}, HOLDS),
            ({"a": None}, HOLDS),
            ({"a": UNKNOWN}, HOLDS),
            ({"a": Dynamic(types.STRING, "x")}, (B, 'must be set where a is "x"')),
            ({"a": "x"}, (B, 'must be set where a is "x"')),
        ],
    ),
    (
        when("a").is_in("x", "y", "z").then("b", "c").is_required(),
        'where a is "x", "y" or "z", b and c must be set',
        [({"a": "y", "b": 1}, (C, 'must be set where a is "x", "y" or "z"'))],
    ),
    (
        when("a").is_none_of("x", 1).then("b").is_null(),
        'where a is set, but not to "x" or 1, b must not be set',
        [
            ({"a": "x", "b": 1}, HOLDS),
            ({"b": 1}, HOLDS),
            ({"a": UNKNOWN, "b": 1}, HOLDS),
            ({"a": "y", "b": UNKNOWN}, HOLDS),
            ({"a": "y"}, HOLDS),
            ({"a": "y", "b": ""}, (B, 'must not be set where a is set, but not to "x" or 1')),
        ],
    ),
    (
        when("a").is_set().then("b").equals(False),
        "where a is set, b must be false",
        [
            ({"a": "", "b": False}, HOLDS),
            ({"a": "", "b": None}, HOLDS),
            ({"a": None, "b": True}, HOLDS),
            ({"a": (), "b": True}, (B, "must be false where a is set", True)),
        ],
    ),
    (
        when("a").is_not_set().then("b").is_one_of("x", "y"),
        "where a is not set, b must be one of x, y",
        [
            ({"a": UNKNOWN, "b": "z"}, HOLDS),
            ({"b": "y"}, HOLDS),
            ({"b": "z"}, (B, "must be one of x, y where a is not set", True)),
        ],
    ),
    (
        when("a").is_not_empty().then("b").is_none_of("x"),
        "where a is not empty, b must not be x",
        [
            ({"a": (), "b": "x"}, HOLDS),
            ({"a": "", "b": "x"}, HOLDS),
            ({"a": {}, "b": "x"}, HOLDS),
            ({"a": False, "b": "x"}, (B, "must not be x where a is not empty", True)),
            ({"a": (UNKNOWN,), "b": "x"}, (B, "must not be x where a is not empty", True)),
        ],
    ),
    (
        when("a").is_empty().then("b").is_not_empty(),
        "where a is empty, b must be set and not empty",
        [
            ({"a": 0}, HOLDS),
            ({"a": UNKNOWN}, HOLDS),
            ({"b": 0}, HOLDS),
            ({"b": UNKNOWN}, HOLDS),
            ({"b": ()}, (B, "must be set and not empty where a is empty")),
            ({"a": "", "b": None}, (B, "must be set and not empty where a is empty")),
        ],
    ),
    (
        when("a").equals(True).then("b").is_empty(),
        "where a is true, b must be empty",
        [
            ({"a": True, "b": ""}, HOLDS),
            ({"a": True}, HOLDS),
            ({"a": False, "b": "x"}, HOLDS),
            ({"a": True, "b": "x"}, (B, "must be empty where a is true", True)),
        ],
    ),
    (
        when("s.x").equals(1).then("s.y").keeps(length(2)),
        "where s.x is 1, s.y must have at least 2 characters",
        [
            ({"s": {"x": 1, "y": "ab"}}, HOLDS),
            ({"s": {"x": 1, "y": None}}, HOLDS),
            ({"s": None}, HOLDS),
            ({"s": {"x": 1, "y": "a"}}, (("s", "y"), "must have at least 2 characters where s.x is 1", True)),
        ],
    ),
    (
        when("c").equals("odata").apply(at_least_one_of("a", "b")),
        'where c is "odata", at least one of a and b must be set',
        [
            ({"c": "id"}, HOLDS),
            ({"c": "odata", "b": 1}, HOLDS),
            ({"c": "odata"}, ((), 'must set at least one of a and b where c is "odata"')),
        ],
    ),
    (
        when("a").equals(1).apply(when("b").equals(2).then("c").is_required()),
        "where a is 1 and b is 2, c must be set",
        [
            ({"a": 1, "b": 3}, HOLDS),
            ({"a": 1, "b": UNKNOWN}, HOLDS),
            ({"a": 1, "b": 2}, (C, "must be set where a is 1 and b is 2")),
        ],
    ),
]

CASES = [(rule, value, broken) for rule, _, cases in RELATIONS for value, broken in cases]


@pytest.mark.parametrize(("rule", "value", "broken"), CASES, ids=[f"{rule!r}: {value}" for rule, value, _ in CASES])
def test_what_is_broken(rule: Relation, value: dict[str, Any], broken: Any) -> None:
    assert list(rule(value)) == ([] if broken is HOLDS else [Broken(*broken)])


@pytest.mark.parametrize(("rule", "words"), [case[:2] for case in RELATIONS], ids=[case[1] for case in RELATIONS])
def test_it_says_in_words_what_it_demands(rule: Relation, words: str) -> None:
    assert repr(rule) == words


def test_each_that_is_missing_is_told() -> None:
    found = [broken.path for broken in together("a", "b", "c")({"b": 1})]

    assert found == [A, C]
    assert [broken.path for broken in when("a").equals(1).then("b", "c").is_required()({"a": 1})] == [B, C]


NAMES: list[tuple[Relation, tuple[str, ...]]] = [
    (at_most_one_of("a", "b"), ("a", "b")),
    (conflicts("a", "b", "c"), ("a", "b", "c")),
    (relation("words", _sum_is_9, "a", "s.x"), ("a", "s.x")),
    (when("a").is_set().then("s.x", "b").is_null(), ("a", "s.x", "b")),
    (when("a").is_set().apply(when("b").is_set().apply(together("c", "d"))), ("a", "b", "c", "d")),
]


@pytest.mark.parametrize(("rule", "names"), NAMES, ids=[repr(rule) for rule, _ in NAMES])
def test_it_names_the_attributes_that_it_speaks_of(rule: Relation, names: tuple[str, ...]) -> None:
    assert rule.names == names


@pytest.mark.parametrize(
    ("value", "name", "found"),
    [
        ({"a": 1}, "a", 1),
        ({"a": 1}, "b", None),
        ({"a": {"b": {"c": 1}}}, "a.b.c", 1),
        ({"a": None}, "a.b.c", None),
        ({"a": UNKNOWN}, "a.b.c", UNKNOWN),
        ({"a": Dynamic(types.map_of(types.STRING), {"b": Dynamic(types.STRING, "x")})}, "a.b", "x"),
        ({"a": (1, 2)}, "a.b", None),
        ({"a": "text"}, "a.b", None),
    ],
)
def test_a_name_leads_to_a_value(value: dict[str, Any], name: str, found: Any) -> None:
    assert look_up(value, name) == found


@pytest.mark.parametrize(
    "make",
    [
        lambda: exactly_one_of("a", "b"),
        lambda: same("a", "b"),
        lambda: when("a").is_in(1, 2).then("b").is_empty(),
        lambda: when("a").is_not_empty().apply(together("b", "c")),
    ],
)
def test_equal_relations_are_equal(make: Any) -> None:
    assert make() == make()


SIMPLE: st.SearchStrategy[Any] = st.sampled_from(
    [None, UNKNOWN, True, False, 0, 1, "", "x", "odata", (), ("x",), (UNKNOWN,), {}]
)
OBJECTS = st.dictionaries(
    st.sampled_from("abcds"), st.one_of(SIMPLE, st.dictionaries(st.sampled_from("xy"), SIMPLE)), max_size=5
)
EVERY = [rule for rule, *_ in RELATIONS if repr(rule) != "a and b must make 9"]


def _any_known(value: Any, choice: Any) -> Any:
    """Return `value` with something in place of everything unknown."""
    match value:
        case dict():
            return {name: _any_known(part, choice) for name, part in value.items()}
        case tuple():
            return tuple(_any_known(part, choice) for part in value)
    return choice if value is UNKNOWN else value


@MANY
@given(OBJECTS, SIMPLE.filter(lambda value: value is not UNKNOWN and value != (UNKNOWN,)))
def test_what_is_broken_stays_broken_whatever_the_unknown_values_become(value: dict[str, Any], choice: Any) -> None:
    later = _any_known(value, choice)
    for rule in EVERY:
        if list(rule(value)):
            assert list(rule(later)), rule
