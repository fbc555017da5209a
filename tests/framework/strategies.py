"""Terraform types with values that fit them, made by hypothesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.types import Type
from provider.framework.values import UNKNOWN

# The same examples every time, and nothing kept on disk: what fails here fails everywhere.
FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
MANY = settings(max_examples=400, deadline=None, derandomize=True, database=None)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
PRIMITIVES = st.sampled_from([types.STRING, types.NUMBER, types.BOOL])


def _larger(smaller: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    return st.one_of(
        st.builds(types.list_of, smaller),
        st.builds(types.set_of, smaller),
        st.builds(types.map_of, smaller),
        st.builds(types.Tuple, st.lists(smaller, max_size=3).map(tuple)),
        st.builds(types.Object, st.dictionaries(NAMES, smaller, max_size=3)),
    )


TYPES: st.SearchStrategy[Type] = st.recursive(PRIMITIVES, _larger, max_leaves=8)

# What cty writes: whole numbers of any size, floats, and decimal texts where a float would lose digits.
WHOLE = st.one_of(st.integers(), st.integers(-(10**400), 10**400))
FRACTIONS = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda d: d.adjusted() < 3_000 and d != d.to_integral_value()
)
NUMBERS = st.one_of(WHOLE, FRACTIONS)


def values(type_: Type, *, special: bool = True) -> st.SearchStrategy[Any]:
    """Return values of `type_`; with `special`, null and unknown ones too, at every depth."""
    match type_:
        case types.STRING:
            known: st.SearchStrategy[Any] = TEXTS
        case types.BOOL:
            known = st.booleans()
        case types.NUMBER:
            known = NUMBERS
        case types.Collection("map", element):
            known = st.dictionaries(NAMES, values(element, special=special), max_size=3)
        case types.Collection(_, element):
            known = st.lists(values(element, special=special), max_size=3).map(tuple)
        case types.Tuple(elements):
            known = st.tuples(*(values(e, special=special) for e in elements))
        case types.Object(attributes):
            known = st.fixed_dictionaries({n: values(t, special=special) for n, t in attributes.items()})
        case _:
            raise AssertionError(f"no values for {type_}")
    return st.one_of(known, st.sampled_from([None, UNKNOWN])) if special else known


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Type, Any]:
    """Return a type and a value of it."""
    type_ = draw(TYPES)
    return type_, draw(values(type_))


def exact(value: Any) -> Any:
    """Return `value` in a form in which 1, True and Decimal(1) differ."""
    match value:
        case dict():
            return {name: exact(part) for name, part in value.items()}
        case tuple():
            return tuple(map(exact, value))
        case Decimal():
            return ("decimal", value.normalize(), str(value.normalize()))
        case _:
            return (type(value).__name__, value)
