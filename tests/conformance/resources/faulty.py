"""A type whose own code has every bug that the framework must stand, each on demand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from provider.framework.diagnostics import Diagnostic
from provider.framework.modifiers import Change, Verdict
from provider.framework.resource import Modified, Operation, Planning
from provider.framework.schema import Schema, computed, nested_list, nested_set, optional, required, string
from provider.framework.values import UNKNOWN
from tests.conformance.handlers import Values, stored
from tests.conformance.store import Store

Bug = Callable[[dict[str, Any]], Any]

_STRING = string()


def _other_first(values: Mapping[str, Any]) -> list[Any]:
    first, *others = values["many"]
    return [{**first, "name": "other"}, *others]


# What a handler returns in place of what it should, by the name of the bug.
RETURNED: Mapping[str, Bug] = {
    "other text": lambda values: {**values, "text": "other"},
    "no text": lambda values: {**values, "text": None},
    "other type": lambda values: {**values, "text": ["other"]},
    "unknown": lambda values: {**values, "label": UNKNOWN},
    "unknown name": lambda values: {**values, "nothing": 1},
    "other element": lambda values: {**values, "many": _other_first(values)},
    "one more": lambda values: {**values, "many": [*values["many"], {"name": "more", "note": None}]},
    "other in a set": lambda values: {**values, "several": [{"name": "other", "note": None}]},
    "nothing at all": lambda values: None,
    "a text": lambda values: "text",
    "crash": lambda values: 1 / 0,
    "exit": lambda values: sys.exit(3),
    "recursion": lambda values: RETURNED["recursion"](values),
}


def _at(step: str, values: Mapping[str, Any] | None) -> str | None:
    """Return the name of the bug that is ordered for a step, in the attribute `bug`: `create: other text`."""
    wanted = (values or {}).get("bug")
    place, _, what = wanted.partition(": ") if isinstance(wanted, str) else ("", "", "")
    return what if place == step else None


def _modifier(change: Change) -> Verdict:
    match _at("modifier", change.whole.config):
        case "crash":
            raise ZeroDivisionError("a modifier fails")
        case "other name":
            return Verdict("other")
        case "other type":
            return Verdict(["other"])
    return Verdict(change.planned)


def _modify(planning: Planning[Store]) -> Modified:
    match _at("plan", planning.whole.planned):
        case "crash":
            raise ZeroDivisionError("the modifier of the resource fails")
        case "other text":
            return Modified({"text": "other"})
        case "other element":
            return Modified({"many": _other_first(planning.whole.planned or {})})
        case "unknown name":
            return Modified({"nothing": 1})
        case "other type":
            return Modified({"label": 1})
    return Modified()


def _validate(config: Values) -> Iterable[Diagnostic]:
    if _at("validate", config):
        raise ZeroDivisionError("the validation fails")
    return ()


def _import(identifier: str) -> Values:
    match identifier:
        case "crash":
            raise ZeroDivisionError("the import fails")
        case "unknown name":
            return {"nothing": 1}
    return {"id": identifier}


_CORRECT = stored(
    "conformance_faulty",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "name": required(_STRING, "Its name.", modifiers=(_modifier,)),
            "bug": optional(_STRING, "What goes wrong, and where."),
            "text": optional(_STRING, "A text."),
            "label": computed(_STRING, "Chosen by the store."),
            "many": optional(
                nested_list({"name": required(_STRING, "A name."), "note": optional(_STRING, "A note.")}), "In order."
            ),
            "several": optional(
                nested_set({"name": required(_STRING, "A name."), "note": optional(_STRING, "A note.")}), "A set."
            ),
        },
        "Has bugs.",
    ),
    modify=_modify,
    validate=_validate,
    importer=_import,
)


def _buggy(step: str, function: Callable[[Operation[Store]], Any]) -> Callable[[Operation[Store]], Any]:
    def handler(operation: Operation[Store]) -> Any:
        values = function(operation)
        bug = _at(step, operation.planned or values or operation.prior)
        return values if bug is None else RETURNED[bug](dict(values or {}))

    return handler


FAULTY = replace(
    _CORRECT,
    create=_buggy("create", _CORRECT.create),
    read=_buggy("read", _CORRECT.read),
    update=_buggy("update", _CORRECT.update or _CORRECT.create),
    delete=_buggy("delete", _CORRECT.delete),
)
