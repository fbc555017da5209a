"""Short names for the schemas of the tables."""

from __future__ import annotations

from provider.framework.schema import (
    Attribute,
    Nested,
    Schema,
    block,
    computed,
    dynamic,
    optional,
    required,
    string,
)

ABOUT = "For a test."

REQ = required(string(), ABOUT)
OPT = optional(string(), ABOUT)
COM = computed(string(), ABOUT)
BOTH = optional(string(), ABOUT, computed=True)
SECRET = optional(string(), ABOUT, write_only=True)
ANY = required(dynamic(), ABOUT)
ANY_BOTH = optional(dynamic(), ABOUT, computed=True)

ALL_MODES = {"optional": OPT, "computed": COM, "both": BOTH, "required": REQ}


def schema(**attributes: Attribute) -> Schema:
    """Return a schema with these attributes and blocks."""
    return Schema(attributes, ABOUT)


def opt(kind: Nested) -> Attribute:
    """Return an optional attribute."""
    return optional(kind, ABOUT)


def both(kind: Nested) -> Attribute:
    """Return an optional and computed attribute."""
    return optional(kind, ABOUT, computed=True)


def com(kind: Nested) -> Attribute:
    """Return a computed attribute."""
    return computed(kind, ABOUT)


def blk(kind: Nested) -> Attribute:
    """Return a block."""
    return block(kind, ABOUT)
