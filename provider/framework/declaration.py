"""What is wrong with a declaration: contradictions are found when a type is loaded, not when a user trips over them.

Sources: Terraform's `configschema` (what a schema may say), and what the modules of this room rely on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from provider.framework import types
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Path, show
from provider.framework.rules import whole
from provider.framework.schema import NO_DEFAULT, Attribute, Kind, Mode, Nested, Nesting, Schema
from provider.framework.values import is_known

if TYPE_CHECKING:
    from provider.framework.resource import Resource

DEEPEST = 25
"""Levels of nested attributes."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
# What a block of Terraform's own language means already.
_TAKEN = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"})


class Contradiction(ValueError):
    """A declaration that contradicts itself; names the type and the attribute."""


def check_schema(name: str, schema: Schema) -> None:
    """Raise Contradiction where the schema of the type `name` contradicts itself."""
    found = [f"{name}: {show(path)} {problem}".replace(":  ", ": ") for path, problem in _schema(schema)]
    if found:
        raise Contradiction("\n".join(found))


def check_resource(resource: Resource[Any]) -> None:
    """Raise Contradiction where a resource contradicts itself."""
    check_schema(resource.name, resource.schema)
    found = [f"{resource.name}: {problem}" for problem in _resource(resource)]
    if found:
        raise Contradiction("\n".join(found))


def _schema(schema: Schema) -> Iterator[tuple[Path, str]]:
    if schema.version < 0:
        yield (), "the schema version is negative"
    for name in sorted(_TAKEN & schema.attributes.keys()):
        yield (name,), "has a name that means something else in every block of Terraform"
    yield from _attributes(schema.attributes, (), set())
    yield from _relations(schema.relations, schema.attributes, ())


def _attributes(
    attributes: Mapping[str, Attribute], path: Path, seen: set[Any], inside: Attribute | None = None
) -> Iterator[tuple[Path, str]]:
    # What stands in many places, as in a recursive type, is looked at in the first place of each sort.
    place = (id(attributes), inside and (inside.mode, inside.write_only, getattr(inside.kind, "nesting", None)))
    if place in seen:
        return
    seen.add(place)
    if len(path) >= DEEPEST:
        yield path, f"is nested more than {DEEPEST} levels deep"
        return
    for name, attribute in attributes.items():
        here = (*path, name)
        if not _NAME.fullmatch(name):
            yield here, "has a name that is not made of a-z, 0-9 and _"
        yield from ((here, problem) for problem in _attribute(attribute, inside))
        kind = attribute.kind
        if isinstance(kind, Nested):
            yield from _attributes(kind.attributes, here, seen, attribute)
            yield from _relations(kind.relations, kind.attributes, here)


def _attribute(attribute: Attribute, inside: Attribute | None) -> Iterator[str]:
    kind, mode = attribute.kind, attribute.mode
    if not attribute.about:
        yield "has no description"
    if attribute.default is not NO_DEFAULT:
        yield from _default(attribute)
    if attribute.write_only:
        if attribute.computed:
            yield "is write-only, so it can be neither computed nor have a default"
        if attribute.modifiers:
            yield "is write-only, so there is no prior value to plan with"
    if attribute.create_only and mode is Mode.COMPUTED:
        yield "is computed: there is no configuration from which it could be kept"
    if attribute.never_null and not attribute.computed:
        yield "is not computed, so the provider cannot promise that it is never null"
    if mode is Mode.BLOCK:
        yield from _block(attribute)
    elif isinstance(kind, Nested):
        if kind.at_least or kind.at_most:
            yield "is no block: use a rule for the number of its elements"
        if any(part.mode is Mode.BLOCK for part in kind.attributes.values()):
            yield "is an attribute, which can hold no blocks"
    if inside is not None:
        yield from _inside(attribute, inside)
    if not isinstance(kind, Nested) and mode is Mode.COMPUTED and _has_rules(kind):
        yield "is computed: no configuration could break its rules"
    yield from _dynamic(attribute)


def _has_rules(kind: Kind) -> bool:
    """Tell whether a kind has rules beside the one that every integer brings along."""
    return any(type(rule) is not type(whole()) for rule in kind.rules) or (
        kind.element is not None and _has_rules(kind.element)
    )


def _default(attribute: Attribute) -> Iterator[str]:
    if attribute.mode is not Mode.OPTIONAL_COMPUTED:
        yield "has a default, but is not optional and computed"
        return
    try:
        default = read(attribute.default, attribute.kind.type, OWN)
    except MalformedValue as wrong:
        yield f"has a default of another type: {wrong}"
        return
    if default is None or not is_known(default):
        yield "has a default that is null or unknown"
    elif not isinstance(attribute.kind, Nested):
        for broken in _broken(attribute.kind, default):
            yield f"has a default that breaks a rule: it {broken}"


def _broken(kind: Kind, value: Any) -> Iterator[str]:
    yield from filter(None, (rule(value) for rule in kind.rules))
    if kind.element is not None:
        for part in value.values() if isinstance(value, dict) else value:
            if part is not None:
                yield from _broken(kind.element, part)


def _block(attribute: Attribute) -> Iterator[str]:
    kind = attribute.kind
    if not isinstance(kind, Nested) or kind.nesting is Nesting.MAP:
        yield "is a block, which is single, a list or a set of objects"
        return
    if kind.at_least < 0 or (kind.at_most and kind.at_most < kind.at_least):
        yield "is a block with bounds that contradict each other"
    if kind.nesting is Nesting.SINGLE and max(kind.at_least, kind.at_most) > 1:
        yield "is a single block with more than one"


def _inside(attribute: Attribute, outer: Attribute) -> Iterator[str]:
    kind = outer.kind
    if not isinstance(kind, Nested):
        return
    if attribute.write_only and kind.nesting is Nesting.SET:
        yield "is write-only inside a set, whose elements Terraform could not tell apart"
    if outer.write_only and not attribute.write_only:
        yield "is part of a write-only attribute, so it has to be write-only too"
    if outer.mode is Mode.COMPUTED and attribute.mode not in (Mode.COMPUTED, Mode.OPTIONAL_COMPUTED):
        yield "is part of a computed attribute, so it has to be computed too"


def _dynamic(attribute: Attribute) -> Iterator[str]:
    kind = attribute.kind
    if isinstance(kind, Nested):
        # One level is enough: each is looked at.
        repeated = kind.nesting is not Nesting.SINGLE
        if repeated and any(
            not isinstance(p.kind, Nested) and _has_dynamic(p.kind.type) for p in kind.attributes.values()
        ):
            yield "repeats, and holds a dynamic value: its elements would not be of one type"
    elif kind.type is not types.DYNAMIC and _has_dynamic(kind.type):
        yield "holds dynamic values inside: declare the whole as dynamic"


def _has_dynamic(type_: types.Type) -> bool:
    match type_:
        case types.Primitive(name):
            return name == "dynamic"
        case types.Collection(_, element):
            return _has_dynamic(element)
        case types.Tuple(elements):
            return any(map(_has_dynamic, elements))
        case types.Object(attributes):
            return any(map(_has_dynamic, attributes.values()))


def _relations(
    relations: tuple[Any, ...], attributes: Mapping[str, Attribute], path: Path
) -> Iterator[tuple[Path, str]]:
    for relation in relations:
        for name in relation.names:
            if not _exists(name.split("."), attributes):
                yield (*path, *name.split(".")), f"does not exist, but a rule speaks of it: {relation!r}"


def _exists(steps: list[str], attributes: Mapping[str, Attribute]) -> bool:
    attribute = attributes.get(steps[0])
    if attribute is None or len(steps) == 1:
        return attribute is not None
    return isinstance(attribute.kind, Nested) and _exists(steps[1:], attribute.kind.attributes)


def _resource(resource: Resource[Any]) -> Iterator[str]:
    attributes = resource.schema.attributes
    if older := sorted(version for version in resource.upgrades if not 0 <= version < resource.schema.version):
        yield f"upgrades start from schema versions {older}, but the schema has version {resource.schema.version}"
    if resource.identity is not None:
        for name in resource.identity.names:
            if name not in attributes:
                yield f"the identity names {name}, which is no attribute"
            elif attributes[name].kind.type not in (types.STRING, types.NUMBER, types.BOOL):
                yield f"the identity names {name}, which is no text, number or truth value"
        if strange := set(resource.identity.optional) - set(resource.identity.names):
            yield f"the identity has optional parts that are none of its names: {sorted(strange)}"
    if resource.update is None:
        for name, attribute in attributes.items():
            if attribute.configurable and not attribute.write_only and name != "timeouts" and not attribute.modifiers:
                yield f"{name} does not replace the resource when it changes, but there is no update"
