"""What may be done with any bytes at all, and must end in a value or in the one error that is meant for it.

Each target takes bytes and asserts that; `tools/fuzz.py` looks for bytes for which it fails. In most targets the first
byte chooses the type, so that what is found for one is tried with all.
"""

from __future__ import annotations

import json as library
from collections.abc import Callable

from provider.framework import json, msgpack, outline, types
from provider.framework.diagnostics import Failure
from provider.framework.normal import MalformedValue
from provider.framework.state import Stored, upgrade
from provider.framework.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    MalformedType,
    Object,
    Tuple,
    Type,
    list_of,
    map_of,
    set_of,
)
from tests.framework.exact import exact

_PERSON = Object({"name": STRING, "age": NUMBER, "alive": BOOL}, frozenset({"age"}))
TYPES: tuple[Type, ...] = (
    DYNAMIC,
    STRING,
    NUMBER,
    BOOL,
    list_of(STRING),
    set_of(NUMBER),
    set_of(_PERSON),
    set_of(set_of(DYNAMIC)),
    map_of(STRING),
    map_of(list_of(_PERSON)),
    Tuple((STRING, NUMBER, list_of(DYNAMIC))),
    _PERSON,
    Object(
        {
            "id": STRING,
            "people": list_of(_PERSON),
            "by_name": map_of(_PERSON),
            "any": DYNAMIC,
            "pair": Tuple((BOOL, _PERSON)),
        }
    ),
)


def _typed(data: bytes) -> tuple[Type, bytes]:
    return TYPES[data[0] % len(TYPES) if data else 0], data[1:]


def check_msgpack(data: bytes) -> None:
    """Decode a value; one that is found is written and read again."""
    type_, rest = _typed(data)
    try:
        value = msgpack.decode(rest, type_)
        again = msgpack.decode(msgpack.encode(value), type_)
    except MalformedValue:
        return
    assert exact(again) == exact(value)


def check_json(data: bytes) -> None:
    """Decode a value; one that is found is written and read again, in both forms."""
    type_, rest = _typed(data)
    try:
        value = json.decode(rest, type_)
        again = json.decode(json.encode(value), type_)
        assert exact(again) == exact(value)
        assert exact(msgpack.decode(msgpack.encode(value), type_)) == exact(value)
    except MalformedValue:
        return


def check_types(data: bytes) -> None:
    """Read a type; one that is found is written and read again, and so is its outline."""
    try:
        written = library.loads(data)
    except (ValueError, RecursionError):
        return
    try:
        type_ = types.from_json(written)
    except MalformedType:
        return
    assert types.from_json(types.to_json(type_)) == type_
    compiled = outline.write(Stored(0, type_))
    assert outline.write(outline.read(compiled)) == compiled


def check_state(data: bytes) -> None:
    """Take a stored state, of today or of an older version; one that is let through, stays."""
    type_, rest = _typed(data)
    stored = Stored(1, Object({"value": type_, "id": STRING}))
    version = data[0] // 128 if data else 0
    try:
        upgraded = upgrade("test_person", stored, version, rest, lambda: {0: lambda state: state})
    except Failure:
        return
    assert upgrade("test_person", stored, 1, upgraded.state, dict).state == upgraded.state


TARGETS: dict[str, Callable[[bytes], None]] = {
    "msgpack": check_msgpack,
    "json": check_json,
    "types": check_types,
    "state": check_state,
}
