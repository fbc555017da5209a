"""Terraform values as MessagePack, the form in which they cross the plugin protocol.

Sources: cty's `msgpack` package (how null, unknown and numbers are written), the MessagePack
specification. The bytes themselves are read and written by the `msgpack` library.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgpack

from provider.framework import types
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Unknown

# cty writes every unknown value as an extension; its content may refine what is known of the value.
_UNKNOWN = msgpack.ExtType(0, b"\x00")
_INT64 = range(-(2**63), 2**63)
# A text such as "1e999999999" is short, the whole number that it stands for fills the memory. Beyond 4300 digits Python
# does not write a whole number down.
_LONGEST_NUMBER = 4_000


class MalformedValue(ValueError):
    """The bytes are no value of the type that they should hold."""


def decode(data: bytes, type_: Type) -> Any:
    """Return the value of type `type_` that `data` holds; raise MalformedValue if it holds none."""
    try:
        raw = msgpack.unpackb(data, raw=False, use_list=False, ext_hook=lambda _code, _data: UNKNOWN)
    except (ValueError, msgpack.UnpackException, RecursionError) as cause:
        raise MalformedValue(f"not a MessagePack value: {str(cause) or type(cause).__name__}") from None
    return _from_raw(raw, type_)


def encode(value: Any, type_: Type) -> bytes:
    """Return `value`, which is of type `type_`, as MessagePack; raise MalformedValue where it is not."""
    try:
        return bytes(msgpack.packb(_to_raw(value, type_)))
    except UnicodeEncodeError:
        raise MalformedValue("a text holds what is no Unicode character") from None


def _from_raw(raw: Any, type_: Type) -> Any:
    if raw is None or isinstance(raw, Unknown):
        return raw
    match type_:
        case types.STRING if isinstance(raw, str):
            return raw
        case types.BOOL if isinstance(raw, bool):
            return raw
        case types.NUMBER if isinstance(raw, int | float | str) and not isinstance(raw, bool):
            return _number(raw)
        case types.Collection("map", element) if isinstance(raw, dict):
            return {_key(name): _from_raw(part, element) for name, part in raw.items()}
        case types.Collection("list" | "set", element) if isinstance(raw, tuple):
            return tuple(_from_raw(part, element) for part in raw)
        case types.Tuple(elements) if isinstance(raw, tuple) and len(raw) == len(elements):
            return tuple(_from_raw(part, t) for part, t in zip(raw, elements, strict=True))
        case types.Object(attributes) if isinstance(raw, dict):
            if unexpected := raw.keys() - attributes.keys():
                raise MalformedValue(f"unexpected attributes: {', '.join(sorted(map(str, unexpected)))}")
            return {name: _from_raw(raw.get(name), t) for name, t in attributes.items()}
    raise MalformedValue(f"expected {types.to_json(type_)}, found {type(raw).__name__}")


def _to_raw(value: Any, type_: Type) -> Any:
    if value is None:
        return None
    if isinstance(value, Unknown):
        return _UNKNOWN
    match type_:
        case types.STRING if isinstance(value, str):
            return value
        case types.BOOL if isinstance(value, bool):
            return value
        case types.NUMBER if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return _raw_number(value)
        case types.Collection("map", element) if isinstance(value, Mapping):
            return {_key(name): _to_raw(part, element) for name, part in value.items()}
        case types.Collection("list" | "set", element) if isinstance(value, tuple):
            return [_to_raw(part, element) for part in value]
        case types.Tuple(elements) if isinstance(value, tuple) and len(value) == len(elements):
            return [_to_raw(part, t) for part, t in zip(value, elements, strict=True)]
        case types.Object(attributes) if isinstance(value, Mapping):
            if unexpected := value.keys() - attributes.keys():
                raise MalformedValue(f"unexpected attributes: {', '.join(sorted(map(str, unexpected)))}")
            return {name: _to_raw(value.get(name), t) for name, t in attributes.items()}
    raise MalformedValue(f"expected {types.to_json(type_)}, found {type(value).__name__}")


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise MalformedValue(f"a key of a map is {type(name).__name__}, not a string")
    return name


def _number(raw: float | str) -> int | Decimal:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise MalformedValue("a number is written as a text that is none") from None
    if not number.is_finite() or number.adjusted() > _LONGEST_NUMBER:
        raise MalformedValue("a number is not finite, or too large")
    return raw if isinstance(raw, int) else int(number) if number == number.to_integral_value() else number


def _raw_number(value: int | Decimal) -> int | float | str:
    if isinstance(value, int):
        return value if value in _INT64 else str(value)
    return float(value) if Decimal(float(value)) == value else str(value)
