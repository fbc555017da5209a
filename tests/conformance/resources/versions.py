"""A type that has had two other schemas before this one."""

from __future__ import annotations

from typing import Any

from provider.framework.schema import Schema, computed, integer, nested_list, optional, required, string
from tests.conformance.handlers import stored

_STRING = string()


def _title_is_name(state: dict[str, Any]) -> dict[str, Any]:
    state["name"] = state.pop("title")
    return state


def _size_is_a_number(state: dict[str, Any]) -> dict[str, Any]:
    state["size"] = int(state["size"].removesuffix(" MB"))
    return state


VERSIONED = stored(
    "conformance_versioned",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "name": required(_STRING, "Its name, `title` in version 0."),
            "size": required(integer(), "Its size, a text until version 1."),
            "parts": optional(nested_list({"name": required(_STRING, "A name.")}), "Its parts."),
        },
        "Has an old state.",
        version=2,
    ),
    upgrades={0: _title_is_name, 1: _size_is_a_number},
)

BROKEN = stored(
    "conformance_broken_upgrade",
    Schema({"id": computed(_STRING, "Its id.", keep_prior=True)}, "Cannot read its old states.", version=3),
    upgrades={1: lambda state: {**state, "id": 5}, 2: lambda state: state["gone"]},
)
