"""Values as HCL writes them, for messages to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from provider.framework.values import Dynamic

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What HCL gives a meaning inside a text, and what may be no letter.
_SPECIAL = re.compile(r"[\\\"]|[$%](?=\{)|[^ -~]")

_LONGEST = 250


def literal(value: Any) -> str:
    """Return a value as HCL writes it; what is unknown is `(known after apply)`, as in a plan."""
    return "".join(_parts(value))


def short(value: Any) -> str:
    """Return a value as HCL writes it. One that is long is cut, and its size told."""
    if isinstance(value, str):
        whole = len(value) <= _LONGEST
        return literal(value) if whole else f'{literal(value[:_LONGEST])[:-1]}…" ({len(value)} characters)'
    text = ""
    for part in _parts(value):
        text += part
        if len(text) > _LONGEST:
            size = f" ({len(value)} elements)" if isinstance(value, tuple | dict) else ""
            return f"{text[:_LONGEST]}…{size}"
    return text


def _parts(value: Any) -> Iterator[str]:
    match value:
        case None:
            yield "null"
        case bool():
            yield "true" if value else "false"
        case str():
            yield f'"{_SPECIAL.sub(_escaped, value)}"'
        case tuple():
            yield "["
            for index, element in enumerate(value):
                yield ", " if index else ""
                yield from _parts(element)
            yield "]"
        case dict():
            yield "{"
            for index, (name, element) in enumerate(value.items()):
                yield ", " if index else " "
                yield f"{name if _NAME.fullmatch(name) else literal(name)} = "
                yield from _parts(element)
            yield " }" if value else "}"
        case Dynamic(_, inner):
            yield from _parts(inner)
        case _:
            yield str(value)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in "$%":
        return character * 2
    code = ord(character)
    if character not in _ESCAPES and not character.isprintable():
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return _ESCAPES.get(character, character)
