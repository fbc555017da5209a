"""What Terraform itself makes of a plan, and the rules that it holds against it.

Source: `getAction`, `getRequiredReplaces`, `planDestroy` and `checkPlannedChange` in `internal/terraform`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from provider.framework import types
from provider.framework.paths import Key, Path, Step
from provider.framework.schema import Nested, Schema
from provider.framework.types import Type
from provider.framework.values import Unknown
from tests.cycle.oracles.forms import canonical, unknown, where
from tests.cycle.oracles.results import changed


class Action(Enum):
    """What Terraform will do."""

    NONE = "nothing"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a plan comes to: the action, the paths that need a new object, and what is wrong with them."""

    action: Action
    replaces: frozenset[Path]
    problems: tuple[str, ...]


def judge(schema: Schema, prior: Any, planned: Any, requires_replace: Iterable[Path]) -> Judged:
    """Return what a plan comes to, with the paths in which the provider says that only a new object can change."""
    before, new = canonical(schema.type, prior), canonical(schema.type, planned)
    if new is None:
        return Judged(Action.DELETE, frozenset(), ())
    replaces: set[Path] = set()
    problems: list[str] = []
    for path in requires_replace if before is not None else ():
        (was, old), (will, later) = _follow(schema.type, before, path), _follow(schema.type, new, path)
        if not was and not will:
            problems.append(where(path, "requires a new object, but does not exist"))
        elif not _equal(old, later) or _is_write_only(schema, path):
            replaces.add(path)
    if before is None:
        action = Action.CREATE
    elif replaces:
        action = Action.REPLACE
    else:
        action = Action.NONE if _equal(before, new) else Action.UPDATE
    return Judged(action, frozenset(replaces), tuple(problems))


def final_plan_problems(schema: Schema, first: tuple[Action, Any], final: tuple[Action, Any]) -> list[str]:
    """Return what is wrong with the plan that is made while applying, once all of the configuration is known."""
    (action, planned), (other, new) = first, final
    settled = action is Action.UPDATE and other is Action.NONE
    turned = [] if action is other or settled else [f"the action changes from {action.value} to {other.value}"]
    return [*turned, *changed(schema, planned, new)]


def _equal(one: Any, other: Any) -> bool:
    """Tell whether two values are certainly equal."""
    return bool(one == other) and next(unknown(one), None) is None


def _follow(type_: Type, value: Any, path: Path) -> tuple[bool, Any]:
    """Return whether a path leads somewhere in a value of a type, and what is there. No path leads into a set."""
    for step in path:
        inner = _inside(type_, step)
        if inner is None or value is None:
            return False, None
        if isinstance(value, Unknown):
            return True, value
        key = step.name if isinstance(step, Key) else step
        if not (key < len(value) if isinstance(key, int) else key in value):
            return False, None
        type_, value = inner, value[key]
    return True, value


def _inside(type_: Type, step: Step) -> Type | None:
    """Return the type that a step leads to, None where it leads nowhere."""
    match type_, step:
        case types.Object(attributes), str():
            return attributes.get(step)
        case (types.Collection("map", element), Key()) | (types.Collection("list", element), int()):
            return element
    return None


def _is_write_only(schema: Schema, path: Path) -> bool:
    attributes, found = schema.attributes, False
    for step in path:
        if isinstance(step, str):
            kind, found = attributes[step].kind, attributes[step].write_only
            attributes = kind.attributes if isinstance(kind, Nested) else {}
    return found
