"""What a provider may plan: the facts of `plan_valid_test.go`, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework import types
from provider.framework.schema import Schema, map_of, nested_list, nested_map, nested_set, optional, single, string
from provider.framework.values import UNKNOWN, Dynamic, Unknown
from tests.cycle.oracles.examples import ABOUT, ANY, ANY_BOTH, BOTH, COM, OPT, REQ, SECRET, blk, both, com, opt, schema
from tests.cycle.oracles.plans import plan_problems

BLOCKS = schema(a=OPT, b=blk(nested_list({"c": OPT})))
LIST = schema(a=opt(nested_list({"b": OPT})))
SET_BLOCKS = schema(b=blk(nested_set({"c": OPT})))
COMPUTED = {"name": COM}
NAMED = {"name": BOTH}
NOT_NULL = Unknown(not_null=True)


def b(*values: Any) -> tuple[Any, ...]:
    return tuple({"c": value} for value in values)


def n(*values: Any) -> tuple[Any, ...]:
    return tuple({"name": value} for value in values)


# What is tried, schema, prior state, configuration, plan, and where Terraform refuses it.
CASES: list[tuple[str, Schema, Any, Any, Any, list[str]]] = [
    ("nothing at all", schema(), {}, {}, {}, []),
    ("nothing changes", BLOCKS, {"a": "x", "b": b("y")}, {"a": "x", "b": b("y")}, {"a": "x", "b": b("y")}, []),
    ("made new", BLOCKS, None, {"a": "x", "b": b("y")}, {"a": "x", "b": b("y")}, []),
    ("destroyed", BLOCKS, {"a": "x", "b": ()}, None, None, []),
    ("destroyed, but planned", BLOCKS, {"a": "x", "b": ()}, None, {"a": "x", "b": ()}, ["the whole"]),
    ("configured, but destroyed", BLOCKS, {"a": "x", "b": ()}, {"a": "x", "b": ()}, None, ["the whole"]),
    (
        "another value than the configured one",
        BLOCKS,
        None,
        {"a": "x", "b": b("y")},
        {"a": "x", "b": b("z")},
        ["b[0].c"],
    ),
    (
        "the prior value for the configured one",
        BLOCKS,
        {"a": "x", "b": b("y")},
        {"a": "x", "b": b("z")},
        {"a": "x", "b": b("y")},
        [],
    ),
    ("a third value", BLOCKS, {"a": "x", "b": ()}, {"a": "y", "b": ()}, {"a": "z", "b": ()}, ["a"]),
    (
        "the prior null for a configured value",
        BLOCKS,
        {"a": None, "b": ()},
        {"a": "y", "b": ()},
        {"a": None, "b": ()},
        ["a"],
    ),
    ("the prior value for none", BLOCKS, {"a": "x", "b": ()}, {"a": None, "b": ()}, {"a": "x", "b": ()}, ["a"]),
    ("all null", BLOCKS, {"a": None, "b": b(None)}, {"a": None, "b": b(None)}, {"a": None, "b": b(None)}, []),
    ("unknown for a configured value", BLOCKS, None, {"a": "x", "b": ()}, {"a": UNKNOWN, "b": ()}, ["a"]),
    ("a value for an unknown one", BLOCKS, None, {"a": UNKNOWN, "b": ()}, {"a": "x", "b": ()}, ["a"]),
    ("one block too many", BLOCKS, None, {"a": None, "b": b("x")}, {"a": None, "b": b("x", "x")}, ["b"]),
    ("no blocks, as null", BLOCKS, None, {"a": None, "b": ()}, {"a": None, "b": None}, ["b"]),
    ("no blocks, as null, in a set", SET_BLOCKS, None, {"b": ()}, {"b": None}, ["b"]),
    (
        "a configuration with null for no blocks",
        BLOCKS,
        {"a": None, "b": ()},
        {"a": None, "b": None},
        {"a": None, "b": ()},
        [],
    ),
    ("blocks that are unknown", BLOCKS, {"a": None, "b": ()}, {"a": None, "b": ()}, {"a": None, "b": UNKNOWN}, ["b"]),
    ("a block that is unknown", BLOCKS, None, {"a": None, "b": b("x")}, {"a": None, "b": (UNKNOWN,)}, ["b[0]"]),
    ("a block that is unknown, in a set", SET_BLOCKS, None, {"b": b("x")}, {"b": (UNKNOWN,)}, ["b[0]"]),
    ("a block for null", BLOCKS, None, {"a": None, "b": (None,)}, {"a": None, "b": b(None)}, ["b[0]"]),
    (
        "an unknown number of blocks",
        schema(a=blk(nested_list({"b": blk(nested_list({"c": OPT, "computed": COM}))}))),
        {"a": ({"b": ({"c": "x", "computed": None},)},)},
        {"a": ({"b": UNKNOWN},)},
        {"a": ({"b": UNKNOWN},)},
        [],
    ),
    ("an unknown number of blocks, planned", SET_BLOCKS, {"b": b("x")}, {"b": UNKNOWN}, {"b": b("oops")}, ["b"]),
    ("an unknown number of blocks, planned as before", SET_BLOCKS, {"b": b("x")}, {"b": UNKNOWN}, {"b": b("x")}, ["b"]),
    ("an unknown number of blocks with less known of it", SET_BLOCKS, None, {"b": NOT_NULL}, {"b": UNKNOWN}, ["b"]),
    ("a set of blocks is not looked into", SET_BLOCKS, {"b": b("x")}, {"b": b("x")}, {"b": b("y", "z")}, []),
    ("a single block that comes", schema(b=blk(single({"c": OPT}))), None, {"b": None}, {"b": {"c": None}}, ["b"]),
    ("a single block that goes", schema(b=blk(single({"c": OPT}))), None, {"b": {"c": None}}, {"b": None}, ["b"]),
    ("a list", LIST, {"a": ({"b": "x"},)}, {"a": ({"b": "x"},)}, {"a": ({"b": "x"},)}, []),
    ("a list, made new", LIST, None, {"a": ({"b": "x"},)}, {"a": ({"b": "x"},)}, []),
    ("a list with another value", LIST, None, {"a": ({"b": "x"},)}, {"a": ({"b": "y"},)}, ["a[0].b"]),
    ("a list with the prior value", LIST, {"a": ({"b": "x"},)}, {"a": ({"b": "y"},)}, {"a": ({"b": "x"},)}, []),
    (
        "a list with the prior value of another element",
        LIST,
        {"a": ({"b": "x"},)},
        {"a": ({"b": "1"}, {"b": "2"})},
        {"a": ({"b": "1"}, {"b": "x"})},
        ["a[1].b"],
    ),
    ("a list of another length", LIST, None, {"a": ({"b": "x"},)}, {"a": ({"b": "x"}, {"b": "x"})}, ["a"]),
    ("a list for an unknown one", LIST, None, {"a": UNKNOWN}, {"a": ({"b": "x"},)}, ["a"]),
    ("an unknown list for a configured one", LIST, None, {"a": ({"b": "x"},)}, {"a": UNKNOWN}, ["a"]),
    ("a list that goes", LIST, {"a": ({"b": "x"},)}, {"a": None}, {"a": None}, []),
    ("a list that went, planned as before", LIST, {"a": ({"b": "x"},)}, {"a": None}, {"a": ({"b": "x"},)}, ["a"]),
    ("a list for none", LIST, None, {"a": None}, {"a": ()}, ["a"]),
    ("none for an empty list", LIST, None, {"a": ()}, {"a": None}, ["a"]),
    ("the prior list for an empty one", LIST, {"a": ({"b": "x"},)}, {"a": ()}, {"a": ({"b": "x"},)}, []),
    (
        "a set that went, planned as before",
        schema(a=opt(nested_set({"b": OPT}))),
        {"a": ({"b": "x"},)},
        {"a": None},
        {"a": ({"b": "x"},)},
        ["a"],
    ),
    (
        "a set in a list that went",
        schema(a=opt(nested_list({"s": opt(nested_set({"b": OPT}))}))),
        {"a": ({"s": ({"b": "x"},)},)},
        {"a": ({"s": None},)},
        {"a": ({"s": None},)},
        [],
    ),
    (
        "a computed list that is not configured",
        schema(a=com(nested_list({"b": BOTH}))),
        {"a": ({"b": "x"},)},
        {"a": None},
        {"a": ({"b": "x"},)},
        [],
    ),
    (
        "computed inside of objects",
        schema(
            map=opt(nested_map(COMPUTED)),
            list=opt(nested_list(COMPUTED)),
            set=opt(nested_set(COMPUTED)),
            single=opt(single({"name": ANY_BOTH})),
        ),
        None,
        {"map": {"one": {"name": None}}, "list": n(None), "set": n(None), "single": {"name": None}},
        {
            "map": {"one": {"name": "computed"}},
            "list": n(UNKNOWN),
            "set": n(UNKNOWN),
            "single": {"name": Dynamic(types.STRING, "x")},
        },
        [],
    ),
    (
        "objects that are computed",
        schema(
            map=com(nested_map(NAMED)),
            list=com(nested_list(NAMED)),
            set=both(nested_set(NAMED)),
            one=com(single(NAMED)),
        ),
        None,
        {"map": None, "list": None, "set": n("mine"), "one": None},
        {"map": {"one": UNKNOWN}, "list": n("computed"), "set": n("mine"), "one": UNKNOWN},
        [],
    ),
    (
        "objects for elements that are null",
        schema(list=opt(nested_list(NAMED)), map=opt(nested_map(NAMED))),
        None,
        {"list": (*n(None), None, None), "map": {"one": None, "two": None}},
        {"list": (*n("computed"), *n(None), None), "map": {"one": {"name": None}, "two": None}},
        [],
    ),
    (
        "another value in a map",
        schema(map=opt(nested_map(NAMED))),
        None,
        {"map": {"one": {"name": "mine"}}},
        {"map": {"one": {"name": "theirs"}}},
        ['map["one"].name'],
    ),
    (
        "other keys in a map",
        schema(map=opt(nested_map(NAMED))),
        None,
        {"map": {"one": {"name": None}}},
        {"map": {"two": {"name": None}}},
        ['map["one"]', 'map["two"]'],
    ),
    (
        "fewer keys in a map",
        schema(map=opt(nested_map(NAMED))),
        None,
        {"map": {"one": {"name": None}, "two": {"name": None}}},
        {"map": {"one": {"name": None}}},
        ["map"],
    ),
    ("a configured value of what is only computed", schema(a=COM), {"a": "old"}, {"a": "old"}, {"a": UNKNOWN}, []),
    (
        "collections that are optional and computed, configured, but unknown",
        schema(set=both(nested_set(NAMED)), list=both(nested_list(NAMED)), map=both(nested_map(NAMED))),
        {"set": n("x"), "list": n("x"), "map": {"k": {"name": "x"}}},
        {"set": n("y"), "list": n("y"), "map": {"k": {"name": "y"}}},
        {"set": UNKNOWN, "list": UNKNOWN, "map": UNKNOWN},
        ["set", "list", "map"],
    ),
    ("less is known of an unknown value", schema(a=REQ), {"a": "old"}, {"a": NOT_NULL}, {"a": UNKNOWN}, []),
    (
        "less is known of an unknown value in a map",
        schema(m=optional(map_of(string()), ABOUT)),
        None,
        {"m": {"key": NOT_NULL}},
        {"m": {"key": UNKNOWN}},
        [],
    ),
    (
        "computed values in a set become unknown",
        schema(set=opt(nested_set({"input": OPT, "computed": BOTH}))),
        {"set": ({"input": "a", "computed": None}, {"input": "b", "computed": None})},
        {"set": ({"input": "a", "computed": None}, {"input": "b", "computed": None})},
        {"set": ({"input": "a", "computed": UNKNOWN}, {"input": "b", "computed": UNKNOWN})},
        [],
    ),
    (
        "a set with one element too few",
        schema(s=opt(nested_set(NAMED))),
        None,
        {"s": n("a", "b")},
        {"s": n("a")},
        ["s"],
    ),
    (
        "a set with one element too many",
        schema(s=opt(nested_set(NAMED))),
        None,
        {"s": n("a")},
        {"s": n("a", "b")},
        ["s"],
    ),
    (
        "a set whose elements may be equal",
        schema(s=opt(nested_set(NAMED))),
        None,
        {"s": n(UNKNOWN, UNKNOWN)},
        {"s": n("a")},
        [],
    ),
    (
        "a set with more elements than there can be",
        schema(s=opt(nested_set(NAMED))),
        None,
        {"s": n(UNKNOWN, UNKNOWN)},
        {"s": n("a", "b", "c")},
        ["s"],
    ),
    (
        "a set of the right size is not looked into",
        schema(s=opt(nested_set(NAMED))),
        None,
        {"s": n("a")},
        {"s": n("b")},
        [],
    ),
    ("write-only", schema(a=SECRET), {"a": None}, {"a": "secret"}, {"a": None}, []),
    ("write-only, planned with another value", schema(a=SECRET), {"a": None}, {"a": "secret"}, {"a": "other"}, ["a"]),
    (
        "write-only in a block",
        schema(b=blk(nested_list({"c": SECRET}))),
        {"b": b(None)},
        {"b": b("secret")},
        {"b": b(None)},
        [],
    ),
    ("a typed null for a null", schema(a=ANY), None, {"a": Dynamic(types.STRING, None)}, {"a": None}, ["a"]),
    (
        "a value of another type",
        schema(a=ANY),
        {"a": Dynamic(types.BOOL, True)},
        {"a": Dynamic(types.STRING, "1")},
        {"a": Dynamic(types.NUMBER, 1)},
        ["a"],
    ),
]


@pytest.mark.parametrize(
    ("declared", "prior", "config", "planned", "wrong"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_planned(declared: Schema, prior: Any, config: Any, planned: Any, wrong: list[str]) -> None:
    found = plan_problems(declared, prior, config, planned)

    assert sorted(" ".join(problem.split(" is ")[0].split(" has ")[:1]) for problem in found) == sorted(wrong), found
