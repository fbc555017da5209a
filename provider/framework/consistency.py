"""Terraform's contract, held against what the provider is about to answer.

Terraform checks the same and blames the provider in words for its developers, after the fact. Here the answer is held
back in time, and the error names the attribute. Source: Terraform's `internal/plans/objchange`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from provider.framework import types
from provider.framework.paths import Key, Path
from provider.framework.schema import Attribute, Mode, Nested, Nesting
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Dynamic, Unknown, is_known, unknown_paths

Object = Mapping[str, Any]
Problem = tuple[Path, str]


def plan_problems(
    attributes: Mapping[str, Attribute], config: Object, prior: Object | None, planned: Object, path: Path = ()
) -> Iterator[Problem]:
    """Yield path and sentence for each planned value that Terraform would refuse.

    A provider may plan any value for what is computed and not configured; for anything else only the configured value,
    or the prior one where there was one.
    """
    for name, attribute in attributes.items():
        here = (*path, name)
        yield from _planned(attribute, config[name], None if prior is None else prior[name], planned[name], here)


def _planned(attribute: Attribute, config: Any, prior: Any, planned: Any, path: Path) -> Iterator[Problem]:
    if attribute.write_only:
        if planned is not None:
            yield path, "is write-only, but has a planned value"
        return
    # Objects are looked into even where they are as configured: something inside may be write-only.
    whole = not isinstance(attribute.kind, Nested) or not planned or isinstance(planned, Unknown)
    if (whole and _as_configured(planned, config)) or (planned == prior and prior is not None and config is not None):
        return
    if attribute.mode is Mode.COMPUTED or (config is None and attribute.computed):
        return
    if config is None or planned is None or isinstance(config, Unknown) or isinstance(planned, Unknown):
        if not (isinstance(config, Unknown) and isinstance(planned, Unknown)):
            yield path, "is planned with another value than the configured one"
    elif isinstance(attribute.kind, Nested):
        yield from _planned_nested(attribute.kind, config, prior, planned, path)
    else:
        yield path, "is planned with a value that is neither the configured nor the prior one"


def _as_configured(planned: Any, config: Any) -> bool:
    """Tell whether a planned value is the configured one; less may be known of what is unknown."""
    return bool(planned == config) or (not is_known(config) and bool(_unrefined(planned) == _unrefined(config)))


def _unrefined(value: Any) -> Any:
    match value:
        case Unknown():
            return UNKNOWN
        case dict():
            return {name: _unrefined(part) for name, part in value.items()}
        case tuple():
            return tuple(map(_unrefined, value))
        case Dynamic(type_, inner):
            return Dynamic(type_, _unrefined(inner))
    return value


def _planned_nested(kind: Nested, config: Any, prior: Any, planned: Any, path: Path) -> Iterator[Problem]:
    def one(mine: Any, before: Any, new: Any, at: Path) -> Iterator[Problem]:
        if isinstance(mine, dict) and isinstance(new, dict):
            yield from plan_problems(kind.attributes, mine, before if isinstance(before, dict) else None, new, at)
        elif mine != new:
            yield at, "is planned with another value than the configured one"

    match kind.nesting:
        case Nesting.SINGLE:
            yield from one(config, prior, planned, path)
        case Nesting.LIST if len(planned) == len(config):
            before = [*(prior or ()), *[None] * len(config)]
            for index, (mine, new) in enumerate(zip(config, planned, strict=True)):
                yield from one(mine, before[index], new, (*path, index))
        case Nesting.MAP if planned.keys() == config.keys():
            for name, mine in config.items():
                yield from one(mine, (prior or {}).get(name), planned[name], (*path, Key(name)))
        case Nesting.SET if len(planned) <= len(config):
            return
        case Nesting.MAP:
            yield path, "is planned with other keys than the configured ones"
        case _:
            yield path, f"is configured with {len(config)} elements, but planned with {len(planned)}"


def result_problems(attributes: Mapping[str, Attribute], planned: Object, result: Object) -> Iterator[Problem]:
    """Yield path and sentence for each value of a result that is not what was planned, or not known.

    What was unknown in the plan may have become anything that the refinements allow.
    """
    for name, attribute in attributes.items():
        unknown = list(unknown_paths(result[name], (name,)))
        yield from ((at, "is still unknown") for at in unknown)
        if not unknown:
            yield from _differences(attribute.kind.type, planned[name], result[name], (name,))


def _differences(type_: Type, planned: Any, result: Any, path: Path) -> Iterator[Problem]:
    if planned == result:
        return
    if isinstance(planned, Unknown):
        if not planned.includes(result):
            yield path, "has a value that the plan had excluded"
        return
    if planned is None or result is None:
        yield path, f"was planned {'without' if planned is None else 'with'} a value, and it is the other way round"
        return
    match type_:
        case types.Object(attributes):
            for name, part in attributes.items():
                yield from _differences(part, planned[name], result[name], (*path, name))
        case types.Collection("map", element) if planned.keys() == result.keys():
            for name, part in planned.items():
                yield from _differences(element, part, result[name], (*path, Key(name)))
        case types.Collection("list", element) if len(planned) == len(result):
            for index, (part, other) in enumerate(zip(planned, result, strict=True)):
                yield from _differences(element, part, other, (*path, index))
        case types.Tuple(elements):
            for index, (inner, part, other) in enumerate(zip(elements, planned, result, strict=True)):
                yield from _differences(inner, part, other, (*path, index))
        case types.Collection("set", element) if _correlate(element, planned, result):
            return
        case types.DYNAMIC if planned.type == result.type:
            yield from _differences(planned.type, planned.value, result.value, path)
        case _:
            yield path, "has another value than the planned one"


def _correlate(element: Type, planned: tuple[Any, ...], result: tuple[Any, ...]) -> bool:
    """Tell whether a set can have become of a planned one: elements that were not known may have turned out equal."""

    def fits(part: Any, other: Any) -> bool:
        return next(_differences(element, part, other, ()), None) is None

    # Only what is equal in all that was known can fit. Without this, large sets would take minutes.
    names = _known(element, planned)

    def key(value: Any) -> Any:
        return tuple(value[name] for name in names) if names and isinstance(value, dict) else None

    parts, others = _by(key, planned), _by(key, result)
    return (
        len(result) <= len(planned)
        and all(any(fits(part, other) for other in others.get(key(part), ())) for part in planned)
        and all(any(fits(part, other) for part in parts.get(key(other), ())) for other in result)
    )


def _known(element: Type, planned: tuple[Any, ...]) -> list[str]:
    """Return the names of the simple attributes that are known in all elements of a planned set."""
    if not isinstance(element, types.Object) or any(isinstance(part, Unknown) for part in planned):
        return []
    objects = [part for part in planned if part is not None]
    return [
        name
        for name, type_ in element.attributes.items()
        if isinstance(type_, types.Primitive)
        and type_ is not types.DYNAMIC
        and not any(isinstance(part[name], Unknown) for part in objects)
    ]


def _by(key: Callable[[Any], Any], values: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found
