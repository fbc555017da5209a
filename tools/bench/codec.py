"""Reading values from MessagePack, against the library that reads the same bytes into Python's own values."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgpack as library

from provider.framework import msgpack
from provider.framework.normal import OWN, read
from provider.framework.types import BOOL, NUMBER, STRING, Object, Type, list_of, map_of, set_of
from tools.bench.measuring import Row, interleaved, row

TARGET = 4.0

# Twenty attributes as a type of Graph has them; one in four is null.
PART = Object(
    {
        **{f"text_{number}": STRING for number in range(10)},
        **{f"switch_{number}": BOOL for number in range(4)},
        **{f"number_{number}": NUMBER for number in range(3)},
        "list": list_of(STRING),
        "set": set_of(STRING),
        "map": map_of(STRING),
    }
)
_VALUES: dict[Type, Any] = {
    STRING: "a text of a usual length",
    BOOL: True,
    NUMBER: 12345,
    PART.attributes["list"]: ["first", "second"],
    PART.attributes["set"]: ["one", "two", "three"],
    PART.attributes["map"]: {"key": "value", "other": "value"},
}


def _part(number: int) -> dict[str, Any]:
    given = {name: _VALUES[type_] for at, (name, type_) in enumerate(PART.attributes.items()) if at % 4 != 3}
    return {**given, "text_0": f"part {number}"}


def _thousand() -> tuple[Type, Any]:
    """Return a type of 1,000 attributes in 50 nested objects, and a value of it."""
    names = [f"part_{number}" for number in range(50)]
    return Object(dict.fromkeys(names, PART)), {name: _part(number) for number, name in enumerate(names)}


def _megabyte() -> tuple[Type, Any]:
    """Return the type of a state, and one of 1 MB."""
    type_ = Object({"id": STRING, "list": list_of(PART), "map": map_of(PART), "set": set_of(PART)})
    parts = [_part(number) for number in range(2_100)]
    return type_, {
        "id": "an id",
        "list": parts[:700],
        "map": {f"key {at}": part for at, part in enumerate(parts[700:1400])},
        "set": parts[1400:],
    }


def rows(runs: int) -> list[Row]:
    """Measure the decoder."""
    return [
        _measured("decode_1000_attributes", *_thousand(), 20 * runs),
        _measured("decode_1mb", *_megabyte(), 3 * runs),
    ]


def _measured(name: str, type_: Type, raw: Any, runs: int) -> Row:
    data = msgpack.encode(read(raw, type_, OWN))
    ours, floors = interleaved(
        runs,
        _timed(lambda: msgpack.decode(data, type_)),
        _timed(lambda: library.unpackb(data, raw=False, use_list=False)),
    )
    return row(name, ours, floors, TARGET)


def _timed(function: Callable[[], object]) -> Callable[[], float]:
    """Return a function that tells how many seconds a call of `function` takes."""

    def measured() -> float:
        begin = time.perf_counter()
        function()
        return time.perf_counter() - begin

    return measured
