"""Terraform types with values that fit them, made by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.normal import OWN, number, read
from provider.framework.types import Object, Type
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown

# The same examples every time, and nothing kept on disk: what fails here fails everywhere.
FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
MANY = settings(max_examples=400, deadline=None, derandomize=True, database=None)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
PRIMITIVES = st.sampled_from([types.STRING, types.NUMBER, types.BOOL])
LEAVES = st.sampled_from([types.STRING, types.NUMBER, types.BOOL, types.DYNAMIC])


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Type]) -> Type:
    attributes = draw(st.dictionaries(NAMES, inner, max_size=3))
    return Object(
        attributes, frozenset(draw(st.sets(st.sampled_from(sorted(attributes))))) if attributes else frozenset()
    )


def _larger(smaller: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    return st.one_of(
        st.builds(types.list_of, smaller),
        st.builds(types.set_of, smaller),
        st.builds(types.map_of, smaller),
        st.builds(types.Tuple, st.lists(smaller, max_size=3).map(tuple)),
        _objects(smaller),
    )


TYPES: st.SearchStrategy[Type] = st.recursive(LEAVES, _larger, max_leaves=8)
# What a dynamic value brings along: small ones, which may be dynamic inside again.
_BROUGHT: st.SearchStrategy[Type] = st.recursive(PRIMITIVES, _larger, max_leaves=3)

# What cty writes: whole numbers of any size, floats, and decimal texts where a float would lose digits.
WHOLE = st.one_of(st.integers(), st.integers(-(10**400), 10**400))
FRACTIONS = st.decimals(allow_nan=False, allow_infinity=False).filter(
    lambda d: abs(d.adjusted()) < 3_000 and d != d.to_integral_value()
)
NUMBERS = st.one_of(WHOLE, FRACTIONS)
_LENGTHS = st.integers(0, 300)


@st.composite
def _unknowns(draw: st.DrawFn, type_: Type) -> Unknown:
    """Return an unknown value, with what may be known of one of its type."""
    not_null = draw(st.booleans())
    match type_:
        case types.STRING:
            return Unknown(not_null, prefix=draw(TEXTS))
        case types.NUMBER:
            bounds = st.one_of(st.none(), st.builds(Bound, NUMBERS.map(number), st.booleans()))
            lowest, highest = draw(bounds), draw(bounds)
            if lowest and highest and lowest.number >= highest.number:
                highest = None
            return Unknown(not_null, lowest=lowest, highest=highest)
        case types.Collection():
            shortest, more = draw(_LENGTHS), draw(st.one_of(st.none(), _LENGTHS))
            return Unknown(not_null, shortest=shortest, longest=None if more is None else shortest + more)
    return Unknown(not_null)


def values(type_: Type, *, special: bool = True, dynamic: st.SearchStrategy[Type] = _BROUGHT) -> st.SearchStrategy[Any]:
    """Return raw values of `type_`; with `special`, null and unknown ones too, at every depth.

    `dynamic` makes the types that dynamic values bring along.
    """

    def inside(part: Type) -> st.SearchStrategy[Any]:
        return values(part, special=special, dynamic=dynamic)

    match type_:
        case types.STRING:
            known: st.SearchStrategy[Any] = TEXTS
        case types.BOOL:
            known = st.booleans()
        case types.NUMBER:
            known = NUMBERS
        case types.DYNAMIC:
            known = dynamic.flatmap(lambda brought: st.builds(Dynamic, st.just(brought), inside(brought)))
        case types.Collection("map", element):
            known = st.dictionaries(NAMES, inside(element), max_size=3)
        case types.Collection(_, element):
            known = st.lists(inside(element), max_size=3).map(tuple)
        case types.Tuple(elements):
            known = st.tuples(*map(inside, elements))
        case types.Object(attributes):
            known = st.fixed_dictionaries({name: inside(part) for name, part in attributes.items()})
        case _:
            raise AssertionError(f"no values for {type_}")
    return st.one_of(known, st.sampled_from([None, UNKNOWN]), _unknowns(type_)) if special else known


@st.composite
def raw_values(draw: st.DrawFn, *, special: bool = True) -> tuple[Type, Any]:
    """Return a type and a value of it as code may make it: a set in any order, with what is in it twice."""
    type_ = draw(TYPES)
    return type_, draw(values(type_, special=special))


@st.composite
def typed_values(draw: st.DrawFn, *, special: bool = True) -> tuple[Type, Any]:
    """Return a type and a value of it in normal form."""
    type_, raw = draw(raw_values(special=special))
    return type_, read(raw, type_, OWN)
