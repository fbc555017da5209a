"""Terraform values as JSON, the form in which states keep them.

Source: cty's `json` package: a set is an array, a number may be of any length, a dynamic value is an object of its type
and its value. What is unknown has no form in JSON.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from provider.framework import types
from provider.framework.normal import Form, MalformedValue, as_it_is, number_in_text, read
from provider.framework.types import Type
from provider.framework.values import Dynamic, Unknown


def parse(text: bytes | str) -> Any:
    """Return what a text in JSON holds, numbers without loss; raise MalformedValue if it is none."""
    try:
        return json.loads(text, parse_float=number_in_text, parse_int=number_in_text, parse_constant=number_in_text)
    except MalformedValue:
        raise
    except (ValueError, RecursionError) as cause:
        raise MalformedValue(f"not JSON: {str(cause) or type(cause).__name__}") from None


def decode(text: bytes | str, type_: Type) -> Any:
    """Return the value of type `type_` that a text holds, in normal form; raise MalformedValue if it holds none."""
    return from_raw(parse(text), type_)


def from_raw(raw: Any, type_: Type) -> Any:
    """Return the value of type `type_` that parsed JSON holds, in normal form; raise MalformedValue if it is none."""
    try:
        return read(raw, type_, _FORM)
    except RecursionError:
        raise MalformedValue("a value with too many levels") from None


def encode(value: Any) -> str:
    """Return a value in normal form, or what `parse` returned, as JSON; raise MalformedValue for what is unknown."""
    try:
        return _written(value)
    except RecursionError:
        raise MalformedValue("a value with too many levels") from None


def _written(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case str():
            return json.dumps(value)
        case float():
            return json.dumps(value, allow_nan=False)
        case tuple() | list():
            return f"[{','.join(map(_written, value))}]"
        case dict():
            return f"{{{','.join(f'{json.dumps(k)}:{_written(v)}' for k, v in value.items())}}}"
        case Dynamic(type_, inner):
            return f'{{"value":{_written(inner)},"type":{json.dumps(types.to_json(type_), separators=(",", ":"))}}}'
        case Unknown():
            raise MalformedValue("a value that is not known yet cannot be written as JSON")
    raise MalformedValue(f"{type(value).__name__} is no value in normal form")


def _dynamic(raw: Any) -> tuple[Type, Any]:
    match raw:
        case {"type": written, "value": value} if len(raw) == 2:
            try:
                return types.from_json(written), value
            except types.MalformedType as cause:
                raise MalformedValue(f"a dynamic value whose type cannot be read: {cause}") from None
    raise MalformedValue("a dynamic value without its type")


_FORM = Form("json", number_in_text, as_it_is, _dynamic, (list,))
