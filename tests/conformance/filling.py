"""What the store gives a value that nobody has configured."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from provider.framework import types
from provider.framework.schema import Attribute, Nested, replaced
from provider.framework.types import Type
from provider.framework.values import Dynamic, Unknown


def filled(attributes: Mapping[str, Attribute], value: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """Return an object with a value in place of everything unknown; the same `seed` gives the same values."""
    return {name: _filled(attributes[name], part, f"{name}-{seed}") for name, part in value.items()}


def _filled(attribute: Attribute, value: Any, seed: str) -> Any:
    kind = attribute.kind
    if isinstance(value, Unknown):
        return generated(kind.type, seed)
    if isinstance(kind, Nested):
        return replaced(kind.nesting, value, lambda part: filled(kind.attributes, part, f"{seed}-{part.get('name')}"))
    return value


def generated(type_: Type, seed: str) -> Any:
    """Return a value of a type."""
    match type_:
        case types.STRING:
            return seed
        case types.NUMBER:
            return Decimal("0.1")
        case types.BOOL:
            return True
        case types.DYNAMIC:
            return Dynamic(types.STRING, seed)
        case types.Collection("map", element):
            return {"made": generated(element, seed)}
        case types.Collection(_, element):
            return (generated(element, seed),)
        case types.Tuple(elements):
            return tuple(generated(element, seed) for element in elements)
        case types.Object(attributes):
            return {name: generated(part, f"{name}-{seed}") for name, part in attributes.items()}
    raise AssertionError(type_)
