"""What may become of a plan: the facts of `compatible_test.go`, as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provider.framework import types
from provider.framework.schema import (
    Schema,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_of,
    optional,
    set_of,
    single,
    string,
    tuple_of,
)
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown
from tests.cycle.oracles.examples import ABOUT, ANY, BOTH, COM, OPT, REQ, SECRET, blk, opt, schema
from tests.cycle.oracles.results import changed, result_problems

NAME = schema(id=COM, name=REQ)
STUFF = schema(stuff=ANY)
TAGS = schema(tags=optional(map_of(string()), ABOUT))
ZONES = schema(zones=optional(set_of(string()), ABOUT))
NAMES = schema(names=optional(list_of(string()), ABOUT))
COUNT = schema(count=optional(number(), ABOUT))
SINGLE = schema(key=blk(single({"foo": OPT})))
LIST = schema(key=blk(nested_list({"foo": OPT})))
SET = schema(key=blk(nested_set({"foo": OPT})))
OBJECTS = schema(key=opt(nested_set({"foo": OPT, "id": BOTH})))

HELLO, TRUE = Dynamic(types.STRING, "hello"), Dynamic(types.BOOL, True)
NOTHING = Dynamic(types.Object({}), {})
SOMETHING = Dynamic(types.Object({"a": types.STRING}), {"a": "yup"})


def f(*values: Any) -> tuple[Any, ...]:
    return tuple({"foo": value} for value in values)


# What is tried, schema, plan, result, and where Terraform finds a difference.
CASES: list[tuple[str, Schema, Any, Any, list[str]]] = [
    ("nothing at all", schema(), {}, {}, []),
    ("no object, as planned", NAME, None, None, []),
    ("an object for none", NAME, None, {"id": "1", "name": "a"}, ["the whole"]),
    ("no object for one", NAME, {"id": "1", "name": "a"}, None, ["the whole"]),
    ("what was unknown is still unknown", NAME, {"id": UNKNOWN, "name": "a"}, {"id": UNKNOWN, "name": "a"}, []),
    ("what was unknown is known", NAME, {"id": UNKNOWN, "name": UNKNOWN}, {"id": "1", "name": "a"}, []),
    ("what was unknown is null", NAME, {"id": UNKNOWN, "name": "a"}, {"id": None, "name": "a"}, []),
    ("what was known is another", NAME, {"id": UNKNOWN, "name": "a"}, {"id": "1", "name": "b"}, ["name"]),
    ("what was known is null", NAME, {"id": "1", "name": "a"}, {"id": "1", "name": None}, ["name"]),
    ("what was null is known", NAME, {"id": None, "name": "a"}, {"id": "1", "name": "a"}, ["id"]),
    ("what was known is unknown", NAME, {"id": "1", "name": "a"}, {"id": UNKNOWN, "name": "a"}, ["id"]),
    (
        "null although it was not to be",
        NAME,
        {"id": Unknown(not_null=True), "name": "a"},
        {"id": None, "name": "a"},
        ["id"],
    ),
    ("without the prefix", NAME, {"id": Unknown(prefix="boop:"), "name": "a"}, {"id": "thing", "name": "a"}, ["id"]),
    ("with the prefix", NAME, {"id": Unknown(prefix="boop:"), "name": "a"}, {"id": "boop:1", "name": "a"}, []),
    ("null, whatever the prefix", NAME, {"id": Unknown(prefix="boop:"), "name": "a"}, {"id": None, "name": "a"}, []),
    ("too small", COUNT, {"count": Unknown(lowest=Bound(3))}, {"count": Decimal("2.5")}, ["count"]),
    ("just large enough", COUNT, {"count": Unknown(lowest=Bound(3))}, {"count": 3}, []),
    ("not larger", COUNT, {"count": Unknown(lowest=Bound(3, inclusive=False))}, {"count": 3}, ["count"]),
    ("too large", COUNT, {"count": Unknown(highest=Bound(3))}, {"count": 4}, ["count"]),
    ("not smaller", COUNT, {"count": Unknown(highest=Bound(3, inclusive=False))}, {"count": 3}, ["count"]),
    ("too short", ZONES, {"zones": Unknown(shortest=2)}, {"zones": ("a",)}, ["zones"]),
    ("too long", NAMES, {"names": Unknown(longest=1)}, {"names": ("a", "a")}, ["names"]),
    ("long enough", TAGS, {"tags": Unknown(shortest=1, longest=1)}, {"tags": {"a": "b"}}, []),
    ("dynamic: anything for what is unknown", STUFF, {"stuff": UNKNOWN}, {"stuff": HELLO}, []),
    ("dynamic: an object for what is unknown", STUFF, {"stuff": UNKNOWN}, {"stuff": NOTHING}, []),
    ("dynamic: anything for null without a type", STUFF, {"stuff": None}, {"stuff": HELLO}, []),
    ("dynamic: another value", STUFF, {"stuff": HELLO}, {"stuff": Dynamic(types.STRING, "bye")}, ["stuff"]),
    ("dynamic: another type", STUFF, {"stuff": HELLO}, {"stuff": TRUE}, ["stuff"]),
    ("dynamic: null for a value", STUFF, {"stuff": HELLO}, {"stuff": None}, ["stuff"]),
    ("dynamic: a known type", STUFF, {"stuff": Dynamic(types.STRING, UNKNOWN)}, {"stuff": HELLO}, []),
    ("dynamic: not that type", STUFF, {"stuff": Dynamic(types.STRING, UNKNOWN)}, {"stuff": TRUE}, ["stuff"]),
    ("dynamic: an object without its attribute", STUFF, {"stuff": SOMETHING}, {"stuff": NOTHING}, ["stuff"]),
    ("a map as planned", TAGS, {"tags": {"Name": "a"}}, {"tags": {"Name": "a"}}, []),
    ("an unknown element of a map", TAGS, {"tags": {"Name": UNKNOWN}}, {"tags": {"Name": "a"}}, []),
    ("an unknown element of a map is null", TAGS, {"tags": {"Name": UNKNOWN}}, {"tags": {"Name": None}}, []),
    ("another element of a map", TAGS, {"tags": {"Name": "a"}}, {"tags": {"Name": "b"}}, ['tags["Name"]']),
    ("a new element of a map", TAGS, {"tags": {"Name": "a"}}, {"tags": {"Name": "a", "Env": "b"}}, ["tags"]),
    ("an element of a map less", TAGS, {"tags": {"Name": "a"}}, {"tags": {}}, ["tags"]),
    ("a set in another order", ZONES, {"zones": ("a", "b")}, {"zones": ("b", "a", "b")}, []),
    ("one more in a set", ZONES, {"zones": ("a",)}, {"zones": ("a", "b")}, ["zones", "zones"]),
    ("another in a set", ZONES, {"zones": ("a",)}, {"zones": ("b",)}, ["zones"]),
    ("what was unknown turns out equal", ZONES, {"zones": (UNKNOWN, UNKNOWN)}, {"zones": ("a",)}, []),
    ("what was unknown equals what was known", ZONES, {"zones": ("a", UNKNOWN)}, {"zones": ("a",)}, []),
    ("more than there were", ZONES, {"zones": (UNKNOWN,)}, {"zones": ("a", "b")}, ["zones"]),
    ("none of the possible ones", ZONES, {"zones": (Unknown(prefix="x"),)}, {"zones": ("a",)}, ["zones"]),
    ("a list as planned", NAMES, {"names": ("a",)}, {"names": ("a",)}, []),
    ("an unknown list", NAMES, {"names": UNKNOWN}, {"names": ("a",)}, []),
    ("an unknown element of a list", NAMES, {"names": ("a", UNKNOWN)}, {"names": ("a", "b")}, []),
    ("another element of a list", NAMES, {"names": (UNKNOWN, "a")}, {"names": ("a", "b")}, ["names[1]"]),
    ("one more in a list", NAMES, {"names": (UNKNOWN,)}, {"names": ("a", "b")}, ["names"]),
    ("one less in a list", NAMES, {"names": ("a", "b")}, {"names": ("a",)}, ["names"]),
    (
        "a tuple",
        schema(t=optional(tuple_of(types.STRING, types.NUMBER), ABOUT)),
        {"t": ("a", 1)},
        {"t": ("a", 2)},
        ["t[1]"],
    ),
    (
        "an object as a whole",
        schema(o=optional(object_of({"a": types.STRING, "b": types.STRING}), ABOUT)),
        {"o": {"a": "x", "b": UNKNOWN}},
        {"o": {"a": "y", "b": "z"}},
        ["o.a"],
    ),
    (
        "deep in nested attributes",
        schema(m=opt(nested_map({"l": opt(nested_list({"a": OPT}))}))),
        {"m": {"k": {"l": ({"a": "x"},)}}},
        {"m": {"k": {"l": ({"a": "y"},)}}},
        ['m["k"].l[0].a'],
    ),
    ("an object for null", schema(m=opt(single({"a": OPT}))), {"m": None}, {"m": {"a": None}}, ["m"]),
    ("an empty set for null", OBJECTS, {"key": None}, {"key": ()}, ["key"]),
    (
        "computed values in a set",
        OBJECTS,
        {"key": ({"foo": "a", "id": UNKNOWN}, {"foo": "b", "id": UNKNOWN})},
        {"key": ({"foo": "b", "id": "1"}, {"foo": "a", "id": "2"})},
        [],
    ),
    (
        "another value in a set",
        OBJECTS,
        {"key": ({"foo": "a", "id": UNKNOWN}, {"foo": "b", "id": UNKNOWN})},
        {"key": ({"foo": "b", "id": "1"}, {"foo": "c", "id": "2"})},
        ["key"],
    ),
    ("a block", SINGLE, {"key": {"foo": "a"}}, {"key": {"foo": "a"}}, []),
    ("an unknown block", SINGLE, {"key": UNKNOWN}, {"key": {"foo": "a"}}, []),
    ("an unknown block that is none", SINGLE, {"key": UNKNOWN}, {"key": None}, []),
    ("a block that comes", SINGLE, {"key": None}, {"key": {"foo": "a"}}, ["key"]),
    ("a block that goes", SINGLE, {"key": {"foo": "a"}}, {"key": None}, ["key"]),
    ("blocks", LIST, {"key": f("a")}, {"key": f("a")}, []),
    ("a block less", LIST, {"key": f("a", "a")}, {"key": f("a")}, ["key"]),
    ("blocks for none", LIST, {"key": ()}, {"key": f("a", "a")}, ["key"]),
    ("an unknown number of blocks", LIST, {"key": UNKNOWN}, {"key": f("a", "b")}, []),
    ("a block more, although one is unknown", LIST, {"key": f("a", UNKNOWN)}, {"key": f("a", "b", "c")}, ["key"]),
    ("another value in a block", LIST, {"key": f("a", "b")}, {"key": f("a", "c")}, ["key[1].foo"]),
    ("a set of blocks", SET, {"key": f("a", "b")}, {"key": f("b", "a")}, []),
    ("unknown blocks that turn out equal", SET, {"key": f(UNKNOWN, UNKNOWN)}, {"key": f("a")}, []),
    ("unknown blocks that turn out different", SET, {"key": f(UNKNOWN, UNKNOWN)}, {"key": f("a", "b")}, []),
    ("an unknown number of blocks in a set", SET, {"key": UNKNOWN}, {"key": f("a", "b", "c")}, []),
    ("an unknown number of blocks in a set: none", SET, {"key": UNKNOWN}, {"key": ()}, []),
    ("another block in a set", SET, {"key": f("a", "b")}, {"key": f("c", "b")}, ["key"]),
    ("one block in a set that equals another", SET, {"key": f("a", UNKNOWN)}, {"key": f("a")}, []),
    ("a block more in a set", SET, {"key": f(UNKNOWN)}, {"key": f("a", "b")}, ["key"]),
]


@pytest.mark.parametrize(("declared", "planned", "actual", "wrong"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_changed(declared: Schema, planned: Any, actual: Any, wrong: list[str]) -> None:
    found = changed(declared, planned, actual)

    assert sorted(_place(problem) for problem in found) == sorted(wrong), found


def _place(problem: str) -> str:
    for verb in (" was ", " has ", " is "):
        problem = problem.split(verb)[0]
    return problem


DEEP = schema(
    a=SECRET,
    one=opt(single({"a": SECRET})),
    some=opt(nested_list({"a": SECRET})),
    named=opt(nested_map({"a": SECRET})),
    id=COM,
)

# What is tried, result, and where Terraform refuses it, whatever was planned.
RESULTS: list[tuple[str, Any, list[str]]] = [
    ("all null", {"a": None, "one": {"a": None}, "some": ({"a": None},), "named": {"k": {"a": None}}, "id": "1"}, []),
    ("no objects", {"a": None, "one": None, "some": None, "named": {}, "id": None}, []),
    ("unknown", {"a": None, "one": None, "some": (), "named": None, "id": UNKNOWN}, ["id"]),
    ("write-only", {"a": "x", "one": None, "some": (), "named": None, "id": "1"}, ["a"]),
    ("write-only in an object", {"a": None, "one": {"a": "x"}, "some": (), "named": None, "id": "1"}, ["one.a"]),
    ("write-only in a list", {"a": None, "one": None, "some": ({"a": "x"},), "named": None, "id": "1"}, ["some[0].a"]),
    (
        "write-only in a map",
        {"a": None, "one": None, "some": (), "named": {"k": {"a": "x"}}, "id": "1"},
        ['named["k"].a'],
    ),
]


@pytest.mark.parametrize(("actual", "wrong"), [c[1:] for c in RESULTS], ids=[c[0] for c in RESULTS])
def test_result(actual: Any, wrong: list[str]) -> None:
    found = result_problems(DEEP, dict.fromkeys(DEEP.attributes, UNKNOWN), actual)

    assert [_place(problem) for problem in found] == wrong
