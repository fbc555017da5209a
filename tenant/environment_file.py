"""The environment file: all that signing in to the tenant needs, for a POSIX shell to source."""

from __future__ import annotations

from collections.abc import Mapping


def quoted(value: str) -> str:
    """Return `value` in single quotes, so that a POSIX shell takes every character of it literally."""
    return "'" + value.replace("'", "'\"'\"'") + "'"


def render(variables: Mapping[str, str]) -> bytes:
    """Return the lines `export NAME='value'` of `variables`, in their order."""
    return "".join(f"export {name}={quoted(value)}\n" for name, value in variables.items()).encode()
