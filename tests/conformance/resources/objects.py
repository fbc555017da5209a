"""Plain objects, for everything that is about the life of a resource."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provider.framework import json
from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Diagnostic, Failure, error
from provider.framework.modifiers import Whole
from provider.framework.provider import DataSource
from provider.framework.resource import Identity, Modified, Planning
from provider.framework.schema import Schema, computed, integer, list_of, optional, required, set_of, single, string
from provider.framework.timeouts import timeouts
from tests.conformance.handlers import Values, stored
from tests.conformance.store import Store

_STRING = string()

SCHEMA = Schema(
    {
        "id": computed(_STRING, "Its id.", keep_prior=True, never_null=True),
        "revision": computed(integer(), "How often it was written."),
        "name": required(_STRING, "Its name."),
        "first": optional(_STRING, "What the first request sets."),
        "second": optional(_STRING, "What the second request sets."),
        "words": optional(set_of(_STRING), "Some words."),
        "nested": optional(
            single({"a": optional(_STRING, "A text."), "b": optional(_STRING, "Another text.")}), "Texts."
        ),
        "token": computed(_STRING, "Chosen by the store.", keep_prior=True),
        "number": computed(integer(), "Chosen by the store.", keep_prior=True),
        "parts": computed(list_of(_STRING), "Chosen by the store.", keep_prior=True),
        "timeouts": timeouts("create", "read", "update", "delete"),
    },
    "An object of the store.",
)


def _journal(planning: Planning[Store]) -> Modified:
    if planning.meta is not None:
        whole: Whole = planning.whole
        planning.meta.note("private", {"step": "plan" if whole.planned else "plan to destroy", **whole.private})
    return Modified()


OBJECT = stored("conformance_object", SCHEMA, modify=_journal, identity=Identity(("id",)))

TOGETHER = Identity(("id", "region"), optional=("region",))

REGIONAL = stored(
    "conformance_regional",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "region": optional(_STRING, "Where it is.", default="here", replace=True),
        },
        "Has an identity of two parts.",
    ),
    identity=TOGETHER,
)


def _no_spaces(config: Values) -> Iterable[Diagnostic]:
    if isinstance(config["seed"], str) and " " in config["seed"]:
        yield error("A seed with a space", f"{config['seed']!r} has one.", ("seed",))


FIXED = stored(
    "conformance_fixed",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "name": required(_STRING, "Its name.", replace=True),
            "seed": optional(_STRING, "Never told again.", create_only=True, replace=True),
        },
        "Cannot be changed.",
    ),
    update=None,
    validate=_no_spaces,
)

SEALED = stored(
    "conformance_sealed",
    Schema(
        {"id": computed(_STRING, "Its id.", keep_prior=True), "name": required(_STRING, "Its name.")},
        "Cannot be imported.",
    ),
    importer=None,
    timeouts={"create": 1.0},
)


def _look_up(config: Values, store: Store, token: CancelToken) -> Values:
    text = store.read(OBJECT.name, config["id"])
    if text is None:
        raise Failure(error("There is no such object", f"The store has no object {config['id']}.", ("id",)))
    found: dict[str, Any] = json.decode(text, SCHEMA.type)
    return {name: found[name] for name in ("name", "token", "words")}


LOOK_UP = DataSource(
    "conformance_object",
    Schema(
        {
            "id": required(_STRING, "Its id."),
            "name": computed(_STRING, "Its name."),
            "token": computed(_STRING, "Its token."),
            "words": computed(set_of(_STRING), "Its words."),
        },
        "Looks an object up.",
    ),
    _look_up,
)
