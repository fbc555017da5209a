"""What Terraform's value library says of values: equality, null, unknown, size, and what a placeholder allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import inf
from typing import Any

from provider.framework import types
from provider.framework.paths import Path, show
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Dynamic, Unknown


def canonical(type_: Type, value: Any) -> Any:
    """Return a value in a form in which `==` is Terraform's equality: sets and maps in one order, no element twice.

    Elements of a set that hold something unknown are never equal to others: they may turn out to differ.
    """
    if value is None or isinstance(value, Unknown):
        return value
    match type_:
        case types.Collection("list", element):
            return tuple(canonical(element, part) for part in value)
        case types.Collection("map", element):
            return {name: canonical(element, value[name]) for name in sorted(value)}
        case types.Collection(_, element):
            return _set(canonical(element, part) for part in value)
        case types.Tuple(elements):
            return tuple(canonical(inner, part) for inner, part in zip(elements, value, strict=True))
        case types.Object(attributes):
            return {name: canonical(attributes[name], value[name]) for name in attributes}
        case types.DYNAMIC:
            return Dynamic(value.type, canonical(value.type, value.value))
    return value


def _set(elements: Iterator[Any]) -> tuple[Any, ...]:
    known: dict[str, Any] = {}
    unsure: list[Any] = []
    for element in elements:
        if next(unknown(element), None) is None:
            known[repr(element)] = element
        else:
            unsure.append(element)
    return (
        *(known[text] for text in sorted(known)),
        *sorted(unsure, key=lambda element: (repr(element), _detail(element))),
    )


def _detail(value: Any) -> str:
    """Return a text in which placeholders that allow different values differ, unlike in their `repr`."""
    match value:
        case Unknown():
            bounds = [(str(b.number), b.inclusive) if b else None for b in (value.lowest, value.highest)]
            return f"?{value.not_null}{value.prefix}{bounds}{value.shortest}{value.longest}"
        case dict():
            return "".join(f"{name}{_detail(part)}" for name, part in value.items())
        case tuple():
            return "".join(map(_detail, value))
        case Dynamic():
            return _detail(value.value)
    return repr(value)


def is_null(value: Any) -> bool:
    """Tell whether a value is null, be it one whose type is known."""
    return value is None or (isinstance(value, Dynamic) and value.value is None)


def is_unknown(value: Any) -> bool:
    """Tell whether a value is unknown as a whole, be it one whose type is known."""
    return isinstance(value, Unknown) or (isinstance(value, Dynamic) and isinstance(value.value, Unknown))


def part(value: Any, name: str) -> Any:
    """Return an attribute of an object; nothing has null attributes, what is unknown has unknown ones."""
    if value is None:
        return None
    return UNKNOWN if isinstance(value, Unknown) else value[name]


def unrefined(value: Any) -> Any:
    """Return a value in which each placeholder allows everything."""
    match value:
        case Unknown():
            return UNKNOWN
        case dict():
            return {name: unrefined(part) for name, part in value.items()}
        case tuple():
            return tuple(map(unrefined, value))
        case Dynamic(type_, inner):
            return Dynamic(type_, unrefined(inner))
    return value


def unknown(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of everything unknown in a value."""
    match value:
        case Unknown():
            yield path
        case dict():
            for name, inner in value.items():
                yield from unknown(inner, (*path, name))
        case tuple():
            for index, inner in enumerate(value):
                yield from unknown(inner, (*path, index))
        case Dynamic():
            yield from unknown(value.value, path)


def size(value: Any, *, is_set: bool) -> tuple[float, float]:
    """Return how many elements a collection has at least and at most."""
    if isinstance(value, Unknown):
        return value.shortest, inf if value.longest is None else value.longest
    if is_set and len(value) > 1 and next(unknown(value), None) is not None:
        # Elements that are not known yet may turn out to be equal.
        return 1, len(value)
    return len(value), len(value)


def allows(placeholder: Unknown, type_: Type, value: Any) -> bool:
    """Tell whether a known value is one that the placeholder did not exclude."""
    if is_null(value):
        return not placeholder.not_null
    match type_:
        case types.STRING:
            return str(value).startswith(placeholder.prefix)
        case types.NUMBER:
            exact = Decimal(value)
            low, high = placeholder.lowest, placeholder.highest
            above = low is None or exact > Decimal(low.number) or (low.inclusive and exact == Decimal(low.number))
            below = high is None or exact < Decimal(high.number) or (high.inclusive and exact == Decimal(high.number))
            return above and below
        case types.Collection():
            return placeholder.shortest <= len(value) and (
                placeholder.longest is None or len(value) <= placeholder.longest
            )
    return True


def conforms(type_: Type, wanted: Type) -> bool:
    """Tell whether a value of a type can stand where another is wanted: where that is dynamic, any can."""
    if wanted == types.DYNAMIC:
        return True
    match type_, wanted:
        case types.Collection(kind, element), types.Collection(other, inner):
            return kind == other and conforms(element, inner)
        case types.Tuple(elements), types.Tuple(inners):
            return len(elements) == len(inners) and all(map(conforms, elements, inners))
        case types.Object(attributes), types.Object(others):
            return attributes.keys() == others.keys() and all(conforms(attributes[n], others[n]) for n in attributes)
    return type_ == wanted


def where(path: Path, problem: str) -> str:
    """Return the sentence for a problem at a path."""
    return f"{show(path) or 'the whole'} {problem}"
