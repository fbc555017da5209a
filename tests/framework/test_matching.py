"""Which element of a set is which: each finds one, and what decides narrows where it is looked for."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.matching import decisive, match
from provider.framework.meaning import ignoring_case
from provider.framework.schema import optional, required, string
from provider.framework.values import UNKNOWN

ELEMENT = {
    "name": required(string(), "What decides."),
    "guid": required(string(same=ignoring_case()), "Its case does not count."),
    "learnt": optional(string(), "The provider may give it.", computed=True),
    "once": optional(string(), "No read tells it.", create_only=True),
}


def element(name: Any, guid: str = "a", learnt: Any = None, once: Any = None) -> dict[str, Any]:
    return {"name": name, "guid": guid, "learnt": learnt, "once": once}


def near(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= 1)


MATCHES: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    ("nothing", [], [1], []),
    ("no candidate", [1, 2], [], [(1, None), (2, None)]),
    ("equal ones", [1, 5], [5, 1], [(1, 1), (5, 5)]),
    ("one that fits", [1, 5], [6, 9], [(1, None), (5, 6)]),
    ("the first that fits", [5], [6, 4], [(5, 6)]),
    ("each once", [5, 6], [6], [(5, None), (6, 6)]),
    ("equal ones first", [1, 2], [2, 1], [(1, 1), (2, 2)]),
    ("equal ones twice", [1, 1, 1], [1, 1], [(1, 1), (1, 1), (1, None)]),
    ("one for each", [1, 3], [2, 2], [(1, 2), (3, 2)]),
]


@pytest.mark.parametrize(
    ("elements", "candidates", "pairs"), [case[1:] for case in MATCHES], ids=[case[0] for case in MATCHES]
)
def test_matching(elements: list[Any], candidates: list[Any], pairs: list[Any]) -> None:
    assert list(match(elements, candidates, near)) == pairs


def test_what_fits_well_is_asked_before_what_fits_a_little() -> None:
    def about(one: Any, other: Any) -> bool:
        return bool(abs(one - other) <= 5)

    assert list(match([10, 14, 30], [13, 29], near, about)) == [(10, None), (14, 13), (30, 29)]
    assert list(match([10, 14], [13, 7], near, about)) == [(10, 7), (14, 13)]
    assert list(match([10, 14], [13])) == [(10, None), (14, None)]


def test_what_fits_is_asked_with_the_element_first() -> None:
    assert list(match([1], [2], lambda element, candidate: element < candidate)) == [(1, 2)]
    assert list(match([2], [1], lambda element, candidate: element < candidate)) == [(2, None)]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (element("x"), element("x", "A", "learnt", "once"), True),
        (element("x"), element("y"), False),
        (element(UNKNOWN), element("x"), False),
    ],
)
def test_what_decides_is_what_only_the_configuration_gives(one: Any, other: Any, near: bool) -> None:
    key = decisive(ELEMENT, [other])

    assert (key(one) == key(other)) is near


def test_what_is_not_known_of_a_candidate_does_not_decide() -> None:
    key = decisive(ELEMENT, [element("x"), element(UNKNOWN)])

    assert key(element("x")) == key(element("y"))


def test_nothing_fits_what_has_another_key() -> None:
    assert list(match([1, 12], [11, 2], near, key=lambda number: number > 10)) == [(1, 2), (12, 11)]
    assert list(match([1], [11], lambda _one, _other: True, key=lambda number: number > 10)) == [(1, None)]
