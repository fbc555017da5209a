"""What may differ between a plan and what became of it: what was unknown, within what was said of it, and nothing else.

Source: `objchange.AssertObjectCompatible`, and the checks around it in `NodeAbstractResourceInstance.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from provider.framework import types
from provider.framework.paths import Key, Path
from provider.framework.schema import Attribute, Mode, Nested, Nesting, Schema
from provider.framework.types import Type
from provider.framework.values import Unknown
from tests.cycle.oracles.forms import allows, canonical, conforms, is_null, part, unknown, where

Attributes = Mapping[str, Attribute]
Problems = Iterator[str]


def result_problems(schema: Schema, planned: Any, actual: Any) -> list[str]:
    """Return what Terraform would find wrong with the state after an apply; None stands for no object."""
    return [*unknown_problems(schema, actual), *write_only_problems(schema, actual), *changed(schema, planned, actual)]


def changed(schema: Schema, planned: Any, actual: Any) -> list[str]:
    """Return where a later plan, or a result, is not what was planned."""
    return list(_object(schema.attributes, canonical(schema.type, planned), canonical(schema.type, actual), ()))


def unknown_problems(schema: Schema, actual: Any) -> list[str]:
    """Return what is unknown in a value in which all should be known."""
    return [where(path, "is still unknown") for path in unknown(canonical(schema.type, actual))]


def write_only_problems(schema: Schema, value: Any) -> list[str]:
    """Return which write-only attributes have a value, at any depth."""
    return list(_write_only(schema.attributes, canonical(schema.type, value), ()))


def _write_only(attributes: Attributes, value: Any, path: Path) -> Problems:
    if not isinstance(value, dict):
        return
    for name, attribute in attributes.items():
        inner, here = value[name], (*path, name)
        if attribute.write_only and not is_null(inner):
            yield where(here, "is write-only, but has a value")
        if not isinstance(attribute.kind, Nested):
            continue
        match attribute.kind.nesting:
            case Nesting.SINGLE:
                yield from _write_only(attribute.kind.attributes, inner, here)
            case Nesting.MAP if isinstance(inner, dict):
                for key, element in inner.items():
                    yield from _write_only(attribute.kind.attributes, element, (*here, Key(key)))
            case _ if isinstance(inner, tuple):
                for index, element in enumerate(inner):
                    yield from _write_only(attribute.kind.attributes, element, (*here, index))


def _object(attributes: Attributes, planned: Any, actual: Any, path: Path) -> Problems:
    if (planned is None) != (actual is None):
        yield where(
            path, f"was planned to be {'absent' if planned is None else 'there'}, and it is the other way round"
        )
        return
    if planned is None:
        return
    for name, attribute in attributes.items():
        old, new, here = part(planned, name), part(actual, name), (*path, name)
        if attribute.mode is Mode.BLOCK:
            assert isinstance(attribute.kind, Nested)
            yield from _blocks(attribute.kind, old, new, here)
        else:
            yield from _value(attribute.kind.type, old, new, here)


def _blocks(kind: Nested, planned: Any, actual: Any, path: Path) -> Problems:
    if kind.nesting is Nesting.SINGLE:
        if not (isinstance(planned, Unknown) and actual is None):
            yield from _object(kind.attributes, planned, actual, path)
        return
    if not isinstance(planned, tuple) or not isinstance(actual, tuple):
        return
    if kind.nesting is Nesting.SET:
        yield from _set(planned, actual, path, lambda old, new: not any(_object(kind.attributes, old, new, path)))
    elif len(planned) != len(actual):
        yield where(path, f"was planned with {len(planned)} blocks, and has {len(actual)}")
    else:
        for index, (old, new) in enumerate(zip(planned, actual, strict=True)):
            yield from _object(kind.attributes, old, new, (*path, index))


def _value(type_: Type, planned: Any, actual: Any, path: Path) -> Problems:
    if type_ == types.DYNAMIC:
        yield from _dynamic(planned, actual, path)
    elif isinstance(planned, Unknown):
        # What is still unknown may yet be anything.
        if not isinstance(actual, Unknown) and not allows(planned, type_, actual):
            yield where(path, "has a value that the plan had excluded")
    elif planned is None or actual is None:
        if planned is not None or actual is not None:
            yield where(
                path, f"was planned {'without' if planned is None else 'with'} a value, and it is the other way"
            )
    elif isinstance(actual, Unknown):
        yield where(path, "was known, and is unknown now")
    else:
        yield from _known(type_, planned, actual, path)


def _dynamic(planned: Any, actual: Any, path: Path) -> Problems:
    # A placeholder or null without a type allows everything.
    if planned is None or isinstance(planned, Unknown):
        return
    if actual is None or isinstance(actual, Unknown) or not conforms(actual.type, planned.type):
        yield where(path, "has another type than the planned one")
    else:
        yield from _value(planned.type, planned.value, actual.value, path)


def _known(type_: Type, planned: Any, actual: Any, path: Path) -> Problems:
    match type_:
        case types.Object(attributes):
            for name, inner in attributes.items():
                yield from _value(inner, planned[name], actual[name], (*path, name))
        case types.Collection("map", element):
            yield from _same_keys({*planned}, {*actual}, path)
            for name in sorted({*planned} & {*actual}):
                yield from _value(element, planned[name], actual[name], (*path, Key(name)))
        case types.Collection("set", element):
            yield from _set(planned, actual, path, lambda old, new: not any(_value(element, old, new, path)))
        case types.Collection(_, element):
            yield from _same_keys({*range(len(planned))}, {*range(len(actual))}, path)
            for index, (old, new) in enumerate(zip(planned, actual, strict=False)):
                yield from _value(element, old, new, (*path, index))
        case types.Tuple(elements):
            for index, (inner, old, new) in enumerate(zip(elements, planned, actual, strict=True)):
                yield from _value(inner, old, new, (*path, index))
        case _ if planned != actual:
            yield where(path, "has another value than the planned one")


def _same_keys(planned: set[Any], actual: set[Any], path: Path) -> Problems:
    if gone := planned - actual:
        yield where(path, f"has lost the elements {sorted(gone)}")
    if new := actual - planned:
        yield where(path, f"has new elements {sorted(new)}")


def _set(planned: tuple[Any, ...], actual: tuple[Any, ...], path: Path, fits: Callable[[Any, Any], bool]) -> Problems:
    """Each element has to have a counterpart; several may have become one, none two."""
    if not all(any(fits(old, new) for new in actual) for old in planned):
        yield where(path, "has lost a planned element")
    elif not all(any(fits(old, new) for old in planned) for new in actual):
        yield where(path, "has an element that was not planned")
    if len(planned) < len(actual):
        yield where(path, f"was planned with {len(planned)} elements, and has {len(actual)}")
