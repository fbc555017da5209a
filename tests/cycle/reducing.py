"""A life that fails, reduced to the least that fails: fewer steps, fewer attributes, simpler events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from provider.framework.schema import NO_DEFAULT, Attribute, Nested, Nesting, Schema
from tests.cycle.configurations import apart
from tests.cycle.oracles.forms import canonical
from tests.cycle.scenarios import Event, Scenario, Step
from tests.cycle.schemas import MARK

Attributes = Mapping[str, Attribute]
# The names of an attribute and of all that it is in.
Place = tuple[str, ...]


def reduced(life: Scenario, fails: Callable[[Scenario], bool]) -> Scenario:
    """Return a life that fails and of which nothing can be left out any more; `life` is one that fails."""
    while True:
        smaller = next((candidate for candidate in _smaller(life) if fails(candidate)), None)
        if smaller is None:
            return life
        life = smaller


def _smaller(life: Scenario) -> Iterator[Scenario]:
    for index in range(len(life.steps) if len(life.steps) > 1 else 0):
        yield replace(life, steps=(*life.steps[:index], *life.steps[index + 1 :]))
    for place in _places(life.schema.attributes, ()):
        if place not in (("id",), (MARK,)):
            cut = _without(life, place)
            if all(_fit(cut.schema.attributes, step.known) for step in cut.steps):
                yield cut
    for index, step in enumerate(life.steps):
        for simpler in (replace(step, planned=step.known), replace(step, event=Event.CONFIGURED)):
            if simpler != step:
                yield replace(life, steps=(*life.steps[:index], simpler, *life.steps[index + 1 :]))


def _fit(attributes: Attributes, config: Any) -> bool:
    """Tell whether a configuration is still one: the elements of its sets can be told apart."""
    if not isinstance(config, dict):
        return True
    for name, attribute in attributes.items():
        kind = attribute.kind
        if isinstance(kind, Nested) and config[name] is not None:
            elements = _elements(kind, config[name])
            if kind.nesting is Nesting.SET and len(apart(kind, elements)) < len(elements):
                return False
            if not all(_fit(kind.attributes, element) for element in elements):
                return False
    return True


def _elements(kind: Nested, value: Any) -> tuple[Any, ...]:
    match kind.nesting:
        case Nesting.SINGLE:
            return (value,)
        case Nesting.MAP:
            return tuple(value.values())
    return tuple(value)


def _places(attributes: Attributes, place: Place) -> Iterator[Place]:
    for name, attribute in attributes.items():
        yield (*place, name)
        # An object has something in it.
        if isinstance(attribute.kind, Nested) and len(attribute.kind.attributes) > 1:
            yield from _places(attribute.kind.attributes, (*place, name))


def _without(life: Scenario, place: Place) -> Scenario:
    schema = Schema(_attributes_without(life.schema.attributes, place), life.schema.about)

    def cut(config: Any) -> Any:
        return canonical(schema.type, _value_without(life.schema.attributes, config, place))

    steps = tuple(Step(step.event, cut(step.planned), cut(step.known)) for step in life.steps)
    return Scenario(schema, steps, life.seed)


def _attributes_without(attributes: Attributes, place: Place) -> dict[str, Attribute]:
    name, *rest = place
    if not rest:
        return {n: attribute for n, attribute in attributes.items() if n != name}
    attribute = attributes[name]
    assert isinstance(attribute.kind, Nested)
    inside = tuple(rest)
    kind = replace(attribute.kind, attributes=_attributes_without(attribute.kind.attributes, inside))
    default = attribute.default
    if default is not NO_DEFAULT:
        default = canonical(kind.type, _nested_without(attribute.kind, default, inside))
    return {**attributes, name: replace(attribute, kind=kind, default=default)}


def _value_without(attributes: Attributes, value: Any, place: Place) -> Any:
    if not isinstance(value, dict):
        return value
    name, *rest = place
    if not rest:
        return {n: part for n, part in value.items() if n != name}
    kind = attributes[name].kind
    assert isinstance(kind, Nested)
    return {**value, name: _nested_without(kind, value[name], tuple(rest))}


def _nested_without(kind: Nested, value: Any, place: Place) -> Any:
    if isinstance(value, tuple):
        return tuple(_value_without(kind.attributes, part, place) for part in value)
    if isinstance(value, dict) and kind.nesting is Nesting.MAP:
        return {name: _value_without(kind.attributes, part, place) for name, part in value.items()}
    return _value_without(kind.attributes, value, place)
