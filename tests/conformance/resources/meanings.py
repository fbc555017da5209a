"""Values that the store writes in its own way, although they mean the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from provider.framework.meaning import empty_is_null, equal_json, ignoring_case
from provider.framework.rules import guid, is_json, matching
from provider.framework.schema import (
    Attribute,
    Schema,
    block,
    computed,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    set_of,
    single,
    string,
)
from tests.conformance.handlers import stored

_GUID = string(guid(), same=ignoring_case())
_PLATFORM = string(matching("(?i)windows|linux", "be windows or linux"), same=ignoring_case())


def element() -> Mapping[str, Attribute]:
    """Return attributes for each of which the store has its own spelling."""
    return {
        "policy": optional(string(is_json(), same=equal_json()), "JSON, which the store writes its own way."),
        "group": optional(_GUID, "A GUID, which the store writes in capitals."),
        "groups": optional(set_of(_GUID), "GUIDs."),
        "chain": optional(list_of(_GUID), "GUIDs in order."),
        "by_name": optional(map_of(_GUID), "GUIDs under a name."),
        "platform": optional(_PLATFORM, "Windows or Linux, which the store writes in capitals."),
        "usual": optional(_PLATFORM, "Windows or Linux, else Windows.", default="windows"),
        "text": optional(string(same=empty_is_null()), "Null for the store, where it is empty."),
        "list": optional(list_of(string(), same=empty_is_null()), "Null for the store, where it is empty."),
        "set": optional(set_of(string(), same=empty_is_null()), "Null for the store, where it is empty."),
        "map": optional(map_of(string(), same=empty_is_null()), "Null for the store, where it is empty."),
        "empty": optional(list_of(string(), same=empty_is_null()), "Empty for the store, where it is null."),
    }


_INSIDE = element()

SCHEMA = Schema(
    {
        "id": computed(string(), "Its id.", keep_prior=True),
        **element(),
        "one": optional(single(_INSIDE), "Once."),
        "many": optional(nested_list(_INSIDE, same=empty_is_null()), "In order; null for the store, where empty."),
        "several": optional(nested_set(_INSIDE), "Without order."),
        "named": optional(nested_map(_INSIDE), "Under a name."),
        "rule": block(nested_list(_INSIDE), "Blocks in order."),
        "tag": block(nested_set(_INSIDE), "Blocks without order."),
    },
    "Is spelled by the store in its own way.",
)

_CAPITALS = ("group", "platform", "usual")
_NULL_IF_EMPTY = ("text", "list", "set", "map", "many")


def _spelled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _own_way(name, value) for name, value in values.items()}


def _own_way(name: str, value: Any) -> Any:
    if name == "empty":
        return value or ()
    if name in _NULL_IF_EMPTY and not value:
        return None
    if value is None:
        return None
    if name in _CAPITALS:
        return value.upper()
    match name:
        case "policy":
            return json.dumps(_turned(json.loads(value)), indent=3)
        case "groups" | "chain":
            return [part.upper() for part in value]
        case "by_name":
            return {key: part.upper() for key, part in value.items()}
        case "one":
            return _spelled(value)
        case "many" | "several" | "rule" | "tag":
            return [_spelled(part) for part in value]
        case "named":
            return {key: _spelled(part) for key, part in value.items()}
    return value


def _turned(parsed: Any) -> Any:
    """Return parsed JSON with the members of each object the other way round."""
    match parsed:
        case dict():
            return {name: _turned(part) for name, part in reversed(parsed.items())}
        case list():
            return [_turned(part) for part in parsed]
    return parsed


MEANING = stored("conformance_meaning", SCHEMA, spelled=_spelled)
