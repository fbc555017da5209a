"""What is wrong with a configuration: everything in one pass, each error where the user wrote what causes it.

In this order, for each attribute of an object: whether it may and must be there, its deprecation, the number of its
blocks, its rules, those of its elements; then the relations of the object. Null and unknown values are passed over.

Sources: terraform-plugin-framework (`internal/fwserver`, the files named `*_validation.go`) for what is checked and in
which order; the protocol's AttributePath, which cannot say which element of a set is meant, for the places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provider.framework import types
from provider.framework.diagnostics import Diagnostic, error, warning
from provider.framework.hcl import short
from provider.framework.paths import Key, Path, Step, show
from provider.framework.relations import Broken, Relation, is_set
from provider.framework.schema import Attribute, Kind, Mode, Nested, Nesting, Schema
from provider.framework.values import Dynamic, Unknown, is_known

Object = Mapping[str, Any]

_SECRET = "a sensitive value that is not shown"  # noqa: S105


def validate(schema: Schema, config: Object) -> Iterator[Diagnostic]:
    """Yield what is wrong with the configuration of a resource, a data source or the provider, each error once."""
    told: set[Diagnostic] = set()
    for found in _all(schema, config):
        if found not in told:
            told.add(found)
            yield found


def host_problems(schema: Schema, config: Object, write_only_allowed: bool) -> Iterator[Diagnostic]:
    """Yield one error where the configuration needs a newer host: one that keeps write-only values nowhere."""
    places = [] if write_only_allowed else [*_write_only(schema.attributes, config, _Place())]
    if places:
        names = ", ".join(dict.fromkeys(place.name for place in places))
        many = len(places) > 1
        yield error(
            "Terraform 1.11 or later is needed",
            f"The configuration sets {names}, which {'are' if many else 'is'} write-only: Terraform may keep "
            f"{'their values' if many else 'the value'} neither in a plan nor in a state. This version of Terraform "
            f"cannot do that. Use Terraform 1.11 or later, or remove {'them' if many else 'it'}.",
            places[0].path,
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: the path, as exact as the protocol can say it, and the exact name.

    Below an element of a set, or of something secret, the path ends at the attribute: `exact` is false.
    """

    path: Path = ()
    name: str = ""
    exact: bool = True
    secret: bool = False

    def attribute(self, name: str, attribute: Attribute | None) -> _Place:
        """Return the place of an attribute of the object that stands here."""
        secret = self.secret or (attribute is not None and (attribute.sensitive or attribute.write_only))
        path = (*self.path, name) if self.exact else self.path
        return _Place(path, f"{self.name}.{name}" if self.name else name, self.exact, secret)

    def element(self, step: Step | None) -> _Place:
        """Return the place of an element of what stands here, None in a set."""
        # Terraform takes the keys of a sensitive map for as secret as its values.
        if step is None or (self.secret and isinstance(step, Key)):
            return _Place(self.path, f"{self.name}[*]", False, self.secret)
        path = (*self.path, step) if self.exact else self.path
        return _Place(path, f"{self.name}{show((step,))}", self.exact, self.secret)


def _all(schema: Schema, config: Object) -> Iterator[Diagnostic]:
    yield from _object(schema.attributes, schema.relations, config, _Place())
    if schema.deprecated:
        yield warning("Deprecated", schema.deprecated)


def _object(
    attributes: Mapping[str, Attribute], relations: tuple[Relation, ...], value: Object, place: _Place
) -> Iterator[Diagnostic]:
    for name, attribute in attributes.items():
        part = _inner(value.get(name))
        if part is not None or attribute.mode in (Mode.REQUIRED, Mode.BLOCK):
            yield from _attribute(attribute, part, place.attribute(name, attribute))
    if relations:
        looked_at = _without_empty_blocks(attributes, value)
        for relation in relations:
            for broken in relation(looked_at):
                yield _broken(broken, attributes, value, place)


def _attribute(attribute: Attribute, value: Any, place: _Place) -> Iterator[Diagnostic]:
    kind = attribute.kind
    block = attribute.mode is Mode.BLOCK
    given = is_set(value) and not (block and value == ())
    if value is None and attribute.mode is Mode.REQUIRED:
        yield error(f"Missing value for {place.name}", "It is required, and must not be null.", place.path)
    if given and attribute.mode is Mode.COMPUTED:
        detail = "Only the provider gives it a value. Remove it from the configuration."
        yield error(f"Invalid value for {place.name}", detail, place.path)
        return
    if given and attribute.deprecated:
        yield warning(f"{place.name} is deprecated", attribute.deprecated, place.path)
    if block and isinstance(kind, Nested):
        yield from _number_of_blocks(kind, value, place)
    if given:
        yield from _nested(kind, value, place) if isinstance(kind, Nested) else _simple(kind, value, place)


def _simple(kind: Kind, value: Any, place: _Place) -> Iterator[Diagnostic]:
    repeats = _repeats(kind)
    if not _may_shrink(repeats, value):
        for problem in filter(None, (rule(value) for rule in kind.rules)):
            yield error(f"Invalid value for {place.name}", f"It {problem}. Found: {_found(value, place)}.", place.path)
    if kind.element is not None:
        for part, there in _elements(repeats, value, place):
            yield from _simple(kind.element, part, there)


def _nested(kind: Nested, value: Any, place: _Place) -> Iterator[Diagnostic]:
    repeats = _repeats(kind)
    if not _may_shrink(repeats, value):
        for problem in filter(None, (rule(value) for rule in kind.rules)):
            yield error(f"Invalid value for {place.name}", f"It {problem}. Found: {_count(value)}.", place.path)
    for part, there in _elements(repeats, value, place):
        yield from _object(kind.attributes, kind.relations, part, there)


def _number_of_blocks(kind: Nested, value: Any, place: _Place) -> Iterator[Diagnostic]:
    if isinstance(value, Unknown):
        return
    number = len(value) if isinstance(value, tuple) else int(value is not None)
    too_many = kind.at_most and number > kind.at_most and not _may_shrink(_repeats(kind), value)
    if number < kind.at_least:
        problem = f"At least {_blocks(kind.at_least)} of this kind must be there"
    elif too_many:
        problem = f"At most {_blocks(kind.at_most)} of this kind may be there"
    else:
        return
    summary = f"{'Too many' if too_many else 'Too few'} blocks {place.name}"
    yield error(summary, f"{problem}. Found: {number}.", place.path)


def _broken(broken: Broken, attributes: Mapping[str, Attribute], value: Any, place: _Place) -> Diagnostic:
    """Return the error for a relation that does not hold in an object that stands at `place`."""
    there, found, kind = _reached(broken.path, attributes, value, place)
    # What is nested has attributes that may be secret.
    shown = broken.shown and found is not None and isinstance(kind, Kind)
    detail = f"It {broken.problem}.{f' Found: {_found(found, there)}.' if shown else ''}"
    if not there.name:
        return error("Invalid configuration", detail)
    # Where nothing stands, what was expected is missing.
    return error(f"{'Missing' if found is None else 'Invalid'} value for {there.name}", detail, there.path)


def _reached(
    path: Path, attributes: Mapping[str, Attribute], value: Any, place: _Place
) -> tuple[_Place, Any, Kind | Nested | None]:
    """Return the place, the value and the kind of what `path` leads to from an object."""
    kind: Kind | Nested | None = None
    for step in path:
        if isinstance(step, str):
            attribute = attributes.get(step)
            kind = None if attribute is None else attribute.kind
            place = place.attribute(step, attribute)
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            place = place.element(None if _repeats(kind) == "set" else step)
            value = _at(step, value)
            kind = kind.element if isinstance(kind, Kind) else kind
        value = _inner(value)
        attributes = kind.attributes if isinstance(kind, Nested) else {}
    return place, value, kind


def _repeats(kind: Kind | Nested | None) -> str:
    """Return how the parts of a value are ordered: single, list, set or map; nothing where it has none."""
    if isinstance(kind, Nested):
        return kind.nesting.name.lower()
    return kind.type.kind if kind is not None and isinstance(kind.type, types.Collection) else ""


def _at(step: int | Key, value: Any) -> Any:
    if isinstance(step, Key):
        return value.get(step.name) if isinstance(value, dict) else None
    return value[step] if isinstance(value, tuple) and step < len(value) else None


def _elements(repeats: str, value: Any, place: _Place) -> Iterator[tuple[Any, _Place]]:
    """Yield each element that is neither null nor unknown, with its place."""
    parts: Iterable[tuple[Any, _Place]]
    match repeats:
        case "single":
            parts = ((value, place),)
        case "map":
            parts = ((part, place.element(Key(name))) for name, part in value.items())
        case "list":
            parts = ((part, place.element(index)) for index, part in enumerate(value))
        case _:
            parts = ((part, place.element(None)) for part in value)
    for part, there in parts:
        if is_set(_inner(part)):
            yield _inner(part), there


def _write_only(attributes: Mapping[str, Attribute], value: Object, place: _Place) -> Iterator[_Place]:
    # What is unknown counts as well: such a host would take the null that is planned for a fault of the provider.
    for name, attribute in attributes.items():
        part, there = _inner(value.get(name)), place.attribute(name, attribute)
        if part is not None and attribute.write_only:
            yield there
        elif is_set(part) and isinstance(attribute.kind, Nested):
            for element, at in _elements(_repeats(attribute.kind), part, there):
                yield from _write_only(attribute.kind.attributes, element, at)


def _without_empty_blocks(attributes: Mapping[str, Attribute], value: Any) -> Any:
    """Return an object as relations see it: without blocks, for which Terraform sends an empty list, null."""
    if not isinstance(value, Mapping):
        return value
    return {name: _as_seen(attributes[name], part) if name in attributes else part for name, part in value.items()}


def _as_seen(attribute: Attribute, value: Any) -> Any:
    if attribute.mode is Mode.BLOCK and value == ():
        return None
    kind = attribute.kind
    if isinstance(kind, Nested) and kind.nesting is Nesting.SINGLE:
        return _without_empty_blocks(kind.attributes, value)
    return value


def _may_shrink(repeats: str, value: Any) -> bool:
    """Tell whether it is open how many elements a set has: those that are not known yet may be equal to others."""
    return repeats == "set" and not is_known(value)


def _inner(value: Any) -> Any:
    while isinstance(value, Dynamic):
        value = value.value
    return value


def _found(value: Any, place: _Place) -> str:
    return _SECRET if place.secret else short(value)


def _count(value: Any) -> str:
    # The elements are objects, with attributes that may be secret.
    return f"{len(value)} element{'' if len(value) == 1 else 's'}"


def _blocks(number: int) -> str:
    return f"{number} block{'' if number == 1 else 's'}"
