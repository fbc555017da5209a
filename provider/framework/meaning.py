"""When two values that differ mean the same, and what follows: the value that is there stays.

`Same` is a function of two known values. Null is one of them only where a kind says that null and empty are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import zip_longest
from typing import Any

from provider.framework.matching import decisive, match
from provider.framework.schema import Attribute, Kind, Nested, Nesting
from provider.framework.values import Unknown, as_map, as_set, is_known

Same = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True, repr=False)
class _IgnoringCase:
    def __call__(self, one: Any, other: Any) -> bool:
        return isinstance(one, str) and isinstance(other, str) and one.casefold() == other.casefold()

    def __repr__(self) -> str:
        return "upper and lower case make no difference"


@dataclass(frozen=True, slots=True, repr=False)
class _Json:
    def __call__(self, one: Any, other: Any) -> bool:
        try:
            return bool(_parsed(one) == _parsed(other))
        except (ValueError, TypeError, RecursionError):
            return False

    def __repr__(self) -> str:
        return "order of names and white space make no difference"


@dataclass(frozen=True, slots=True, repr=False)
class _EmptyIsNull:
    def __call__(self, one: Any, other: Any) -> bool:
        return one in _NOTHING and other in _NOTHING

    def __repr__(self) -> str:
        return "empty and not set make no difference"


_NOTHING: tuple[Any, ...] = (None, (), {}, "")


def ignoring_case() -> Same:
    """Texts that differ in upper and lower case only are the same: GUIDs, and names that Graph writes its own way."""
    return _IgnoringCase()


def equal_json() -> Same:
    """Texts that hold the same JSON are the same."""
    return _Json()


def empty_is_null() -> Same:
    """Nothing is the same as an empty text, list, set or map."""
    return _EmptyIsNull()


def _parsed(text: Any) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: _exact(value) for name, value in pairs}

    return _exact(json.loads(text, object_pairs_hook=members, parse_float=Decimal))


def _exact(value: Any) -> Any:
    """Return parsed JSON in a form in which true is no number."""
    match value:
        case bool():
            return ("bool", value)
        case list():
            return [_exact(part) for part in value]
    return value


def same(kind: Kind | Nested, one: Any, other: Any, *, settled: bool = False) -> bool:
    """Tell whether two values of a kind are equal or mean the same. What is unknown means nothing but itself.

    `settled`: `one` is what the API tells of `other`. It says nothing of what is create-only, and what was unknown can
    have become all that it allows.
    """
    if one == other:
        return True
    if isinstance(other, Unknown):
        return settled and not isinstance(one, Unknown) and other.includes(one)
    if isinstance(one, Unknown):
        return False
    if kind.same is not None and kind.same(one, other):
        return True
    inside = _inside(kind, settled)
    if one is None or other is None or inside is None:
        return False
    pairs = _pairs(kind, one, other, inside)
    return pairs is not None and all(inside(a, b) for a, b in pairs)


def less_sure(kind: Kind | Nested, value: Any) -> Any:
    """Return a configured value with less said of what is unknown in it: what is planned may only mean the same."""
    if isinstance(value, Unknown):
        return value if kind.same is None else Unknown(not_null=value.not_null)
    element = None if isinstance(kind, Nested) else kind.element
    if element is None or element.same is None or is_known(value):
        return value
    if isinstance(value, dict):
        return {name: less_sure(element, part) for name, part in value.items()}
    return tuple(less_sure(element, part) for part in value)


def keep(kind: Kind | Nested, new: Any, prior: Any) -> Any:
    """Return `new`, with the prior value in place of each attribute's that means the same.

    Attributes inside nested attributes are judged one by one, every other value as a whole.
    """
    if new == prior or (is_known(prior) and same(kind, new, prior, settled=True)):
        return prior
    if not isinstance(kind, Nested) or not new or isinstance(new, Unknown) or isinstance(prior, Unknown):
        return new
    attributes = kind.attributes

    def one(element: Any, before: Any) -> Any:
        if not isinstance(element, dict):
            return element
        # Where nothing was, nothing is what means the same: an empty value in a new element becomes null.
        return keep_object(attributes, element, before if isinstance(before, dict) else dict.fromkeys(attributes))

    match kind.nesting:
        case Nesting.SINGLE:
            return one(new, prior)
        case Nesting.LIST:
            return tuple(one(element, before) for element, before in zip_longest(new, (prior or ())[: len(new)]))
        case Nesting.MAP:
            return as_map((name, one(element, (prior or {}).get(name))) for name, element in new.items())
        case Nesting.SET:
            alike = partial(same_object, attributes, settled=True)
            pairs = match(new, prior or (), alike, key=decisive(attributes, prior or ()))
            return as_set(one(element, before) for element, before in pairs)


def same_object(attributes: Mapping[str, Attribute], one: Any, other: Any, *, settled: bool = False) -> bool:
    """Tell whether two objects with `attributes` are equal or mean the same."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return bool(one == other)
    return all(
        (settled and attribute.create_only) or same(attribute.kind, one[name], other[name], settled=settled)
        for name, attribute in attributes.items()
    )


def keep_object(
    attributes: Mapping[str, Attribute], new: Mapping[str, Any], prior: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `new` with the prior value of each attribute in it that means the same, or is create-only."""
    return {
        # What no read can tell is what it was, where that is known.
        name: prior[name]
        if attribute.create_only and prior[name] is not None and is_known(prior[name])
        else new[name]
        if attribute.never_null and prior[name] is None
        else keep(attribute.kind, new[name], prior[name])
        for name, attribute in attributes.items()
    }


def _inside(kind: Kind | Nested, settled: bool) -> Callable[[Any, Any], bool] | None:
    """Return how two elements of a kind are compared, None where a value has none."""
    if isinstance(kind, Nested):
        return partial(same_object, kind.attributes, settled=settled)
    return None if kind.element is None else partial(same, kind.element, settled=settled)


def _pairs(kind: Any, one: Any, other: Any, inside: Callable[[Any, Any], bool]) -> Iterable[tuple[Any, Any]] | None:
    """Return the parts of two values that belong together, None where some part has no counterpart."""
    match getattr(kind.type, "kind", "object"):
        case "object":
            return ((one, other),)
        case "map":
            return [(one[name], other[name]) for name in one] if one.keys() == other.keys() else None
        case "list":
            return list(zip(one, other, strict=True)) if len(one) == len(other) else None
    if len(one) != len(other):
        return None
    pairs = list(match(one, other, inside))
    # An element can be null, too.
    lost = any(found is None and not (element is None and None in other) for element, found in pairs)
    return None if lost else pairs
