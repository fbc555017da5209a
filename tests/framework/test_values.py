"""Values that are not known yet and what is known of them, sets and maps in normal form; paths as HCL writes them."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from provider.framework.paths import Key, Path, show
from provider.framework.types import STRING, list_of
from provider.framework.values import (
    UNKNOWN,
    Bound,
    Dynamic,
    Unknown,
    as_map,
    as_set,
    is_known,
    known_or_null,
    unknown_paths,
)

UNKNOWNS: list[tuple[Any, list[Path]]] = [
    (None, []),
    ("a", []),
    ({}, []),
    ({"a": None, "b": ("x", 1, True)}, []),
    (UNKNOWN, [()]),
    ({"a": UNKNOWN}, [("a",)]),
    ({"a": {"b": UNKNOWN, "c": "x"}, "d": UNKNOWN}, [("a", "b"), ("d",)]),
    (("x", UNKNOWN, (UNKNOWN,)), [(1,), (2, 0)]),
    ({"rows": ({"n": 1}, {"n": UNKNOWN})}, [("rows", 1, "n")]),
    (Unknown(not_null=True), [()]),
    ({"a": Dynamic(STRING, UNKNOWN)}, [("a",)]),
    (Dynamic(list_of(STRING), ("x", UNKNOWN)), [(1,)]),
    (Dynamic(STRING, None), []),
]


@pytest.mark.parametrize(("value", "paths"), UNKNOWNS, ids=repr)
def test_unknown_paths(value: Any, paths: list[Path]) -> None:
    assert list(unknown_paths(value)) == paths
    assert is_known(value) == (not paths)


def test_unknown_paths_begin_where_they_are_told() -> None:
    assert list(unknown_paths({"a": UNKNOWN}, ("x", 0))) == [("x", 0, "a")]


def test_one_unknown_is_as_good_as_another() -> None:
    assert Unknown() == UNKNOWN
    assert Unknown(not_null=True) != UNKNOWN
    assert repr(UNKNOWN) == repr(Unknown(not_null=True, prefix="x")) == "(known after apply)"


NULLED: list[tuple[Any, Any]] = [
    (UNKNOWN, None),
    ("a", "a"),
    ({"a": UNKNOWN, "b": ({"c": Unknown(not_null=True)}, "d")}, {"a": None, "b": ({"c": None}, "d")}),
    (Dynamic(list_of(STRING), ("x", UNKNOWN)), Dynamic(list_of(STRING), ("x", None))),
]


@pytest.mark.parametrize(("value", "known"), NULLED)
def test_known_or_null(value: Any, known: Any) -> None:
    assert known_or_null(value) == known


NOT_NULL = Unknown(not_null=True)
PREFIX = Unknown(prefix="https://")
RANGE = Unknown(lowest=Bound(1), highest=Bound(Decimal("2.5")))
INSIDE = Unknown(lowest=Bound(1, inclusive=False), highest=Bound(3, inclusive=False))
FROM_ZERO = Unknown(lowest=Bound(0))
LENGTH = Unknown(shortest=1, longest=2)

ANYTHING: tuple[Any, ...] = ("", "a", 0, 1, Decimal("0.5"), True, (), {}, Dynamic(STRING, "a"))
INCLUDED: list[tuple[Unknown, Any, bool]] = [
    *((UNKNOWN, value, True) for value in (None, *ANYTHING)),
    *((NOT_NULL, value, True) for value in ANYTHING),
    (NOT_NULL, None, False),
    (PREFIX, "https://", True),
    (PREFIX, "https://a", True),
    (PREFIX, "http://a", False),
    (PREFIX, None, True),
    (RANGE, 1, True),
    (RANGE, Decimal("2.5"), True),
    (RANGE, Decimal("0.9"), False),
    (RANGE, 3, False),
    (INSIDE, 1, False),
    (INSIDE, 2, True),
    (INSIDE, 3, False),
    (FROM_ZERO, 0, True),
    (FROM_ZERO, 10**40, True),
    (FROM_ZERO, -1, False),
    # A truth value is no number.
    (Unknown(lowest=Bound(5)), True, True),
    (LENGTH, (), False),
    (LENGTH, ("a",), True),
    (LENGTH, {"a": 1, "b": 2}, True),
    (LENGTH, ("a", "b", "c"), False),
    (Unknown(shortest=2), ("a", "b", "c"), True),
    (Unknown(longest=0), (), True),
]


@pytest.mark.parametrize(("unknown", "value", "possible"), INCLUDED)
def test_what_an_unknown_value_may_turn_out_to_be(unknown: Unknown, value: Any, possible: bool) -> None:
    assert unknown.includes(value) is possible


SETS: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = [
    ((), ()),
    (("b", "a", "b"), ("a", "b")),
    ((10, 9, Decimal("9.5"), 10), (9, Decimal("9.5"), 10)),
    ((True, False, True), (False, True)),
    (({"a": 2}, {"a": 1}, {"a": 2}), ({"a": 1}, {"a": 2})),
    ((("b",), ("a",), ("b",)), (("a",), ("b",))),
    ((None, "a", None), ("a", None)),
]


@pytest.mark.parametrize(("elements", "normal"), SETS)
def test_a_set_has_no_order_and_nothing_twice(elements: tuple[Any, ...], normal: tuple[Any, ...]) -> None:
    for order in permutations(elements):
        assert as_set(order) == normal


def test_what_is_unknown_in_a_set_may_be_two_different_things() -> None:
    assert as_set((UNKNOWN, "a", UNKNOWN)) == ("a", UNKNOWN, UNKNOWN)
    assert as_set(({"a": UNKNOWN}, {"a": UNKNOWN}, {"a": 1}, {"a": 1})) == ({"a": UNKNOWN}, {"a": UNKNOWN}, {"a": 1})


def test_a_map_is_in_the_order_of_its_keys() -> None:
    assert list(as_map([("b", 1), ("a", 2), ("", 3)]).items()) == [("", 3), ("a", 2), ("b", 1)]


SHOWN: list[tuple[Path, str]] = [
    ((), ""),
    (("tenant_id",), "tenant_id"),
    (("entra_id_options", "client_id"), "entra_id_options.client_id"),
    (("rules", 0), "rules[0]"),
    (("rules", 0, "name"), "rules[0].name"),
    (("tags", Key("a b")), 'tags["a b"]'),
    (("tags", Key("a"), 2, "n"), 'tags["a"][2].n'),
]


@pytest.mark.parametrize(("path", "text"), SHOWN)
def test_show(path: Path, text: str) -> None:
    assert show(path) == text
