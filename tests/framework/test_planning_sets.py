"""Plans of sets of objects: which element that was belongs to which that is configured."""

from __future__ import annotations

from typing import Any

from provider.framework.meaning import ignoring_case
from provider.framework.schema import (
    Attribute,
    computed,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    single,
    string,
)
from provider.framework.values import UNKNOWN
from tests.framework.plans import Case, Values, check, table

PART = {"v": required(string(), "V."), "c": computed(string(), "C.")}
SETS: dict[str, Attribute] = {
    "several": optional(
        nested_set(
            {
                "g": required(string(same=ignoring_case()), "G."),
                "id": computed(string(), "Id.", keep_prior=True),
                "many": optional(nested_list(PART), "M."),
                "named": optional(nested_map(PART), "N."),
                "some": optional(nested_set(PART), "S."),
                "one": optional(single({"v": optional(string(), "V.")}), "O."),
            }
        ),
        "S.",
    ),
    "given": optional(
        nested_set(
            {
                "seed": optional(string(), "S.", create_only=True),
                "v": required(string(), "V."),
                "id": computed(string(), "Id.", keep_prior=True),
            }
        ),
        "G.",
    ),
    "plain": optional(
        nested_set({"d": optional(string(), "D.", default="x"), "id": computed(string(), "Id.", keep_prior=True)}), "P."
    ),
}


def sets(*elements: Any) -> Values:
    return {"several": list(elements)}


def parts(*values: str, c: Any = None) -> list[Values]:
    return [{"v": value, "c": c} for value in values]


def by_key(*values: str, c: Any = None) -> dict[str, Values]:
    return {key: {"v": value, "c": c} for key, value in zip("kl", values, strict=False)}


A, A1, ANEW = {"g": "a"}, {"g": "a", "id": "1"}, {"g": "a", "id": UNKNOWN}

SET_CASES: list[Case] = [
    ("in another case", sets({"g": "A"}), sets(A1), sets(A1)),
    (
        "known by a list",
        sets(A | {"many": parts("x")}, A | {"many": parts("y")}),
        sets(A1 | {"many": parts("y", c="d")}),
        sets(ANEW | {"many": parts("x", c=UNKNOWN)}, A1 | {"many": parts("y", c=UNKNOWN)}),
    ),
    (
        "known by a list that grew",
        sets(A | {"many": parts("x", "z")}, A | {"many": parts("y", "z")}),
        sets(A1 | {"many": parts("y", c="d")}),
        sets(ANEW | {"many": parts("x", "z", c=UNKNOWN)}, A1 | {"many": parts("y", "z", c=UNKNOWN)}),
    ),
    (
        "not by a list that shrank",
        sets(A | {"many": parts("x")}),
        sets(A1 | {"many": parts("x", "y", c="d")}),
        sets(ANEW | {"many": parts("x", c=UNKNOWN)}),
    ),
    (
        "known by a map that grew",
        sets(A | {"named": by_key("x", "z")}, A | {"named": by_key("y", "z")}),
        sets(A1 | {"named": by_key("y", c="d")}),
        sets(ANEW | {"named": by_key("x", "z", c=UNKNOWN)}, A1 | {"named": by_key("y", "z", c=UNKNOWN)}),
    ),
    (
        "not by a map that shrank",
        sets(A | {"named": by_key("x")}),
        sets(A1 | {"named": by_key("x", "y", c="d")}),
        sets(ANEW | {"named": by_key("x", c=UNKNOWN)}),
    ),
    (
        "known by a set that grew",
        sets(A | {"some": parts("x", "z")}, A | {"some": parts("y", "z")}),
        sets(A1 | {"some": parts("y", c="d")}),
        sets(ANEW | {"some": parts("x", "z", c=UNKNOWN)}, A1 | {"some": parts("y", "z", c=UNKNOWN)}),
    ),
    (
        "known by an object",
        sets(A | {"one": {"v": "x"}}, A | {"one": {"v": "y"}}),
        sets(A1 | {"one": {"v": "y"}}),
        sets(ANEW | {"one": {"v": "x"}}, A1 | {"one": {"v": "y"}}),
    ),
    (
        "known by an object beside what grew",
        sets(*(A | {"one": {"v": v}, "many": parts("m", "n")} for v in "xy")),
        sets(A1 | {"one": {"v": "y"}, "many": parts("m", c="d")}),
        sets(
            ANEW | {"one": {"v": "x"}, "many": parts("m", "n", c=UNKNOWN)},
            A1 | {"one": {"v": "y"}, "many": parts("m", "n", c=UNKNOWN)},
        ),
    ),
    ("known where an object was added", sets(A | {"one": {"v": "x"}}), sets(A1), sets(A1 | {"one": {"v": "x"}})),
    ("not where something was removed", sets(A), sets(A1 | {"one": {"v": "x"}}), sets(ANEW)),
    (
        "not where there was another than the default",
        {"plain": [{}]},
        {"plain": [{"d": "y", "id": "1"}]},
        {"plain": [{"d": "x", "id": UNKNOWN}]},
    ),
    (
        "known after an import, which could not tell all",
        {"given": [{"v": "a", "seed": "s"}, {"v": "b", "seed": "s"}]},
        {"given": [{"v": "b", "id": "1"}]},
        {"given": [{"v": "a", "seed": "s", "id": UNKNOWN}, {"v": "b", "seed": "s", "id": "1"}]},
    ),
    (
        "not where it was told and was another",
        {"given": [{"v": "a", "seed": "s"}]},
        {"given": [{"v": "a", "seed": "t", "id": "1"}]},
        {"given": [{"v": "a", "seed": "s", "id": UNKNOWN}]},
    ),
    (
        "nothing is guessed while something is not known",
        sets(A | {"many": parts("x", "y")}, UNKNOWN),
        sets(A1 | {"many": parts("x", c="d")}),
        sets(ANEW | {"many": parts("x", "y", c=UNKNOWN)}, UNKNOWN),
    ),
    ("what is sure is sure while something is not known", sets({"g": "A"}, UNKNOWN), sets(A1), sets(A1, UNKNOWN)),
    (
        "not known yet",
        sets({"g": UNKNOWN}, A),
        sets(A1, {"g": "b", "id": "2"}),
        sets(A1, {"g": UNKNOWN, "id": UNKNOWN}),
    ),
]


@table(SET_CASES)
def test_elements_of_sets_are_matched(config: Any, prior: Any, planned: Any) -> None:
    check(SETS, config, prior, planned)
