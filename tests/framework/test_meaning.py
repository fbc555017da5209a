"""When two values mean the same, which of them stays, and which elements of two sets belong together."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.meaning import (
    Same,
    empty_is_null,
    equal_json,
    ignoring_case,
    keep,
    keep_object,
    less_sure,
    same,
)
from provider.framework.normal import OWN, read
from provider.framework.schema import (
    Kind,
    Nested,
    computed,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    set_of,
    single,
    string,
)
from provider.framework.values import UNKNOWN, Unknown

CASE, JSON, EMPTY = ignoring_case(), equal_json(), empty_is_null()

MEANINGS: list[tuple[Same, Any, Any, bool]] = [
    (CASE, "Ab", "aB", True),
    (CASE, "STRASSE", "straße", True),
    (CASE, "a", "b", False),
    (CASE, "a", None, False),
    (CASE, None, "a", False),
    (JSON, '{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}', True),
    (JSON, '"a"', '"\\u0061"', True),
    (JSON, "1.0", "1", True),
    (JSON, "0.1", "0.10", True),
    (JSON, "0.1", "0.1000000000000000055511151231257827", False),
    (JSON, "[1, 2]", "[2, 1]", False),
    (JSON, '{"a": null}', "{}", False),
    (JSON, "true", "1", False),
    (JSON, '{"a": true}', '{"a": 1}', False),
    (JSON, "[false]", "[0]", False),
    (JSON, '"1"', "1", False),
    (JSON, "{", "{", False),
    (JSON, "{", "{ ", False),
    (JSON, None, "null", False),
    (JSON, "[" * 100_000, "[" * 100_001, False),
    (EMPTY, None, "", True),
    (EMPTY, None, (), True),
    (EMPTY, {}, None, True),
    (EMPTY, None, "a", False),
    (EMPTY, (), ("a",), False),
    (EMPTY, None, False, False),
    (EMPTY, None, 0, False),
]


@pytest.mark.parametrize(("meaning", "one", "other", "expected"), MEANINGS, ids=lambda value: repr(value)[:30])
def test_meanings(meaning: Same, one: Any, other: Any, expected: bool) -> None:
    assert meaning(one, other) is expected


@pytest.mark.parametrize("meaning", [CASE, JSON, EMPTY])
def test_meanings_say_for_the_documentation_what_makes_no_difference(meaning: Same) -> None:
    assert repr(meaning).endswith(" make no difference")


G = string(same=CASE)
GUID = optional(G, "A GUID.")
PAIR = {"g": GUID, "n": optional(integer(), "N.")}
SEED = {**PAIR, "s": optional(string(), "S.", create_only=True)}
TOLD, GIVEN = {"g": "a", "n": 1, "s": None}, {"g": "A", "n": 1, "s": "x"}

SAME: list[tuple[str, Kind | Nested, Any, Any, bool]] = [
    ("equal", string(), "a", "a", True),
    ("without a meaning", string(), "a", "A", False),
    ("with a meaning", G, "a", "A", True),
    ("null", G, None, "a", False),
    ("unknown twice", G, UNKNOWN, UNKNOWN, True),
    ("unknown", string(same=lambda _one, _other: True), UNKNOWN, "a", False),
    ("refined", string(same=lambda _one, _other: True), "a", Unknown(not_null=True), False),
    ("elements of a list", list_of(G), ("a", "b"), ("A", "B"), True),
    ("another order", list_of(G), ("a", "b"), ("B", "A"), False),
    ("another length", list_of(G), ("a",), ("A", "B"), False),
    ("elements of a set", set_of(G), ("B", "a"), ("A", "b"), True),
    ("a set with one more", set_of(G), ("a",), ("A", "b"), False),
    ("two like one", set_of(G), ("A", "a"), ("A", "b"), False),
    ("null in a set", set_of(G), ("a", None), ("A", None), True),
    ("null in one set only", set_of(G), ("a", None), ("A", "b"), False),
    ("elements of a map", map_of(G), {"k": "a"}, {"k": "A"}, True),
    ("one more key", map_of(G), {"k": "a"}, {"k": "A", "l": "b"}, False),
    ("another key", map_of(G), {"k": "a"}, {"l": "A"}, False),
    ("elements of elements", list_of(set_of(G)), (("B", "a"),), (("A", "b"),), True),
    ("a list with a meaning", list_of(string(), same=EMPTY), (), None, True),
    ("an object", single(PAIR), {"g": "a", "n": 1}, {"g": "A", "n": 1}, True),
    ("another object", single(PAIR), {"g": "a", "n": 1}, {"g": "A", "n": 2}, False),
    ("no object", single(PAIR), {"g": None, "n": None}, None, False),
    ("a list of objects", nested_list(PAIR), ({"g": "a", "n": 1},), ({"g": "A", "n": 1},), True),
    ("a map of objects", nested_map(PAIR), {"k": {"g": "a", "n": 1}}, {"k": {"g": "A", "n": 1}}, True),
    (
        "a set of objects",
        nested_set(PAIR),
        ({"g": "B", "n": 1}, {"g": "a", "n": 1}),
        ({"g": "A", "n": 1}, {"g": "b", "n": 1}),
        True,
    ),
    ("create-only, which was given", nested_list(SEED), (TOLD,), (GIVEN,), False),
    ("partly unknown", nested_list(PAIR), ({"g": "a", "n": UNKNOWN},), ({"g": "A", "n": 1},), False),
]


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"), [case[1:] for case in SAME], ids=[case[0] for case in SAME]
)
def test_same(kind: Kind | Nested, one: Any, other: Any, expected: bool) -> None:
    assert same(kind, one, other) is expected
    assert same(kind, other, one) is expected


SETTLED: list[tuple[str, Kind | Nested, Any, Any, bool]] = [
    # what, kind, what became of the plan, the plan
    ("known", G, "a", "A", True),
    ("learnt", G, "a", UNKNOWN, True),
    ("learnt as it was said", string(), "ab", Unknown(prefix="a"), True),
    ("learnt otherwise than it was said", string(), "ba", Unknown(prefix="a"), False),
    ("null, but promised", string(), None, Unknown(not_null=True), False),
    ("not learnt", G, Unknown(prefix="a"), UNKNOWN, False),
    ("learnt in a list", list_of(G), ("a", "b"), ("A", UNKNOWN), True),
    ("learnt in an object", single(PAIR), {"g": "a", "n": 1}, {"g": "A", "n": UNKNOWN}, True),
    ("create-only, of which nothing is told", nested_list(SEED), (TOLD,), (GIVEN,), True),
    ("learnt in a list of objects", nested_list(PAIR), ({"g": "a", "n": 1},), ({"g": "A", "n": UNKNOWN},), True),
]


@pytest.mark.parametrize(
    ("kind", "result", "planned", "expected"), [case[1:] for case in SETTLED], ids=[case[0] for case in SETTLED]
)
def test_what_a_plan_has_become_means_the_same(kind: Kind | Nested, result: Any, planned: Any, expected: bool) -> None:
    assert same(kind, result, planned, settled=True) is expected


SURE = Unknown(not_null=True, prefix="a")
LESS = Unknown(not_null=True)

LESS_SURE: list[tuple[str, Kind | Nested, Any, Any]] = [
    ("known", G, "a", "a"),
    ("unknown", G, SURE, LESS),
    ("unknown, equal or not", string(), SURE, SURE),
    ("in a list", list_of(G), ("b", SURE), ("b", LESS)),
    ("in a map", map_of(G), {"k": SURE}, {"k": LESS}),
    ("in a list, equal or not", list_of(string()), (SURE,), (SURE,)),
    ("a whole list", list_of(G, same=EMPTY), Unknown(shortest=1), UNKNOWN),
    ("nested", nested_list(PAIR), Unknown(shortest=1), Unknown(shortest=1)),
]


@pytest.mark.parametrize(
    ("kind", "value", "less"), [case[1:] for case in LESS_SURE], ids=[case[0] for case in LESS_SURE]
)
def test_what_may_only_mean_the_same_is_less_sure(kind: Kind | Nested, value: Any, less: Any) -> None:
    assert less_sure(kind, value) == less


EMPTY_TEXT = {"e": optional(string(same=EMPTY), "E.")}

KEEP: list[tuple[str, Kind | Nested, Any, Any, Any]] = [
    # what, kind, new, prior, kept
    ("equal", string(), "a", "a", "a"),
    ("another", string(), "a", "b", "a"),
    ("the same", G, "a", "A", "A"),
    ("another case and more", G, "ab", "A", "ab"),
    ("a list as a whole", list_of(G), ("a", "c"), ("A", "B"), ("a", "c")),
    ("empty for null", list_of(string(), same=EMPTY), (), None, None),
    ("null for empty", list_of(string(), same=EMPTY), None, (), ()),
    ("unknown", G, UNKNOWN, "a", UNKNOWN),
    ("no more unknown", single(PAIR), {"g": "a", "n": 1}, UNKNOWN, {"g": "a", "n": 1}),
    ("gone", single(PAIR), None, {"g": "A", "n": 1}, None),
    ("an object, attribute by attribute", single(PAIR), {"g": "a", "n": 2}, {"g": "A", "n": 1}, {"g": "A", "n": 2}),
    (
        "a list of objects that grew",
        nested_list(PAIR),
        ({"g": "a", "n": 2}, {"g": "b", "n": 1}),
        ({"g": "A", "n": 1},),
        ({"g": "A", "n": 2}, {"g": "b", "n": 1}),
    ),
    (
        "a list of objects that shrank",
        nested_list(PAIR),
        ({"g": "a", "n": 2},),
        ({"g": "A", "n": 1}, {"g": "B", "n": 1}),
        ({"g": "A", "n": 2},),
    ),
    (
        "a map of objects",
        nested_map(PAIR),
        {"k": {"g": "a", "n": 2}, "l": {"g": "b", "n": 1}},
        {"k": {"g": "A", "n": 1}, "m": {"g": "B", "n": 1}},
        {"k": {"g": "A", "n": 2}, "l": {"g": "b", "n": 1}},
    ),
    (
        "a set of objects, those that mean the same",
        nested_set(PAIR),
        ({"g": "a", "n": 1}, {"g": "b", "n": 2}),
        ({"g": "A", "n": 1}, {"g": "B", "n": 1}),
        ({"g": "A", "n": 1}, {"g": "b", "n": 2}),
    ),
    (
        "a set of objects, what was not known",
        nested_set(PAIR),
        ({"g": "a", "n": 1}, {"g": "b", "n": 2}),
        ({"g": "A", "n": UNKNOWN},),
        ({"g": "A", "n": 1}, {"g": "b", "n": 2}),
    ),
    ("nothing, where no object was", nested_list(EMPTY_TEXT), ({"e": ""},), None, ({"e": None},)),
    ("nothing, where no such object was", nested_map(EMPTY_TEXT), {"k": {"e": ""}}, {}, {"k": {"e": None}}),
    (
        "create-only in a list",
        nested_list(SEED),
        ({"g": "a", "n": 2, "s": None},),
        ({"g": "A", "n": 1, "s": "x"},),
        ({"g": "A", "n": 2, "s": "x"},),
    ),
    (
        "create-only in a set",
        nested_set(SEED),
        ({"g": "a", "n": 1, "s": None}, {"g": "b", "n": 1, "s": None}),
        ({"g": "A", "n": 1, "s": "x"},),
        ({"g": "A", "n": 1, "s": "x"}, {"g": "b", "n": 1, "s": None}),
    ),
]


@pytest.mark.parametrize(("kind", "new", "prior", "kept"), [case[1:] for case in KEEP], ids=[case[0] for case in KEEP])
def test_keep(kind: Kind | Nested, new: Any, prior: Any, kept: Any) -> None:
    assert keep(kind, new, prior) == kept
    assert read(kept, kind.type, OWN) == kept, "it is in normal form"


OBJECT = {
    "id": computed(string(), "Id."),
    "json": required(string(same=JSON), "J."),
    "seed": optional(string(), "S.", computed=True, create_only=True),
}

KEEP_OBJECT: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        "spelled in another way",
        {"id": "2", "json": '{"a":1}', "seed": None},
        {"id": "1", "json": '{ "a": 1 }', "seed": None},
        {"id": "2", "json": '{ "a": 1 }', "seed": None},
    ),
    (
        "create-only, not told",
        {"id": "1", "json": "1", "seed": None},
        {"id": "1", "json": "2", "seed": "s"},
        {"id": "1", "json": "1", "seed": "s"},
    ),
    (
        "create-only, told for once",
        {"id": "1", "json": "1", "seed": "t"},
        {"id": "1", "json": "1", "seed": None},
        {"id": "1", "json": "1", "seed": "t"},
    ),
    (
        "create-only, told in place of what was not known",
        {"id": "1", "json": "1", "seed": "t"},
        {"id": UNKNOWN, "json": "1", "seed": UNKNOWN},
        {"id": "1", "json": "1", "seed": "t"},
    ),
]


@pytest.mark.parametrize(
    ("new", "prior", "kept"), [case[1:] for case in KEEP_OBJECT], ids=[case[0] for case in KEEP_OBJECT]
)
def test_keep_in_an_object(new: dict[str, Any], prior: dict[str, Any], kept: dict[str, Any]) -> None:
    assert keep_object(OBJECT, new, prior) == kept
