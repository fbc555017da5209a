"""Plans: configuration and prior state in, planned state out."""

from __future__ import annotations

from typing import Any

from provider.framework.meaning import empty_is_null
from provider.framework.schema import (
    Attribute,
    block,
    computed,
    integer,
    list_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    single,
    string,
)
from provider.framework.values import UNKNOWN, Bound, Unknown
from tests.framework.plans import Case, Values, check, table

NOT_NULL = Unknown(not_null=True)

FLAT: dict[str, Attribute] = {
    "id": computed(string(), "Id.", keep_prior=True, never_null=True),
    "revision": computed(integer(), "R."),
    "name": required(string(), "Name."),
    "note": optional(string(), "Note."),
    "size": optional(integer(), "Size.", default=3),
    "label": optional(string(), "Label.", computed=True),
    "secret": optional(string(), "Secret.", write_only=True),
}
WAS = {"id": "i", "revision": 1, "name": "n", "note": "x", "size": 3, "label": "l"}

FLAT_CASES: list[Case] = [
    ("create", {"name": "n"}, None, {"id": NOT_NULL, "revision": UNKNOWN, "name": "n", "size": 3, "label": UNKNOWN}),
    (
        "create with all that there is",
        {"name": "n", "note": "x", "size": 4, "label": "l"},
        None,
        {"id": NOT_NULL, "revision": UNKNOWN, "name": "n", "note": "x", "size": 4, "label": "l"},
    ),
    (
        "create from what is not known",
        {"name": UNKNOWN, "size": UNKNOWN, "label": UNKNOWN},
        None,
        {"id": NOT_NULL, "revision": UNKNOWN, "name": UNKNOWN, "size": NOT_NULL, "label": UNKNOWN},
    ),
    ("no change", {"name": "n", "note": "x"}, WAS, WAS),
    ("no change, all configured", {"name": "n", "note": "x", "size": 3, "label": "l"}, WAS, WAS),
    ("a change", {"name": "m", "note": "x"}, WAS, {**WAS, "name": "m", "revision": UNKNOWN, "label": UNKNOWN}),
    (
        "a change beside what is configured",
        {"name": "m", "note": "x", "label": "l"},
        WAS,
        {**WAS, "name": "m", "revision": UNKNOWN},
    ),
    ("something removed", {"name": "n"}, WAS, {**WAS, "note": None, "revision": UNKNOWN, "label": UNKNOWN}),
    (
        "something that may be known later",
        {"name": "n", "note": UNKNOWN},
        WAS,
        {**WAS, "note": UNKNOWN, "revision": UNKNOWN, "label": UNKNOWN},
    ),
    (
        "what is computed too, changed",
        {"name": "n", "note": "x", "label": "m"},
        WAS,
        {**WAS, "label": "m", "revision": UNKNOWN},
    ),
    (
        "what is computed too, no longer configured",
        {"name": "n", "note": "x"},
        {**WAS, "label": "m"},
        {**WAS, "label": "m"},
    ),
    (
        "back to the default",
        {"name": "n", "note": "x"},
        {**WAS, "size": 4},
        {**WAS, "revision": UNKNOWN, "label": UNKNOWN},
    ),
    (
        "null is kept as it was",
        {"name": "n", "note": "x"},
        {**WAS, "label": None, "revision": None},
        {**WAS, "label": None, "revision": None},
    ),
    ("a secret is in no plan", {"name": "n", "note": "x", "secret": "s"}, WAS, WAS),
    ("destroy", None, WAS, None),
]


PREFIX = Unknown(not_null=True, prefix="a")
REFINED_CASES: list[Case] = [
    # What may turn out to be null is the default then, or what the provider gives.
    ("required", {"name": Unknown(prefix="a")}, None, {"name": Unknown(prefix="a")}),
    ("not null", {"name": "n", "label": PREFIX}, None, {"name": "n", "label": PREFIX}),
    ("perhaps null, else computed", {"name": "n", "label": Unknown(prefix="a")}, None, {"name": "n"}),
    (
        "perhaps null, else the default",
        {"name": "n", "size": Unknown(lowest=Bound(1))},
        None,
        {"name": "n", "size": NOT_NULL},
    ),
]


@table(REFINED_CASES)
def test_what_is_known_of_what_is_unknown(config: Any, prior: Any, planned: Any) -> None:
    made = {"id": NOT_NULL, "revision": UNKNOWN, "size": 3, "label": UNKNOWN}
    check(FLAT, config, prior, made | planned)


@table(FLAT_CASES)
def test_simple_attributes(config: Any, prior: Any, planned: Any) -> None:
    check(FLAT, config, prior, planned)


INSIDE: dict[str, Attribute] = {
    "a": optional(string(), "A."),
    "id": computed(string(), "Id.", keep_prior=True),
    "d": optional(string(), "D.", default="d"),
    "c": computed(string(), "C."),
}
OBJECTS: dict[str, Attribute] = {
    "one": optional(single(INSIDE), "One."),
    "many": optional(nested_list(INSIDE), "Many."),
    "named": optional(nested_map(INSIDE), "Named."),
    "several": optional(nested_set(INSIDE), "Several."),
    "rule": block(nested_list(INSIDE), "Rule."),
    "part": block(nested_set(INSIDE), "Part."),
    "sole": block(single({"deep": optional(nested_list(INSIDE), "Deep.")}), "Sole."),
}
NO_BLOCKS: Values = {"rule": [], "part": []}


def new(a: str | None) -> Values:
    return {"a": a, "id": UNKNOWN, "d": "d", "c": UNKNOWN}


def old(a: str | None, number: int, c: Any = "c") -> Values:
    return {"a": a, "id": f"id{number}", "d": "d", "c": c}


OBJECT_CASES: list[Case] = [
    ("nothing", {}, None, {}),
    ("empty", {"many": [], "named": {}, "several": []}, None, {"many": [], "named": {}, "several": []}),
    (
        "not known",
        {"one": UNKNOWN, "many": UNKNOWN, "several": UNKNOWN},
        None,
        {"one": UNKNOWN, "many": UNKNOWN, "several": UNKNOWN},
    ),
    ("a new object", {"one": {"a": "x"}}, None, {"one": new("x")}),
    ("an empty object", {"one": {}}, None, {"one": new(None)}),
    ("a new list", {"many": [{"a": "x"}, {"a": "y"}, UNKNOWN]}, None, {"many": [new("x"), new("y"), UNKNOWN]}),
    ("a new map", {"named": {"k": {"a": "x"}, "l": UNKNOWN}}, None, {"named": {"k": new("x"), "l": UNKNOWN}}),
    ("a new set", {"several": [{"a": "x"}, {"a": "y"}]}, None, {"several": [new("x"), new("y")]}),
    ("new blocks", {"rule": [{"a": "x"}], "part": [{"a": "y"}]}, None, {"rule": [new("x")], "part": [new("y")]}),
    ("deep", {"sole": {"deep": [{"a": "x"}]}}, None, {"sole": {"deep": [new("x")]}}),
    ("an object, no change", {"one": {"a": "x"}}, {"one": old("x", 1)}, {"one": old("x", 1)}),
    ("an object, changed", {"one": {"a": "y"}}, {"one": old("x", 1)}, {"one": old("y", 1, UNKNOWN)}),
    ("an object, removed", {}, {"one": old("x", 1)}, {}),
    ("an object, added", {"one": {"a": "x"}}, {"one": None}, {"one": new("x")}),
    (
        "another default",
        {"one": {"a": "x", "d": "e"}},
        {"one": old("x", 1)},
        {"one": {**old("x", 1, UNKNOWN), "d": "e"}},
    ),
    (
        "a list, by index",
        {"many": [{"a": "z"}, {"a": "y"}, {"a": "x"}]},
        {"many": [old("x", 1), old("y", 2)]},
        {"many": [old("z", 1, UNKNOWN), old("y", 2, UNKNOWN), new("x")]},
    ),
    ("a shorter list", {"many": [{"a": "x"}]}, {"many": [old("x", 1), old("y", 2)]}, {"many": [old("x", 1, UNKNOWN)]}),
    (
        "a map, by key",
        {"named": {"l": {"a": "z"}, "m": {"a": "x"}}},
        {"named": {"k": old("x", 1), "l": old("y", 2)}},
        {"named": {"l": old("z", 2, UNKNOWN), "m": new("x")}},
    ),
    (
        "a set, no change",
        {"several": [{"a": "y"}, {"a": "x"}]},
        {"several": [old("x", 1), old("y", 2)]},
        {"several": [old("x", 1), old("y", 2)]},
    ),
    (
        "a set, by what is configured",
        {"several": [{"a": "z"}, {"a": "y"}]},
        {"several": [old("x", 1), old("y", 2)]},
        {"several": [new("z"), old("y", 2, UNKNOWN)]},
    ),
    (
        "a set, each of those that were once",
        {"several": [{"a": "x", "d": "d"}, {"a": "x"}]},
        {"several": [old("x", 1)]},
        {"several": [old("x", 1, UNKNOWN), new("x")]},
    ),
    (
        "blocks, by index and by what is configured",
        {"rule": [{"a": "z"}], "part": [{"a": "z"}, {"a": "y"}]},
        {"rule": [old("x", 1)], "part": [old("y", 2)]},
        {"rule": [old("z", 1, UNKNOWN)], "part": [new("z"), old("y", 2, UNKNOWN)]},
    ),
    (
        "deep in an object",
        {"sole": {"deep": [{"a": "z"}]}},
        {"sole": {"deep": [old("x", 1)]}},
        {"sole": {"deep": [old("z", 1, UNKNOWN)]}},
    ),
]


@table(OBJECT_CASES)
def test_attributes_inside_attributes_and_blocks(config: Values, prior: Values | None, planned: Values) -> None:
    check(OBJECTS, NO_BLOCKS | config, prior if prior is None else NO_BLOCKS | prior, NO_BLOCKS | planned)


def test_a_change_anywhere_may_change_what_is_computed_everywhere() -> None:
    config = NO_BLOCKS | {"one": {"a": "y"}, "named": {"k": {"a": "x"}}}
    prior = NO_BLOCKS | {"one": old("x", 1), "named": {"k": old("x", 2)}}
    check(OBJECTS, config, prior, NO_BLOCKS | {"one": old("y", 1, UNKNOWN), "named": {"k": old("x", 2, UNKNOWN)}})


GIVEN = {
    "v": optional(string(), "V."),
    "e": optional(list_of(string(), same=empty_is_null()), "E."),
    "c": computed(string(), "C."),
}
EITHER: dict[str, Attribute] = {
    "either": optional(single(GIVEN), "E.", computed=True),
    "list": optional(nested_list({"in": optional(single(GIVEN), "I.", computed=True)}), "L.", computed=True),
    "free": optional(single({"v": optional(string(), "V.", computed=True)}), "F.", computed=True),
    "given": optional(single(GIVEN), "G.", default={"v": "default"}),
    "only": computed(nested_list({"c": computed(string(), "C.")}), "O."),
}
DEFAULT = {"v": "default", "c": "c"}
ALL_UNKNOWN = dict.fromkeys(("either", "list", "free", "only"), UNKNOWN)
GIVEN_NEW = {"given": {"v": "default", "c": UNKNOWN}}

EITHER_CASES: list[Case] = [
    ("create", {}, None, ALL_UNKNOWN | GIVEN_NEW),
    (
        "what the provider gave stays",
        {},
        {
            "either": {"c": "x"},
            "list": [{"in": {"c": "x"}}],
            "free": {"v": "x"},
            "given": DEFAULT,
            "only": [{"c": "x"}],
        },
        {
            "either": {"c": "x"},
            "list": [{"in": {"c": "x"}}],
            "free": {"v": "x"},
            "given": DEFAULT,
            "only": [{"c": "x"}],
        },
    ),
    (
        "empty is nothing that was configured",
        {},
        {"either": {"e": []}, "given": DEFAULT},
        {"either": {"e": []}, "given": DEFAULT},
    ),
    ("what was configured goes", {}, {"either": {"v": "x"}, "given": DEFAULT}, ALL_UNKNOWN | GIVEN_NEW),
    (
        "what was configured deep inside goes",
        {},
        {"list": [{"in": {"v": "x"}}], "given": DEFAULT},
        ALL_UNKNOWN | GIVEN_NEW,
    ),
    (
        "configured",
        {"either": {"v": "x"}},
        {"either": {"v": "x", "c": "y"}, "given": DEFAULT},
        {"either": {"v": "x", "c": "y"}, "given": DEFAULT},
    ),
    ("in place of the default", {"given": {"v": "x"}}, None, ALL_UNKNOWN | {"given": {"v": "x", "c": UNKNOWN}}),
]


@table(EITHER_CASES)
def test_nested_attributes_that_the_provider_may_give(config: Any, prior: Any, planned: Any) -> None:
    check(EITHER, config, prior, planned)
