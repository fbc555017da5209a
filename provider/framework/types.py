"""Terraform's types.

A type is a frozen value; `to_json` gives the form in which Terraform's schemas write it
(`"string"`, `["list", "string"]`, `["object", {"a": "bool"}]`), see "Type constraints in
JSON" of Terraform's plugin documentation and cty's `json` package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Primitive:
    """A type without parts: string, number, bool; or dynamic, whose values bring their own type."""

    name: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A list, set or map (`kind`) of elements of one type."""

    kind: str
    element: Type


@dataclass(frozen=True, slots=True)
class Tuple:
    """A sequence whose elements have a type each."""

    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """Named attributes with a type each; those named in `optional` may be left out of a value."""

    attributes: Mapping[str, Type]
    optional: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return hash((tuple(sorted(self.attributes)), self.optional))


Type = Primitive | Collection | Tuple | Object

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
DYNAMIC = Primitive("dynamic")


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
