"""Values on the wire as Terraform writes and reads them, apart from the framework's own codecs.

Source: cty's `msgpack` package: an object is a map of all its attributes, a number is a text where no float holds it, a
dynamic value is its type in JSON and itself, what is unknown is an extension with what is known of it. State is JSON.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

import msgpack

from provider.framework import types
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown
from tests.cycle.oracles.forms import canonical

_EXACT = Context(prec=10_000, Emin=MIN_EMIN, Emax=MAX_EMAX)
_REFINED = 12


class Misfit(ValueError):
    """What came over the wire is no value of the type that it should be."""


def pack(value: Any, type_: Type) -> bytes:
    """Return a value as Terraform sends it."""
    return bytes(msgpack.packb(_raw(value, type_)))


def unpack(data: bytes, type_: Type) -> Any:
    """Return the value that was sent, in canonical form; raise Misfit if it is none of the type."""
    return canonical(type_, _value(msgpack.unpackb(data, use_list=False, ext_hook=_placeholder), type_))


def _raw(value: Any, type_: Type) -> Any:
    if value is None:
        return None
    if isinstance(value, Unknown):
        return _extension(value)
    match type_:
        case types.DYNAMIC:
            return [json.dumps(types.to_json(value.type)).encode(), _raw(value.value, value.type)]
        case types.NUMBER:
            return _raw_number(value)
        case types.Collection("map", element):
            return {name: _raw(part, element) for name, part in value.items()}
        case types.Collection(_, element):
            return [_raw(part, element) for part in value]
        case types.Tuple(elements):
            return [_raw(part, inner) for part, inner in zip(value, elements, strict=True)]
        case types.Object(attributes):
            return {name: _raw(value[name], attributes[name]) for name in sorted(attributes)}
    return value


def _raw_number(value: Any) -> Any:
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    return float(value) if Decimal(float(value)) == value else str(value)


def _extension(value: Unknown) -> msgpack.ExtType:
    known: dict[int, Any] = {}
    if value.not_null:
        known[1] = False
    if value.prefix:
        known[2] = value.prefix
    if value.lowest is not None:
        known[3] = [_raw_number(value.lowest.number), value.lowest.inclusive]
    if value.highest is not None:
        known[4] = [_raw_number(value.highest.number), value.highest.inclusive]
    if value.shortest:
        known[5] = value.shortest
    if value.longest is not None:
        known[6] = value.longest
    return msgpack.ExtType(_REFINED, msgpack.packb(known)) if known else msgpack.ExtType(0, b"\x00")


def _placeholder(code: int, data: bytes) -> Unknown:
    if code != _REFINED:
        return UNKNOWN
    known = msgpack.unpackb(data, strict_map_key=False)
    return Unknown(
        not_null=known.get(1) is False,
        prefix=known.get(2, ""),
        lowest=_bound(known.get(3)),
        highest=_bound(known.get(4)),
        shortest=known.get(5, 0),
        longest=known.get(6),
    )


def _bound(raw: Any) -> Bound | None:
    return None if raw is None else Bound(_number(raw[0]), raw[1])


def _number(raw: Any) -> int | Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Misfit(f"{raw!r} is no number")
    exact = Decimal(raw).normalize(_EXACT)
    return int(exact) if exact == exact.to_integral_value() else exact


def _value(raw: Any, type_: Type) -> Any:
    if raw is None or isinstance(raw, Unknown):
        return raw
    match type_:
        case types.DYNAMIC:
            inner = types.from_json(json.loads(raw[0]))
            return Dynamic(inner, _value(raw[1], inner))
        case types.STRING if isinstance(raw, str):
            return unicodedata.normalize("NFC", raw)
        case types.BOOL if isinstance(raw, bool):
            return raw
        case types.NUMBER:
            return _number(raw)
        case types.Collection("map", element) if isinstance(raw, dict):
            return {name: _value(part, element) for name, part in raw.items()}
        case types.Collection(_, element) if isinstance(raw, tuple):
            return tuple(_value(part, element) for part in raw)
        case types.Tuple(elements) if isinstance(raw, tuple) and len(raw) == len(elements):
            return tuple(_value(part, inner) for part, inner in zip(raw, elements, strict=True))
        case types.Object(attributes) if isinstance(raw, dict) and raw.keys() == set(attributes):
            return {name: _value(raw[name], attributes[name]) for name in attributes}
    raise Misfit(f"{raw!r} is no value of {types.to_json(type_)}")


def state_text(value: Any, type_: Type) -> str:
    """Return a known value as Terraform's state has it, in JSON."""
    if value is None:
        return "null"
    match type_:
        case types.DYNAMIC:
            return f'{{"value":{state_text(value.value, value.type)},"type":{json.dumps(types.to_json(value.type))}}}'
        case types.NUMBER:
            return str(value)
        case types.Collection("map", element):
            return _members((name, state_text(part, element)) for name, part in value.items())
        case types.Collection(_, element):
            return f"[{','.join(state_text(part, element) for part in value)}]"
        case types.Tuple(elements):
            return f"[{','.join(map(state_text, value, elements))}]"
        case types.Object(attributes):
            return _members((name, state_text(value[name], attributes[name])) for name in sorted(attributes))
    return json.dumps(value)


def _members(parts: Iterable[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{json.dumps(name)}:{text}' for name, text in parts)}}}"
