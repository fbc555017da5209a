"""Values held against each other more strictly than `==` does it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from provider.framework import types
from provider.framework.values import Dynamic, Unknown


def exact(value: Any) -> Any:
    """Return `value` in a form in which 1, True and Decimal(1) differ, and the order of names counts."""
    match value:
        case dict():
            return [(name, exact(part)) for name, part in value.items()]
        case tuple():
            return tuple(map(exact, value))
        case Decimal():
            return ("decimal", str(value))
        case Dynamic(type_, inner):
            return ("dynamic", types.to_json(type_), exact(inner))
        case Unknown():
            return value, exact(value.lowest and value.lowest.number), exact(value.highest and value.highest.number)
        case _:
            return (type(value).__name__, value)
