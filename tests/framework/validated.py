"""Declarations and configurations for the tests of validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.framework.diagnostics import Severity
from provider.framework.normal import OWN, read
from provider.framework.paths import Path
from provider.framework.rules import matching, one_of
from provider.framework.schema import (
    Attribute,
    Schema,
    optional,
    single,
    string,
)
from provider.framework.validation import validate

LETTERS = matching("[a-z]+", "be small letters")
SECRET = "a sensitive value that is not shown"
WORD = string(LETTERS)


def word(**more: Any) -> Attribute:
    return optional(WORD, "A word.", **more)


def schema(*relations: Any, **attributes: Attribute) -> Schema:
    return Schema(attributes, "About.", relations=relations)


def config(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as it arrives: in normal form."""
    value: dict[str, Any] = read(values, schema.type, OWN)
    return value


def problems(schema: Schema, values: Mapping[str, Any]) -> list[tuple[Path | None, str, str]]:
    """Path, name and detail of each error; the summary always has the same form."""
    found = list(validate(schema, config(schema, values)))
    assert all(d.severity is Severity.ERROR and d.summary.startswith("Invalid value for ") for d in found)
    return [(d.path, d.summary.removeprefix("Invalid value for "), d.detail) for d in found]


ROWS = {"kind": optional(string(one_of("a", "b")), "Kind."), "deep": optional(single({"n": word()}), "Deep.")}
LETTERS_PROBLEM = "It must be small letters. Found: {}."
KIND_PROBLEM = "It must be one of a, b. Found: {}."
