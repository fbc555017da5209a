"""What two values mean, apart from the framework: a key that is equal where they mean the same, and other spellings.

The remote store writes values its own way: texts in another case, JSON with other white space, null for what is empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from provider.framework import types
from provider.framework.meaning import empty_is_null, equal_json, ignoring_case
from provider.framework.schema import NO_DEFAULT, Attribute, Kind, Mode, Nested, Nesting
from provider.framework.values import Unknown

IGNORING_CASE = ignoring_case()
EQUAL_JSON = equal_json()
EMPTY_IS_NULL = empty_is_null()


def key(kind: Kind | Nested, value: Any, *, strict: bool = False) -> Any:
    """Return what a value means, as something to compare; where `strict`, null is not the same as empty."""
    if not strict and kind.same == EMPTY_IS_NULL and value in ((), {}, ""):
        return None
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(kind, Nested):
        return _nested_key(kind, value, strict)
    match kind.type:
        case types.Collection("list"):
            return tuple(_element_key(kind, part, strict) for part in value)
        case types.Collection("set"):
            return tuple(sorted((_element_key(kind, part, strict) for part in value), key=repr))
        case types.Collection():
            return {name: _element_key(kind, part, strict) for name, part in value.items()}
    if kind.same == IGNORING_CASE:
        return value.casefold()
    return _json_key(value) if kind.same == EQUAL_JSON else value


def object_key(attributes: Mapping[str, Attribute], value: Any, *, strict: bool = False) -> Any:
    """Return what an object means, write-only values aside."""
    if not isinstance(value, dict):
        return value
    return {name: key(a.kind, value[name], strict=strict) for name, a in attributes.items() if not a.write_only}


def _element_key(kind: Kind, part: Any, strict: bool) -> Any:
    return part if kind.element is None else key(kind.element, part, strict=strict)


def _nested_key(kind: Nested, value: Any, strict: bool) -> Any:
    if kind.nesting is Nesting.SINGLE:
        return object_key(kind.attributes, value, strict=strict)
    if kind.nesting is Nesting.MAP:
        return {name: object_key(kind.attributes, part, strict=strict) for name, part in value.items()}
    keys = [object_key(kind.attributes, part, strict=strict) for part in value]
    return tuple(sorted(keys, key=repr) if kind.nesting is Nesting.SET else keys)


def _json_key(text: str) -> Any:
    try:
        return _frozen(json.loads(text, parse_float=Decimal))
    except ValueError:
        return text


def _frozen(value: Any) -> Any:
    match value:
        case dict():
            return {name: _frozen(value[name]) for name in sorted(value)}
        case list():
            return ["list", *map(_frozen, value)]
        case bool() | None:
            return str(value)
        case int() | Decimal():
            return ("number", Decimal(value))
    return ("text", value)


def told_apart(attributes: Mapping[str, Attribute], one: Any, other: Any) -> bool:
    """Tell whether two configured objects differ in something that both of them say, and every read tells.

    Elements of a set that cannot be told apart by that could become one once the provider has given the rest.
    """
    if not isinstance(one, dict) or not isinstance(other, dict):
        return bool(one != other)
    return any(_apart(attribute, one[name], other[name]) for name, attribute in attributes.items())


def _apart(attribute: Attribute, one: Any, other: Any) -> bool:
    if attribute.write_only or attribute.create_only or attribute.mode is Mode.COMPUTED:
        return False
    if attribute.default is not NO_DEFAULT:
        one, other = (attribute.default if value is None else value for value in (one, other))
    kind = attribute.kind
    if one is None or other is None:
        said = not attribute.computed and (one is None) is not (other is None)
        return said and key(kind, one) != key(kind, other)
    if not isinstance(kind, Nested):
        return bool(key(kind, one) != key(kind, other))
    match kind.nesting:
        case Nesting.SINGLE:
            return told_apart(kind.attributes, one, other)
        case Nesting.MAP:
            return one.keys() != other.keys() or any(told_apart(kind.attributes, one[n], other[n]) for n in one)
        case Nesting.LIST:
            return len(one) != len(other) or any(
                told_apart(kind.attributes, a, b) for a, b in zip(one, other, strict=True)
            )
        case Nesting.SET:
            return len(one) != len(other)


def respelled(rng: Random, kind: Kind | Nested, value: Any, *, loose: bool = True) -> Any:
    """Return a value in another spelling of the same meaning, as raw data; `loose`: also with null for empty."""
    if loose and kind.same == EMPTY_IS_NULL and value in (None, (), {}, ""):
        return None if rng.random() < 0.5 else _empty(kind)
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(kind, Nested):
        return _nested_respelled(rng, kind, value, loose)
    match kind.type:
        case types.Collection("map"):
            return {name: _element(rng, kind, part, loose) for name, part in value.items()}
        case types.Collection("set"):
            parts = [_element(rng, kind, part, loose) for part in value]
            return rng.sample(parts, len(parts)) + (parts[:1] if rng.random() < 0.2 else [])
        case types.Collection():
            return [_element(rng, kind, part, loose) for part in value]
        case types.NUMBER:
            return _number(rng, value) if loose else value
    if kind.same == IGNORING_CASE:
        return rng.choice((value, value.swapcase(), value.upper(), value.lower()))
    return _json(rng, value) if kind.same == EQUAL_JSON else value


def object_respelled(rng: Random, attributes: Mapping[str, Attribute], value: Any, *, loose: bool = True) -> Any:
    """Return an object with other spellings in it."""
    if not isinstance(value, dict):
        return value
    return {
        # What is promised never to be null is told as it is.
        name: respelled(rng, a.kind, value[name], loose=loose and not a.never_null)
        for name, a in attributes.items()
    }


def _element(rng: Random, kind: Kind, part: Any, loose: bool) -> Any:
    return part if kind.element is None else respelled(rng, kind.element, part, loose=loose)


def _nested_respelled(rng: Random, kind: Nested, value: Any, loose: bool) -> Any:
    def one(part: Any) -> Any:
        return object_respelled(rng, kind.attributes, part, loose=loose)

    match kind.nesting:
        case Nesting.SINGLE:
            return one(value)
        case Nesting.MAP:
            return {name: one(part) for name, part in value.items()}
        case Nesting.LIST:
            return [one(part) for part in value]
        case Nesting.SET:
            return [one(part) for part in rng.sample(value, len(value))]


def _empty(kind: Kind | Nested) -> Any:
    match kind.type:
        case types.Collection("map"):
            return {}
        case types.Collection():
            return []
    return ""


def _number(rng: Random, value: int | Decimal) -> Any:
    if rng.random() < 0.7:
        return value
    # The same number, as a float or written with more zeros.
    if rng.random() < 0.5 and Decimal(repr(float(value))) == value:
        return float(value)
    return Decimal(f"{value}0" if "." in str(value) else value)


def _json(rng: Random, text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict):
        value = {name: value[name] for name in rng.sample(sorted(value), len(value))}
    return json.dumps(value, indent=rng.choice((None, 1)), ensure_ascii=rng.random() < 0.5)
