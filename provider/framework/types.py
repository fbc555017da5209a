"""Terraform's types.

A type is a frozen value; what others have derived from it once it keeps in `derived`, which is no part of it. `to_json`
and `from_json` translate the form in which Terraform's schemas write it (`"string"`, `["list", "string"]`,
`["object", {"a": "bool"}]`). Sources: "Type constraints in JSON" in Terraform's plugin documentation, cty's `json`
package.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A type that a dynamic value brings along comes from outside: no deeper, no larger than anybody writes.
_DEEPEST = 64
_LARGEST = 10_000


class MalformedType(ValueError):
    """A text or value in JSON that is no type."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type without parts: string, number, bool; or dynamic, whose values bring their own type."""

    name: str
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Collection:
    """A list, set or map (`kind`) of elements of one type."""

    kind: str
    element: Type
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Tuple:
    """A sequence whose elements have a type each."""

    elements: tuple[Type, ...]
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Object:
    """Named attributes with a type each; those named in `optional` may be left out of a value."""

    attributes: Mapping[str, Type]
    optional: frozenset[str] = frozenset()
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # One order for a type, whoever wrote it: the normal form of values follows it.
        if isinstance(self.attributes, dict):
            object.__setattr__(self, "attributes", dict(sorted(self.attributes.items())))

    def __hash__(self) -> int:
        return hash((tuple(sorted(self.attributes)), self.optional))


Type = Primitive | Collection | Tuple | Object

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
DYNAMIC = Primitive("dynamic")

_PRIMITIVES = {t.name: t for t in (STRING, NUMBER, BOOL, DYNAMIC)}
_COLLECTIONS = ("list", "set", "map")


def list_of(element: Type) -> Collection:
    """Return the type of lists of `element`."""
    return Collection("list", element)


def set_of(element: Type) -> Collection:
    """Return the type of sets of `element`."""
    return Collection("set", element)


def map_of(element: Type) -> Collection:
    """Return the type of maps from strings to `element`."""
    return Collection("map", element)


def to_json(type_: Type) -> Any:
    """Return `type_` as the value that JSON writes for it."""
    match type_:
        case Primitive(name):
            return name
        case Collection(kind, element):
            return [kind, to_json(element)]
        case Tuple(elements):
            return ["tuple", [to_json(e) for e in elements]]
        case Object(attributes, optional):
            parts: list[Any] = ["object", {name: to_json(t) for name, t in sorted(attributes.items())}]
            return [*parts, sorted(optional)] if optional else parts


def from_json(value: Any) -> Type:
    """Return the type that `value`, read from JSON, stands for; raise MalformedType if it stands for none."""
    left = _LARGEST

    def read(value: Any, depth: int) -> Type:
        nonlocal left
        left -= 1
        if depth == 0 or left < 0:
            raise MalformedType(f"a type with more than {_DEEPEST} levels or {_LARGEST} parts")
        match value:
            case str() if value in _PRIMITIVES:
                return _PRIMITIVES[value]
            case [str() as kind, element] if kind in _COLLECTIONS:
                return Collection(kind, read(element, depth - 1))
            case ["tuple", [*elements]]:
                return Tuple(tuple(read(e, depth - 1) for e in elements))
            case ["object", dict() as attributes, *optional] if len(optional) <= 1:
                inner = {str(name): read(t, depth - 1) for name, t in attributes.items()}
                return Object(inner, _optional(optional[0] if optional else [], inner))
        raise MalformedType(f"no type: {reprlib.repr(value)}")

    return read(value, _DEEPEST)


def _optional(names: Any, attributes: Mapping[str, Any]) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) and name in attributes for name in names):
        raise MalformedType("the optional attributes of an object type are a list of names of its attributes")
    return frozenset(names)
