"""What Terraform would refuse: plans that are none for their configuration, results that are not what was planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from provider.framework import types
from provider.framework.consistency import plan_problems, result_problems
from provider.framework.normal import OWN, read
from provider.framework.paths import Key
from provider.framework.schema import (
    Attribute,
    block,
    computed,
    dynamic,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_type,
    optional,
    required,
    set_of,
    single,
    string,
    tuple_of,
)
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown

INSIDE = {"a": optional(string(), "A."), "c": computed(string(), "C."), "o": optional(string(), "O.", computed=True)}

ATTRIBUTES: dict[str, Attribute] = {
    "name": required(string(), "Name."),
    "note": optional(string(), "Note."),
    "id": computed(string(), "Id."),
    "size": optional(number(), "Size.", computed=True),
    "secret": optional(string(), "Secret.", write_only=True),
    "hidden": optional(nested_list({"w": optional(string(), "W.", write_only=True)}), "Hidden."),
    "one": optional(single(INSIDE), "One."),
    "either": optional(single(INSIDE), "Either.", computed=True),
    "many": optional(nested_list(INSIDE), "Many."),
    "named": optional(nested_map(INSIDE), "Named."),
    "several": optional(nested_set(INSIDE), "Several."),
    "rule": block(nested_list(INSIDE), "Rule."),
}


def full(attributes: Mapping[str, Attribute], value: Any) -> Any:
    """An object with null in place of what is not given."""
    empty = {name: () for name, attribute in attributes.items() if attribute.mode.value == "block"}
    return None if value is None else read({**empty, **value}, object_type(attributes), OWN)


NEITHER = "is planned with a value that is neither the configured nor the prior one"
OTHER = "is planned with another value than the configured one"

PLANS: list[tuple[str, dict[str, Any], dict[str, Any] | None, dict[str, Any], Iterable[Any]]] = [
    # what, configuration, prior state, plan, problems
    ("as configured", {"name": "n"}, None, {"name": "n"}, []),
    ("computed", {"name": "n"}, None, {"name": "n", "id": "i", "size": UNKNOWN}, []),
    ("as it was", {"name": "n", "note": "A"}, {"name": "n", "note": "a"}, {"name": "n", "note": "a"}, []),
    ("unknown", {"name": UNKNOWN}, None, {"name": UNKNOWN}, []),
    ("refined", {"name": UNKNOWN}, None, {"name": Unknown(not_null=True)}, []),
    ("another value", {"name": "n"}, {"name": "m"}, {"name": "x"}, [(("name",), NEITHER)]),
    ("another value than the first", {"name": "n"}, None, {"name": "x"}, [(("name",), NEITHER)]),
    ("optional and computed, configured", {"size": 1}, {"size": 2}, {"size": 3}, [(("size",), NEITHER)]),
    ("null for a value", {"note": "n"}, None, {}, [(("note",), OTHER)]),
    ("a value for null", {}, None, {"note": "n"}, [(("note",), OTHER)]),
    ("what was for null", {}, {"note": "n"}, {"note": "n"}, [(("note",), OTHER)]),
    ("null that was for a value", {"note": "n"}, {}, {}, [(("note",), OTHER)]),
    ("unknown for a value", {"note": "n"}, {"note": "m"}, {"note": UNKNOWN}, [(("note",), OTHER)]),
    ("unknown for null", {}, None, {"note": UNKNOWN}, [(("note",), OTHER)]),
    ("a value for unknown", {"note": UNKNOWN}, None, {"note": "n"}, [(("note",), OTHER)]),
    ("what was for unknown", {"note": UNKNOWN}, {"note": "n"}, {"note": "n"}, []),
    ("write-only", {"secret": "s"}, None, {}, []),
    (
        "write-only as configured",
        {"secret": "s"},
        None,
        {"secret": "s"},
        [(("secret",), "is write-only, but has a planned value")],
    ),
    ("write-only inside", {"hidden": [{"w": "s"}]}, None, {"hidden": [{}]}, []),
    (
        "write-only inside as configured",
        {"hidden": [{"w": "s"}]},
        None,
        {"hidden": [{"w": "s"}]},
        [(("hidden", 0, "w"), "is write-only, but has a planned value")],
    ),
    ("write-only, made up", {}, None, {"secret": "s"}, [(("secret",), "is write-only, but has a planned value")]),
    ("nested", {"one": {"a": "x"}}, None, {"one": {"a": "x", "c": "y", "o": UNKNOWN}}, []),
    ("nested, another value", {"one": {"a": "x"}}, {"one": {"a": "w"}}, {"one": {"a": "y"}}, [(("one", "a"), NEITHER)]),
    ("nested, as it was", {"one": {"a": "x"}}, {"one": {"a": "w"}}, {"one": {"a": "w"}}, []),
    ("nested, configured", {"one": {"o": "x"}}, None, {"one": {"o": "y"}}, [(("one", "o"), NEITHER)]),
    ("nested, removed", {"one": {"a": "x"}}, None, {}, [(("one",), OTHER)]),
    ("nested, made up", {}, None, {"one": {"a": "x"}}, [(("one",), OTHER)]),
    ("nested and computed, made up", {}, None, {"either": {"a": "x"}}, []),
    (
        "nested and computed, configured",
        {"either": {"a": "x"}},
        None,
        {"either": {"a": "y"}},
        [(("either", "a"), NEITHER)],
    ),
    (
        "a list, element by element",
        {"many": [{"a": "x"}, {"a": "y"}, UNKNOWN]},
        {"many": [{"a": "v"}, {"a": "w"}]},
        {"many": [{"a": "v", "c": "1"}, {"a": "z"}, UNKNOWN]},
        [(("many", 1, "a"), NEITHER)],
    ),
    (
        "a list that grew",
        {"many": [{"a": "x"}, {"a": "y"}]},
        {"many": [{"a": "x"}]},
        {"many": [{"a": "x"}, {"a": "y"}]},
        [],
    ),
    (
        "a list that is shorter",
        {"many": [{"a": "x"}, {}]},
        None,
        {"many": [{"a": "x"}]},
        [(("many",), "is configured with 2 elements, but planned with 1")],
    ),
    ("an element that is null", {"many": [{"a": "x"}]}, None, {"many": [None]}, [(("many", 0), OTHER)]),
    (
        "a map, element by element",
        {"named": {"k": {"a": "x"}, "l": {"a": "y"}}},
        {"named": {"k": {"a": "v"}}},
        {"named": {"k": {"a": "v"}, "l": {"a": "z"}}},
        [(("named", Key("l"), "a"), NEITHER)],
    ),
    (
        "a map with another key",
        {"named": {"k": {}}},
        None,
        {"named": {"l": {}}},
        [(("named",), "is planned with other keys than the configured ones")],
    ),
    ("a set with computed values", {"several": [{"a": "x"}]}, None, {"several": [{"a": "x", "c": UNKNOWN}]}, []),
    (
        "a set that is larger",
        {"several": [{"a": "x"}]},
        None,
        {"several": [{"a": "x"}, {"a": "y"}]},
        [(("several",), "is configured with 1 elements, but planned with 2")],
    ),
    ("a block", {"rule": [{"a": "x"}]}, None, {"rule": [{"a": "y"}]}, [(("rule", 0, "a"), NEITHER)]),
]


@pytest.mark.parametrize(
    ("config", "prior", "planned", "problems"), [case[1:] for case in PLANS], ids=[case[0] for case in PLANS]
)
def test_plans(config: Any, prior: Any, planned: Any, problems: list[Any]) -> None:
    config, prior, planned = (full(ATTRIBUTES, value) for value in (config, prior, planned))
    assert list(plan_problems(ATTRIBUTES, config, prior, planned)) == problems


TEXTS = types.list_of(types.STRING)

RESULT: dict[str, Attribute] = {
    "text": optional(string(), "T."),
    "number": computed(number(), "N."),
    "list": optional(list_of(string()), "L."),
    "set": optional(set_of(string()), "S."),
    "map": optional(map_of(string()), "M."),
    "tuple": optional(tuple_of(types.STRING, types.NUMBER), "U."),
    "any": optional(dynamic(), "D."),
    "one": optional(single(INSIDE), "O."),
    "several": optional(nested_set(INSIDE), "V."),
    "named": optional(nested_map(INSIDE), "N."),
}

DIFFERS = "has another value than the planned one"
EXCLUDED = "has a value that the plan had excluded"
WITHOUT, WITH = (f"was planned {with_} a value, and it is the other way round" for with_ in ("without", "with"))

RESULTS: list[tuple[str, dict[str, Any], dict[str, Any], Iterable[Any]]] = [
    # what, plan, result, problems
    ("as planned", {"text": "a", "set": ["b", "a"]}, {"text": "a", "set": ["a", "b"]}, []),
    ("learnt", {"text": UNKNOWN, "list": UNKNOWN}, {"text": "a", "list": None}, []),
    ("learnt inside", {"one": {"a": "x", "c": UNKNOWN}}, {"one": {"a": "x", "c": "y"}}, []),
    ("still unknown", {"text": UNKNOWN}, {"text": UNKNOWN}, [(("text",), "is still unknown")]),
    (
        "still unknown inside",
        {"one": {"a": UNKNOWN, "c": UNKNOWN}},
        {"one": {"a": UNKNOWN, "c": UNKNOWN}},
        [(("one", "a"), "is still unknown"), (("one", "c"), "is still unknown")],
    ),
    ("another text", {"text": "a"}, {"text": "b"}, [(("text",), DIFFERS)]),
    ("another number", {"number": 1}, {"number": 2}, [(("number",), DIFFERS)]),
    ("null for a value", {"text": "a"}, {}, [(("text",), WITH)]),
    ("a value for null", {}, {"text": "a"}, [(("text",), WITHOUT)]),
    ("empty for null", {}, {"list": []}, [(("list",), WITHOUT)]),
    ("null, but promised", {"text": Unknown(not_null=True)}, {}, [(("text",), EXCLUDED)]),
    ("another prefix", {"text": Unknown(prefix="ab")}, {"text": "abc"}, []),
    ("not its prefix", {"text": Unknown(prefix="ab")}, {"text": "ba"}, [(("text",), EXCLUDED)]),
    (
        "beyond its bound",
        {"number": Unknown(highest=Bound(5, inclusive=False))},
        {"number": 5},
        [(("number",), EXCLUDED)],
    ),
    ("too long", {"list": Unknown(longest=1)}, {"list": ["a", "b"]}, [(("list",), EXCLUDED)]),
    ("an element of a list", {"list": ["a", "b"]}, {"list": ["a", "c"]}, [(("list", 1), DIFFERS)]),
    ("a list that is longer", {"list": ["a"]}, {"list": ["a", "b"]}, [(("list",), DIFFERS)]),
    (
        "a list in another order",
        {"list": ["a", "b"]},
        {"list": ["b", "a"]},
        [(("list", 0), DIFFERS), (("list", 1), DIFFERS)],
    ),
    (
        "an element of a map",
        {"map": {"k": "a", "l": "b"}},
        {"map": {"k": "a", "l": "c"}},
        [(("map", Key("l")), DIFFERS)],
    ),
    ("another key", {"map": {"k": "a"}}, {"map": {"l": "a"}}, [(("map",), DIFFERS)]),
    ("a tuple", {"tuple": ["a", 1]}, {"tuple": ["a", 2]}, [(("tuple", 1), DIFFERS)]),
    ("another element of a set", {"set": ["a"]}, {"set": ["b"]}, [(("set",), DIFFERS)]),
    ("one element of a set less", {"set": ["a", "b"]}, {"set": ["a"]}, [(("set",), DIFFERS)]),
    ("one element of a set more", {"set": ["a"]}, {"set": ["a", "b"]}, [(("set",), DIFFERS)]),
    ("elements that turned out to be equal", {"set": ["a", UNKNOWN, UNKNOWN]}, {"set": ["a"]}, []),
    ("elements that were not known", {"set": ["a", UNKNOWN]}, {"set": ["a", "b"]}, []),
    ("more than were planned", {"set": ["a", UNKNOWN]}, {"set": ["a", "b", "c"]}, [(("set",), DIFFERS)]),
    (
        "objects in a set, learnt",
        {"several": [{"a": "x", "c": UNKNOWN}, {"a": "y", "c": UNKNOWN}]},
        {"several": [{"a": "x", "c": "1"}, {"a": "y", "c": "2"}]},
        [],
    ),
    (
        "objects in a set",
        {"several": [{"a": "x", "c": UNKNOWN}]},
        {"several": [{"a": "z", "c": "1"}]},
        [(("several",), DIFFERS)],
    ),
    (
        "objects in a set, one that nobody planned",
        {"several": [{"a": "x", "c": UNKNOWN}, {"a": "x", "c": UNKNOWN}]},
        {"several": [{"a": "x", "c": "1"}, {"a": "z", "c": "1"}]},
        [(("several",), DIFFERS)],
    ),
    ("nested", {"one": {"a": "x"}}, {"one": {"a": "y", "c": "z"}}, [(("one", "a"), DIFFERS), (("one", "c"), WITHOUT)]),
    ("in a map", {"named": {"k": {"a": "x"}}}, {"named": {"k": {"a": "y"}}}, [(("named", Key("k"), "a"), DIFFERS)]),
    ("dynamic", {"any": Dynamic(TEXTS, ("a", UNKNOWN))}, {"any": Dynamic(TEXTS, ("a", "b"))}, []),
    (
        "another dynamic value",
        {"any": Dynamic(TEXTS, ("a",))},
        {"any": Dynamic(TEXTS, ("b",))},
        [(("any", 0), DIFFERS)],
    ),
    (
        "another dynamic type of the same form",
        {"any": Dynamic(TEXTS, ("a",))},
        {"any": Dynamic(types.Tuple((types.STRING,)), ("a",))},
        [(("any",), DIFFERS)],
    ),
    (
        "another dynamic type",
        {"any": Dynamic(types.STRING, "1")},
        {"any": Dynamic(types.NUMBER, 1)},
        [(("any",), DIFFERS)],
    ),
]


@pytest.mark.parametrize(
    ("planned", "result", "problems"), [case[1:] for case in RESULTS], ids=[case[0] for case in RESULTS]
)
def test_results(planned: Any, result: Any, problems: list[Any]) -> None:
    assert list(result_problems(RESULT, full(RESULT, planned), full(RESULT, result))) == problems
