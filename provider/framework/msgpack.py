"""Terraform values as MessagePack, the form in which they cross the plugin protocol.

Sources: cty's `msgpack` package (how null, unknown, refinements, dynamic values and numbers are written), the
MessagePack specification. The bytes themselves are read and written by the `msgpack` library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgpack

from provider.framework import types
from provider.framework.normal import Form, MalformedValue, as_it_is, number_in_text, read
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown

__all__ = ["MalformedValue", "decode", "encode"]

# An unknown value is an extension: of one zero byte, or of a map that says what is known all the same.
_UNREFINED = msgpack.ExtType(0, b"\x00")
_REFINED = 12
_LONGEST_REFINEMENT = 1024
_LONGEST_PREFIX = 256
_NULLNESS, _PREFIX, _LOWEST, _HIGHEST, _SHORTEST, _LONGEST = range(1, 7)


def decode(data: bytes, type_: Type) -> Any:
    """Return the value of type `type_` that `data` holds, in normal form; raise MalformedValue if it holds none."""
    try:
        raw = msgpack.unpackb(data, raw=False, use_list=False, ext_hook=_unknown)
        return read(raw, type_, _FORM)
    except MalformedValue:
        raise
    except (ValueError, msgpack.UnpackException, RecursionError) as cause:
        raise MalformedValue(f"not a MessagePack value: {str(cause) or type(cause).__name__}") from None


def encode(value: Any) -> bytes:
    """Return a value in normal form as MessagePack; raise MalformedValue for a text in it that is no Unicode.

    It also raises for a number of thousands of digits, and for hundreds of levels.
    """
    try:
        return bytes(msgpack.packb(value, default=_special))
    except UnicodeEncodeError:
        raise MalformedValue("a text holds what is no Unicode character") from None
    except ValueError as cause:
        raise MalformedValue(f"a value that is too long or too deep to be written: {cause}") from None


def _dynamic(raw: Any) -> tuple[Type, Any]:
    match raw:
        case (bytes() as written, value):
            try:
                return types.from_json(json.loads(written)), value
            except (ValueError, RecursionError) as cause:
                raise MalformedValue(f"a dynamic value whose type cannot be read: {cause}") from None
    raise MalformedValue("a dynamic value without its type")


_FORM = Form("msgpack", number_in_text, as_it_is, _dynamic, (tuple,))


def _special(value: Any) -> Any:
    """Return what MessagePack can write in place of a value that it cannot."""
    match value:
        case Unknown():
            return _refinements(value)
        case Decimal():
            return float(value) if Decimal(float(value)) == value else str(value)
        case Dynamic(type_, inner):
            return [json.dumps(types.to_json(type_), separators=(",", ":")).encode(), inner]
        case int():
            # Beyond 64 bits.
            return str(value)
    raise TypeError(f"{type(value).__name__} is no value in normal form")


def _refinements(value: Unknown) -> msgpack.ExtType:
    known: dict[int, Any] = {}
    if value.not_null:
        known[_NULLNESS] = False
    if value.prefix:
        known[_PREFIX] = value.prefix.encode()[:_LONGEST_PREFIX].decode(errors="ignore")
    for key, bound in ((_LOWEST, value.lowest), (_HIGHEST, value.highest)):
        if bound is not None:
            known[key] = [bound.number, bound.inclusive]
    if value.shortest:
        known[_SHORTEST] = value.shortest
    if value.longest is not None:
        known[_LONGEST] = value.longest
    packed = encode(known) if known else b""
    return msgpack.ExtType(_REFINED, packed) if 0 < len(packed) <= _LONGEST_REFINEMENT else _UNREFINED


def _unknown(code: int, data: bytes) -> Unknown:
    if len(data) <= 1:
        return UNKNOWN
    if code != _REFINED or len(data) > _LONGEST_REFINEMENT:
        raise MalformedValue(f"an unknown value with {len(data)} bytes of kind {code}")
    unpacker = msgpack.Unpacker(
        raw=False,
        use_list=False,
        strict_map_key=False,
        object_pairs_hook=_by_number,
        max_buffer_size=_LONGEST_REFINEMENT,
    )
    unpacker.feed(data)
    known = unpacker.unpack()
    if not isinstance(known, dict):
        raise MalformedValue("an unknown value with refinements that are no map")
    return Unknown(
        not_null=known.get(_NULLNESS) is False,
        prefix=_of(known.get(_PREFIX), str) or "",
        lowest=_bound(known.get(_LOWEST)),
        highest=_bound(known.get(_HIGHEST)),
        shortest=max(0, _of(known.get(_SHORTEST), int) or 0),
        longest=_of(known.get(_LONGEST), int),
    )


def _by_number(pairs: Iterable[tuple[Any, Any]]) -> dict[int, Any]:
    # Keys may be anything, also what no dict takes.
    return {key: value for key, value in pairs if type(key) is int}


def _bound(raw: Any) -> Bound | None:
    match raw:
        case None:
            return None
        case (limit, bool() as inclusive):
            return Bound(number_in_text(limit), inclusive)
    raise MalformedValue("an unknown number with a bound that is none")


def _of(raw: Any, wanted: type) -> Any:
    if raw is None or type(raw) is wanted:
        return raw
    raise MalformedValue(f"an unknown value with a refinement that is {type(raw).__name__}, not {wanted.__name__}")
