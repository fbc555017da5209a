"""Plans of what means the same as what was, and of what is in no plan."""

from __future__ import annotations

from typing import Any

from provider.framework.meaning import empty_is_null, equal_json, ignoring_case
from provider.framework.schema import (
    Attribute,
    block,
    computed,
    list_of,
    nested_list,
    nested_map,
    optional,
    set_of,
    single,
    string,
)
from provider.framework.values import UNKNOWN, Unknown
from tests.framework.plans import Case, Values, check, table

MEANING: dict[str, Attribute] = {
    "json": optional(string(same=equal_json()), "J."),
    "guid": optional(string(same=ignoring_case()), "G."),
    "guids": optional(set_of(string(same=ignoring_case())), "S."),
    "tags": optional(list_of(string(), same=empty_is_null()), "T."),
    "many": optional(nested_list({"guid": optional(string(same=ignoring_case()), "G.")}), "M."),
    "lot": optional(
        nested_list({"v": optional(string(), "V.")}, same=lambda a, b: sorted(a, key=repr) == sorted(b, key=repr)), "L."
    ),
    "rows": optional(nested_list({"v": optional(string(), "V.")}, same=empty_is_null()), "R."),
    "rule": block(nested_list({"v": optional(string(), "V.")}, same=lambda _one, _other: True), "R."),
    "once": optional(string(same=ignoring_case()), "O.", replace=True),
    "size": optional(string(same=ignoring_case()), "S.", default="Small"),
    "c": computed(string(), "C."),
}
CHANGED = {"c": UNKNOWN, "size": "Small"}
SAME = {"c": "c", "size": "Small"}

A = Unknown(not_null=True, prefix="a")

MEANING_CASES: list[Case] = [
    ("JSON", {"json": '{"a":1}'}, {"json": '{ "a": 1 }', **SAME}, {"json": '{ "a": 1 }', **SAME}),
    ("other JSON", {"json": '{"a":2}'}, {"json": '{ "a": 1 }', **SAME}, {"json": '{"a":2}', **CHANGED}),
    ("case", {"guid": "AB"}, {"guid": "ab", **SAME}, {"guid": "ab", **SAME}),
    ("elements", {"guids": ["A", "b"]}, {"guids": ["B", "a"], **SAME}, {"guids": ["B", "a"], **SAME}),
    ("inside", {"many": [{"guid": "A"}]}, {"many": [{"guid": "a"}], **SAME}, {"many": [{"guid": "a"}], **SAME}),
    (
        "objects in another order",
        {"lot": [{"v": "b"}, {"v": "a"}]},
        {"lot": [{"v": "a"}, {"v": "b"}], **SAME},
        {"lot": [{"v": "a"}, {"v": "b"}], **SAME},
    ),
    # What Terraform takes for attributes it does not take for blocks.
    ("other blocks", {"rule": [{"v": "b"}]}, {"rule": [{"v": "a"}], **SAME}, {"rule": [{"v": "b"}], **CHANGED}),
    ("no objects, was null", {"rows": []}, {"rows": None, **SAME}, {"rows": [], **CHANGED}),
    ("nothing to replace", {"once": "A"}, {"once": "a", **SAME}, {"once": "a", **SAME}),
    ("a default", {}, {"c": "c", "size": "SMALL"}, {"c": "c", "size": "SMALL"}),
    # Terraform takes a prior value for a configured one, but neither null for one nor one for null.
    ("null, was empty", {}, {"tags": [], **SAME}, CHANGED),
    ("empty, was null", {"tags": []}, {"tags": None, **SAME}, {"tags": [], **CHANGED}),
    ("unknown", {"guid": UNKNOWN}, {"guid": "a", **SAME}, {"guid": UNKNOWN, **CHANGED}),
    # What is known of it need not be true of a prior value that means the same.
    ("half known", {"guid": A}, {"guid": "b", **SAME}, {"guid": Unknown(not_null=True), **CHANGED}),
    ("half known, nothing before", {"guid": A}, {"guid": None, **SAME}, {"guid": A, **CHANGED}),
    ("half known element", {"guids": [A]}, {"guids": ["b"], **SAME}, {"guids": [Unknown(not_null=True)], **CHANGED}),
]


@table(MEANING_CASES)
def test_what_means_the_same_stays(config: Any, prior: Any, planned: Any) -> None:
    none: Values = {"rule": []}
    check(MEANING, none | config, none | prior, none | planned)


SECRET = {"s": optional(string(), "S.", write_only=True), "v": optional(string(), "V.")}
SECRETS: dict[str, Attribute] = {
    "all": optional(single({"s": optional(string(), "S.", write_only=True)}), "A.", write_only=True),
    "one": optional(single(SECRET), "O."),
    "many": optional(nested_list(SECRET), "M."),
    "named": optional(nested_map(SECRET), "N."),
    "rule": block(nested_list(SECRET), "R."),
}


def test_secrets_are_in_no_plan_however_deep() -> None:
    given, kept = {"s": "secret", "v": "v"}, {"s": None, "v": "v"}
    config = {"all": {"s": "x"}, "one": given, "many": [given], "named": {"k": given}, "rule": [given]}
    expected = {"one": kept, "many": [kept], "named": {"k": kept}, "rule": [kept]}
    check(SECRETS, config, None, expected)
    check(SECRETS, config, expected, expected)
