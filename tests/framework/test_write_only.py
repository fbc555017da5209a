"""Write-only values are taken out, wherever they stand, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.schema import (
    Schema,
    block,
    list_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    single,
    string,
)
from provider.framework.values import UNKNOWN
from provider.framework.write_only import without_write_only

SECRET = optional(string(), "S.", write_only=True)
PAIR = {"s": SECRET, "v": optional(string(), "V.", sensitive=True)}
HIDDEN = {"s": SECRET}

SCHEMA = Schema(
    {
        **PAIR,
        "list": optional(list_of(string()), "L.", write_only=True),
        "whole": optional(single(HIDDEN), "W.", write_only=True),
        "one": optional(single(PAIR), "O."),
        "many": optional(nested_list(PAIR), "M."),
        "named": optional(nested_map({"in": optional(single(PAIR), "I.")}), "N."),
        "plain": optional(nested_set({"v": optional(string(), "V.")}), "P."),
        "rule": block(nested_list(PAIR), "R."),
    },
    "A thing.",
)

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nothing", {}, {}),
    ("null", {"s": None, "one": None, "many": None}, {"s": None, "one": None, "many": None}),
    ("unknown", {"s": UNKNOWN, "one": UNKNOWN, "v": UNKNOWN}, {"s": None, "one": UNKNOWN, "v": UNKNOWN}),
    ("simple", {"s": "x", "v": "y"}, {"s": None, "v": "y"}),
    ("a collection", {"list": ("x",)}, {"list": None}),
    ("as a whole", {"whole": {"s": "x"}}, {"whole": None}),
    ("in an object", {"one": {"s": "x", "v": "y"}}, {"one": {"s": None, "v": "y"}}),
    ("in a list", {"many": ({"s": "x", "v": "y"}, UNKNOWN)}, {"many": ({"s": None, "v": "y"}, UNKNOWN)}),
    (
        "in an object in a map",
        {"named": {"k": {"in": {"s": "x", "v": "y"}}, "l": {"in": None}}},
        {"named": {"k": {"in": {"s": None, "v": "y"}}, "l": {"in": None}}},
    ),
    ("in a block", {"rule": ({"s": "x", "v": None},)}, {"rule": ({"s": None, "v": None},)}),
    ("nothing in a set", {"plain": ({"v": "a"}, {"v": "b"})}, {"plain": ({"v": "a"}, {"v": "b"})}),
]


@pytest.mark.parametrize(("value", "left"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_left(value: dict[str, Any], left: dict[str, Any]) -> None:
    before = repr(value)
    assert without_write_only(SCHEMA, value) == left
    assert repr(value) == before, "the value that came in is as it was"
