"""Random schemas: every kind, mode and modifier, nested a few levels deep. All are free of contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from provider.framework import types
from provider.framework.modifiers import (
    Change,
    Modifier,
    keep_prior,
    replace_from_false_to_true,
    replace_if,
    replace_if_configured,
    replace_if_prior_not_null,
)
from provider.framework.schema import (
    Attribute,
    Kind,
    Nested,
    Nesting,
    Schema,
    block,
    boolean,
    computed,
    dynamic,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_of,
    optional,
    required,
    set_of,
    single,
    string,
    tuple_of,
)
from tests.cycle import configurations
from tests.cycle.meanings import EMPTY_IS_NULL, EQUAL_JSON, IGNORING_CASE

ABOUT = "For a test."
MARK = "mark"
"""What a resource's own code plans."""
WAS_SHORT = "it was short"
_DEEPEST = 3
# The names in use decide how a set is sorted: some come before, some after the others.
_NAMES = ("alpha", "beta", "gamma", "delta", "omega", "zeta")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attribute stands: how deep, and what that forbids."""

    depth: int = 0
    in_set: bool = False
    repeats: bool = False
    computed: bool = False
    write_only: bool = False
    blocks: bool = True


def schema(rng: Random) -> Schema:
    """Return a random schema. Its `id` is computed and never changes; at times it has a `mark`."""
    attributes = {
        "id": computed(string(), ABOUT, keep_prior=True, never_null=True),
        **_attributes(rng, Place(), rng.randint(1, 5)),
    }
    if rng.random() < 0.2:
        attributes[MARK] = computed(string(), ABOUT)
    return Schema(dict(rng.sample([*attributes.items()], len(attributes))), ABOUT)


def _attributes(rng: Random, place: Place, count: int) -> dict[str, Attribute]:
    names = rng.sample(_NAMES, count)
    return {name: _block(rng, place) if _is_block(rng, place) else _attribute(rng, place) for name in names}


def _is_block(rng: Random, place: Place) -> bool:
    return place.blocks and place.depth < _DEEPEST and rng.random() < 0.2


def _block(rng: Random, place: Place) -> Attribute:
    make = rng.choice((single, nested_list, nested_set))
    repeats = place.repeats or make is not single
    inside = replace(place, depth=place.depth + 1, in_set=place.in_set or make is nested_set, repeats=repeats)
    return block(make(_attributes(rng, inside, rng.randint(1, 3))), ABOUT)


def _attribute(rng: Random, place: Place) -> Attribute:
    sensitive = rng.random() < 0.1
    if place.write_only or (not place.in_set and not place.computed and rng.random() < 0.06):
        kind = _kind(rng, replace(place, write_only=True))
        return rng.choice((required, optional))(kind, ABOUT, write_only=True, sensitive=sensitive)
    if place.computed or rng.random() < 0.25:
        kind = _kind(rng, replace(place, computed=True))
        never_null, keep = rng.random() < 0.3, rng.random() < 0.4
        return computed(kind, ABOUT, keep_prior=keep, never_null=never_null, sensitive=sensitive)
    return _configurable(rng, place, sensitive)


def _configurable(rng: Random, place: Place, sensitive: bool) -> Attribute:
    kind = _kind(rng, place)
    replaces = _replace(rng, kind) if rng.random() < 0.2 else False
    create_only = rng.random() < 0.1 and not _holds_computed(kind)
    match rng.choice(("required", "optional", "optional", "both", "both", "default")):
        case "required":
            return required(kind, ABOUT, sensitive=sensitive, replace=replaces, create_only=create_only)
        case "optional":
            return optional(kind, ABOUT, sensitive=sensitive, replace=replaces, create_only=create_only)
        case "default" if not _has_write_only(kind):
            default = configurations.value(rng, kind)
            return optional(
                kind, ABOUT, default=default, sensitive=sensitive, replace=replaces, create_only=create_only
            )
    return optional(
        kind,
        ABOUT,
        computed=True,
        keep_prior=rng.random() < 0.5,
        never_null=rng.random() < 0.2,
        sensitive=sensitive,
        replace=replaces,
    )


def _replace(rng: Random, kind: Kind | Nested) -> bool | Modifier:
    if kind.type == types.BOOL and rng.random() < 0.7:
        return replace_from_false_to_true()
    return rng.choice(
        (True, True, replace_if_configured(), replace_if_prior_not_null(), replace_if(_was_short, WAS_SHORT))
    )


def was_short(prior: Any) -> bool:
    """Tell whether a condition of ours holds for a prior value."""
    return len(repr(prior)) < 6


def _was_short(change: Change) -> bool:
    return was_short(change.prior)


def _kind(rng: Random, place: Place) -> Kind | Nested:
    if place.depth < _DEEPEST and rng.random() < 0.35:
        return _nested(rng, place)
    return _simple(rng, place)


def _nested(rng: Random, place: Place) -> Nested:
    nesting = rng.choice([n for n in Nesting if not (place.write_only and n is Nesting.SET)])
    inside = replace(
        place,
        depth=place.depth + 1,
        in_set=place.in_set or nesting is Nesting.SET,
        repeats=place.repeats or nesting is not Nesting.SINGLE,
        blocks=False,
    )
    attributes = _attributes(rng, inside, rng.randint(1, 3))
    same = EMPTY_IS_NULL if rng.random() < 0.2 else None
    match nesting:
        case Nesting.SINGLE:
            return single(attributes)
        case Nesting.LIST:
            return nested_list(attributes, same=same)
        case Nesting.SET:
            return nested_set(attributes, same=same)
        case Nesting.MAP:
            return nested_map(attributes, same=same)


def _simple(rng: Random, place: Place) -> Kind:
    same = EMPTY_IS_NULL if rng.random() < 0.25 else None
    choices: list[Kind] = [
        _text(rng),
        _text(rng),
        _text(rng),
        boolean(),
        integer() if not place.computed else number(),
        number(),
        list_of(_text(rng), same=same),
        set_of(_element(rng), same=same),
        map_of(_text(rng), same=same),
        list_of(list_of(number())),
        tuple_of(types.STRING, types.BOOL),
        object_of({"a": types.STRING, "b": types.list_of(types.NUMBER)}, "b"),
    ]
    if not place.repeats:
        choices.append(dynamic())
    kind = rng.choice(choices)
    # What is computed has no rules: no configuration could break them.
    return replace(kind, rules=()) if place.computed else kind


def _text(rng: Random) -> Kind:
    return string(same=rng.choice((None, None, IGNORING_CASE, EQUAL_JSON, EMPTY_IS_NULL)))


def _element(rng: Random) -> Kind:
    return rng.choice((string(), string(same=IGNORING_CASE), number()))


def _has_write_only(kind: Kind | Nested) -> bool:
    return isinstance(kind, Nested) and any(a.write_only or _has_write_only(a.kind) for a in kind.attributes.values())


def any_change_replaces(attributes: Mapping[str, Attribute]) -> bool:
    """Tell whether what replaces the resource by a change is, or holds, what every change makes unknown."""
    return any(
        (any(m != keep_prior() for m in a.modifiers) and (a.computed or _holds_computed(a.kind)))
        or (isinstance(a.kind, Nested) and any_change_replaces(a.kind.attributes))
        for a in attributes.values()
    )


def _holds_computed(kind: Kind | Nested) -> bool:
    return isinstance(kind, Nested) and any(a.computed or _holds_computed(a.kind) for a in kind.attributes.values())
