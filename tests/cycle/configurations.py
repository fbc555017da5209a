"""Random configurations that fit a schema, changes of them, other spellings, and what of them is not known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from provider.framework import types
from provider.framework.schema import Attribute, Kind, Mode, Nested, Nesting, Schema
from provider.framework.types import Type
from provider.framework.values import Bound, Dynamic, Unknown
from tests.cycle.meanings import EQUAL_JSON, key, object_respelled, told_apart
from tests.cycle.oracles.forms import canonical

Object = dict[str, Any]
Attributes = Mapping[str, Attribute]

_TEXTS = ("", "a", "b", "A", "aB", "x y", "é", "ß", "null")
_JSON = ('{"a":1,"b":[true,null]}', '{"a":1.0}', "[1,2]", '{"b":"é"}', "no JSON", '{"a":true}', '"a"', "")
_NUMBERS: tuple[int | Decimal, ...] = (0, 1, -7, 300, 2**63, 10**30, Decimal("1.5"), Decimal("-0.1"), Decimal("1e-30"))
_WHOLE = (0, 1, -7, 300, 2**31)
_KEYS = ("k", "a b", "Z")


def configuration(rng: Random, schema: Schema) -> Object:
    """Return a configuration in which everything is known."""
    made: Object = canonical(schema.type, _object(rng, schema.attributes))
    return made


def value(rng: Random, kind: Kind | Nested, *, block: bool = False) -> Any:
    """Return a configured value that is not null."""
    return canonical(kind.type, _value(rng, kind, block=block))


def _object(rng: Random, attributes: Attributes) -> Object:
    return {name: _attribute(rng, attribute) for name, attribute in attributes.items()}


def _attribute(rng: Random, attribute: Attribute) -> Any:
    kind, mode = attribute.kind, attribute.mode
    if mode is Mode.COMPUTED:
        return None
    single_block = mode is Mode.BLOCK and isinstance(kind, Nested) and kind.nesting is Nesting.SINGLE
    if (mode in (Mode.OPTIONAL, Mode.OPTIONAL_COMPUTED) or single_block) and rng.random() < 0.4:
        return None
    return _value(rng, kind, block=mode is Mode.BLOCK)


def _value(rng: Random, kind: Kind | Nested, *, block: bool = False) -> Any:
    if not isinstance(kind, Nested):
        return _simple(rng, kind)
    match kind.nesting:
        case Nesting.SINGLE:
            return _object(rng, kind.attributes)
        case Nesting.MAP:
            return {name: _element(rng, kind, block) for name in rng.sample(_KEYS, rng.randint(0, 2))}
        case Nesting.LIST:
            return tuple(_element(rng, kind, block) for _ in range(rng.randint(0, 3)))
        case Nesting.SET:
            return apart(kind, (_object(rng, kind.attributes) for _ in range(rng.randint(0, 3))))


def _element(rng: Random, kind: Nested, block: bool) -> Any:
    """Return an element, at times null: nested attributes can have holes, blocks cannot."""
    return None if rng.random() < 0.04 and not block else _object(rng, kind.attributes)


def apart(kind: Nested, elements: Iterable[Any]) -> tuple[Any, ...]:
    """Return those elements of a set that no provider could confuse with one before them."""
    kept: list[Any] = []
    for element in elements:
        if all(told_apart(kind.attributes, element, other) for other in kept):
            kept.append(element)
    return tuple(kept)


def _simple(rng: Random, kind: Kind) -> Any:
    match kind.type:
        case types.Collection(what, element):
            inner = kind.element or Kind(element)
            parts = [_part(rng, inner) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
            if what == "map":
                return dict(zip(_KEYS, parts, strict=False))
            # Two elements that mean the same would be one for the API.
            return tuple({repr(key(inner, part)): part for part in parts}.values()) if what == "set" else tuple(parts)
        case types.DYNAMIC:
            return _dynamic(rng)
        case types.STRING:
            return rng.choice(_JSON if kind.same == EQUAL_JSON else _TEXTS)
    return _of(rng, kind.type, whole=bool(kind.rules))


def _part(rng: Random, kind: Kind) -> Any:
    return None if rng.random() < 0.05 else _simple(rng, kind)


def _dynamic(rng: Random) -> Any:
    type_: Type = rng.choice(
        (
            types.STRING,
            types.NUMBER,
            types.set_of(types.STRING),
            types.Object({"a": types.BOOL}),
            types.Tuple((types.STRING,)),
        )
    )
    return Dynamic(type_, _of(rng, type_))


def _of(rng: Random, type_: Type, *, whole: bool = False) -> Any:
    match type_:
        case types.STRING:
            return rng.choice(_TEXTS)
        case types.BOOL:
            return rng.random() < 0.5
        case types.NUMBER:
            return rng.choice(_WHOLE if whole else _NUMBERS)
        case types.Collection("map", element):
            return {name: _of(rng, element) for name in rng.sample(_KEYS, rng.randint(0, 2))}
        case types.Collection(_, element):
            return tuple(_of(rng, element) for _ in range(rng.randint(0, 2)))
        case types.Tuple(elements):
            return tuple(_of(rng, element) for element in elements)
        case types.Object(attributes, left_out):
            return {
                name: None if name in left_out and rng.random() < 0.5 else _of(rng, t) for name, t in attributes.items()
            }
    raise AssertionError(f"no value of {types.to_json(type_)}")


def changed(rng: Random, schema: Schema, config: Object) -> Object:
    """Return a configuration with a change in one place or a few."""
    made: Object = canonical(schema.type, _changed_object(rng, schema.attributes, config))
    return made


def _changed_object(rng: Random, attributes: Attributes, config: Object) -> Object:
    names = {name for name in attributes if rng.random() < 0.3} or {rng.choice([*attributes])}
    return {n: _changed(rng, attributes[n], part) if n in names else part for n, part in config.items()}


def _changed(rng: Random, attribute: Attribute, config: Any) -> Any:
    kind = attribute.kind
    if not isinstance(kind, Nested) or not config or rng.random() < 0.3:
        return _attribute(rng, attribute)
    block = attribute.mode is Mode.BLOCK

    def one(part: Any) -> Any:
        return _changed_object(rng, kind.attributes, part) if isinstance(part, dict) and rng.random() < 0.6 else part

    match kind.nesting:
        case Nesting.SINGLE:
            return _changed_object(rng, kind.attributes, config)
        case Nesting.MAP:
            left = rng.sample([*config], rng.randint(0, len(config)))
            return {**{name: one(config[name]) for name in left}, rng.choice(_KEYS): _element(rng, kind, block)}
        case Nesting.LIST:
            parts = [one(part) for part in rng.sample(config, rng.randint(0, len(config)))]
            return (*parts, _element(rng, kind, block)) if rng.random() < 0.5 else tuple(parts)
        case Nesting.SET:
            return apart(kind, (*map(one, config), _object(rng, kind.attributes)))


def other_spelling(rng: Random, schema: Schema, config: Object) -> Object:
    """Return a configuration that means the same."""
    made: Object = canonical(schema.type, object_respelled(rng, schema.attributes, config, loose=False))
    return made


def veiled(rng: Random, schema: Schema, config: Object) -> Object:
    """Return a configuration in which something is not known yet, with what is known of it all the same."""
    made: Object = canonical(schema.type, _veiled_object(rng, schema.attributes, config))
    return made


def _veiled_object(rng: Random, attributes: Attributes, config: Object) -> Object:
    return {name: _veiled(rng, attribute, config[name]) for name, attribute in attributes.items()}


def _veiled(rng: Random, attribute: Attribute, config: Any) -> Any:
    kind, mode = attribute.kind, attribute.mode
    if mode is Mode.COMPUTED:
        return None
    # A single block is there or not, whatever is unknown inside.
    whole = not (mode is Mode.BLOCK and isinstance(kind, Nested) and kind.nesting is Nesting.SINGLE)
    if whole and rng.random() < (0.15 if config is not None else 0.03):
        return _placeholder(rng, kind.type, config)
    if config is None:
        return None
    if not isinstance(kind, Nested):
        spelled = kind.element is not None and has_spellings(kind.element)
        return config if spelled else _veiled_inside(rng, kind.type, config)

    def one(part: Any) -> Any:
        if mode is not Mode.BLOCK and rng.random() < 0.06:
            return Unknown(not_null=part is not None and rng.random() < 0.5)
        return _veiled_object(rng, kind.attributes, part) if isinstance(part, dict) else part

    match kind.nesting:
        case Nesting.SINGLE:
            return _veiled_object(rng, kind.attributes, config)
        case Nesting.MAP:
            return {name: one(part) for name, part in config.items()}
        case Nesting.LIST:
            return tuple(map(one, config))
        case Nesting.SET:
            return config if has_spellings(kind) else _doubled(rng, config, one)


def has_spellings(kind: Kind | Nested) -> bool:
    """Tell whether values inside can be written in several ways.

    Which of them stays is known once all is: to write a set or list in other words while something in it is unknown is
    the one thing that no provider can plan well.
    """
    if isinstance(kind, Nested):
        return any(has_spellings(attribute.kind) for attribute in kind.attributes.values())
    return kind.same is not None or (kind.element is not None and has_spellings(kind.element))


def _doubled(rng: Random, elements: tuple[Any, ...], veil: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Veil the elements of a set; one of them twice at times: they turn out to be equal."""
    return tuple(veil(part) for element in elements for part in (element,) * (2 if rng.random() < 0.1 else 1))


def _veiled_inside(rng: Random, type_: Type, config: Any) -> Any:
    match type_:
        case types.Collection(what, element) if rng.random() < 0.2:
            if what == "map":
                return {n: _placeholder(rng, element, p) if rng.random() < 0.5 else p for n, p in config.items()}
            return tuple(_placeholder(rng, element, part) if rng.random() < 0.5 else part for part in config)
        case types.DYNAMIC if rng.random() < 0.1:
            return Dynamic(config.type, _placeholder(rng, config.type, config.value))
    return config


def _placeholder(rng: Random, type_: Type, value: Any) -> Unknown:
    """Return an unknown value with something true about what it will be."""
    not_null = value is not None and rng.random() < 0.5
    if rng.random() < 0.4:
        return Unknown(not_null)
    if value is None:
        # What is said of it holds if it is not null, and it is.
        return Unknown(prefix="never") if type_ == types.STRING else Unknown()
    match type_:
        case types.STRING:
            return Unknown(not_null, prefix=value[: rng.randint(0, len(value))])
        case types.NUMBER:
            low, high = Bound(value, inclusive=True), Bound(value + 1, inclusive=False)
            return Unknown(not_null, lowest=rng.choice((None, low)), highest=rng.choice((None, high)))
        case types.Collection():
            # Where all is known of a length, Terraform sends a collection of so many.
            size = len(value)
            return Unknown(not_null, shortest=rng.randint(0, size), longest=rng.choice((None, size + 1)))
    return Unknown(not_null)
