"""The normal form: whatever a type's own code makes of a value, one value of Terraform is one value here."""

from __future__ import annotations

from collections import OrderedDict, UserDict
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Path
from provider.framework.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    Object,
    Tuple,
    Type,
    list_of,
    map_of,
    set_of,
)
from provider.framework.values import UNKNOWN, Dynamic, Unknown
from tests.framework.exact import exact
from tests.framework.strategies import MANY, raw_values

PERSON = Object({"age": NUMBER, "name": STRING})
COMPOSED, DECOMPOSED = "\u00e9", "e\u0301"

NORMAL: list[tuple[Any, Type, Any]] = [
    (None, STRING, None),
    (UNKNOWN, PERSON, UNKNOWN),
    (Unknown(not_null=True), list_of(STRING), Unknown(not_null=True)),
    ("a", STRING, "a"),
    # Two spellings of one letter are one text: in values, and where a text is a key.
    (DECOMPOSED, STRING, COMPOSED),
    ([DECOMPOSED], list_of(STRING), (COMPOSED,)),
    ({DECOMPOSED, COMPOSED}, set_of(STRING), (COMPOSED,)),
    ({DECOMPOSED: DECOMPOSED}, map_of(STRING), {COMPOSED: COMPOSED}),
    ({DECOMPOSED: {"name": "a"}, COMPOSED: {"name": "b"}}, map_of(PERSON), {COMPOSED: {"age": None, "name": "b"}}),
    (Dynamic(STRING, DECOMPOSED), DYNAMIC, Dynamic(STRING, COMPOSED)),
    # Numbers: whole ones are whole, whatever they were, and zeros at the end say nothing.
    (5, NUMBER, 5),
    (5.0, NUMBER, 5),
    (Decimal("5.00"), NUMBER, 5),
    (Decimal("5E+3"), NUMBER, 5000),
    (-0.0, NUMBER, 0),
    (Decimal("-0.50"), NUMBER, Decimal("-0.5")),
    (10**3000, NUMBER, 10**3000),
    (1e300, NUMBER, 10**300),
    # A float is the decimal number that Python shows for it: the one that somebody wrote.
    (0.1, NUMBER, Decimal("0.1")),
    (1e-7, NUMBER, Decimal("1E-7")),
    (1.10, NUMBER, Decimal("1.1")),
    # Any sequence, any mapping.
    (["a", None], list_of(STRING), ("a", None)),
    (("a",), list_of(STRING), ("a",)),
    (["b", "a", "b"], set_of(STRING), ("a", "b")),
    (frozenset({3, 1}), set_of(NUMBER), (1, 3)),
    ([True, False, True], set_of(BOOL), (False, True)),
    ([1.5, 1, Decimal(1), Decimal("1.50")], set_of(NUMBER), (1, Decimal("1.5"))),
    (["a", None, "b", None], set_of(STRING), ("a", "b", None)),
    ([["b"], ["a"], ("b",)], set_of(list_of(STRING)), (("a",), ("b",))),
    ([{"age": 2}, {"age": 1, "name": None}, {"age": 2.0}], set_of(PERSON),
     ({"age": 1, "name": None}, {"age": 2, "name": None})),
    ([], set_of(PERSON), ()),
    ({"b": 1, "a": 2}, map_of(NUMBER), {"a": 2, "b": 1}),
    (OrderedDict(b=1, a=2), map_of(NUMBER), {"a": 2, "b": 1}),
    (UserDict(b=1, a=2), map_of(NUMBER), {"a": 2, "b": 1}),
    ({"age": 7, "name": "x"}, PERSON, {"age": 7, "name": "x"}),
    (MappingProxyType({"age": 7}), PERSON, {"age": 7, "name": None}),
    (UserDict({"name": "x"}), PERSON, {"age": None, "name": "x"}),
    ({}, PERSON, {"age": None, "name": None}),
    ([1, "a"], Tuple((NUMBER, STRING)), (1, "a")),
    ((), Tuple(()), ()),
    (Dynamic(set_of(STRING), ["b", "a"]), DYNAMIC, Dynamic(set_of(STRING), ("a", "b"))),
    (Dynamic(DYNAMIC, Dynamic(NUMBER, 1.0)), DYNAMIC, Dynamic(DYNAMIC, Dynamic(NUMBER, 1))),
    # What is unknown may turn out to be anything: it stays once for each time that it is there.
    ([UNKNOWN, "a", UNKNOWN, "a"], set_of(STRING), ("a", UNKNOWN, UNKNOWN)),
    ([{"age": UNKNOWN}, {"age": UNKNOWN}], set_of(PERSON), ({"age": UNKNOWN, "name": None},) * 2),
    # A text that only looks like something unknown is a text.
    ([["(known after apply)"], ["(known after apply)"]], set_of(list_of(STRING)), (("(known after apply)",),)),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "type_", "value"), NORMAL)
def test_normal(raw: Any, type_: Type, value: Any) -> None:
    assert exact(read(raw, type_, OWN)) == exact(value)


MALFORMED: list[tuple[Any, Type, Path, str]] = [
    (1, STRING, (), "expected string, found int"),
    (b"a", STRING, (), "expected string, found bytes"),
    ("true", BOOL, (), "expected bool, found str"),
    (1, BOOL, (), "expected bool, found int"),
    (True, NUMBER, (), "expected number, found bool"),
    ("1", NUMBER, (), "expected number, found str"),
    (float("nan"), NUMBER, (), "a number is not finite, or too long"),
    (float("-inf"), NUMBER, (), "a number is not finite, or too long"),
    (Decimal("Infinity"), NUMBER, (), "a number is not finite, or too long"),
    (Decimal("1E+5000"), NUMBER, (), "a number is not finite, or too long"),
    (Decimal("1E-5000"), NUMBER, (), "a number is not finite, or too long"),
    (1j, NUMBER, (), "expected number, found complex"),
    ("ab", list_of(STRING), (), "expected list, found str"),
    ({"a"}, list_of(STRING), (), "expected list, found set"),
    ({"a": 1}, list_of(STRING), (), "expected list, found dict"),
    (("a", 1), list_of(STRING), (1,), "expected string, found int"),
    (["a", 1], set_of(STRING), (1,), "expected string, found int"),
    ((), map_of(STRING), (), "expected map, found tuple"),
    ({1: "a"}, map_of(STRING), (), "a key of a map is int, not a string"),
    (("a",), Tuple((STRING, STRING)), (), "expected tuple of 2, found tuple"),
    ("ab", Tuple((STRING, STRING)), (), "expected tuple of 2, found str"),
    ({"nom": "a", "alter": 1}, PERSON, (), "unexpected attributes: alter, nom"),
    ({"name": 5}, PERSON, ("name",), "expected string, found int"),
    ({"people": [{"age": 1}, {"age": "2"}]}, Object({"people": list_of(PERSON)}), ("people", 1, "age"),
     "expected number, found str"),
    ([], PERSON, (), "expected object, found list"),
    ("a", DYNAMIC, (), "expected Dynamic, found str"),
    (Dynamic(NUMBER, "a"), DYNAMIC, (), "expected number, found str"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "type_", "path", "problem"), MALFORMED)
def test_malformed(raw: Any, type_: Type, path: Path, problem: str) -> None:
    with pytest.raises(MalformedValue) as caught:
        read(raw, type_, OWN)
    assert (caught.value.path, caught.value.problem) == (path, problem)


@MANY
@given(raw_values())
def test_what_is_normal_stays_as_it_is(case: tuple[Type, Any]) -> None:
    type_, raw = case
    value = read(raw, type_, OWN)

    assert exact(read(value, type_, OWN)) == exact(value)


@MANY
@given(raw_values(special=False), st.integers())
def test_order_and_repetition_make_no_difference_where_they_do_not_count(case: tuple[Type, Any], seed: int) -> None:
    type_, raw = case

    assert exact(read(_disturbed(raw, type_, Random(seed)), type_, OWN)) == exact(read(raw, type_, OWN))


def _disturbed(raw: Any, type_: Type, random: Random) -> Any:
    """Return the same value in another order: of attributes, of keys, of the elements of a set."""
    match type_:
        case Object(attributes):
            return _shuffled({name: _disturbed(raw[name], part, random) for name, part in attributes.items()}, random)
        case Tuple(elements):
            return [_disturbed(part, inner, random) for part, inner in zip(raw, elements, strict=True)]
        case Collection("map", element):
            return _shuffled({name: _disturbed(part, element, random) for name, part in raw.items()}, random)
        case Collection("list", element):
            return [_disturbed(part, element, random) for part in raw]
        case Collection(_, element):
            disturbed = [_disturbed(part, element, random) for part in raw for _ in range(2)]
            random.shuffle(disturbed)
            return disturbed
    return Dynamic(raw.type, _disturbed(raw.value, raw.type, random)) if isinstance(raw, Dynamic) else raw


def _shuffled(values: dict[str, Any], random: Random) -> dict[str, Any]:
    names = list(values)
    random.shuffle(names)
    return {name: values[name] for name in names}


def test_only_what_has_a_value_costs_anything() -> None:
    """The types inside are looked at when a value comes by, so a large schema is no burden."""
    inner = Object({"deep": list_of(STRING)})
    unused = Object({"deep": list_of(STRING)})
    outer = Object({"inner": inner, "unused": unused, "more": list_of(unused), "map": map_of(unused)})

    read({"inner": {}, "more": [], "map": {}}, outer, OWN)
    assert (bool(inner.derived), bool(unused.derived)) == (True, False)

    read({"more": [None]}, outer, OWN)
    assert unused.derived
    assert not unused.attributes["deep"].derived
