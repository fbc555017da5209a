"""Write-only attributes: their values come with the configuration and are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from provider.framework.schema import Attribute, Nested, Schema, replaced


def without_write_only(schema: Schema, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with null in place of each write-only value, at every depth."""
    return _object(schema.attributes, value)


def _object(attributes: Mapping[str, Attribute], value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(attributes[name], part) for name, part in value.items()}


def _value(attribute: Attribute, value: Any) -> Any:
    if attribute.write_only:
        return None
    kind = attribute.kind
    if value is None or not isinstance(kind, Nested):
        return value
    return replaced(kind.nesting, value, partial(_object, kind.attributes))
