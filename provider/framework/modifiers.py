"""What changes the plan of one attribute.

A modifier is a function from a `Change` to a `Verdict`. Those of an attribute are called in their order, each with what
the one before it planned; those of nested attributes after those of what holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from provider.framework.diagnostics import Diagnostic
from provider.framework.paths import Path
from provider.framework.values import Unknown


@dataclass(frozen=True, slots=True)
class Whole:
    """A resource as a whole: configuration, prior state and plan (each None where there is none), private state.

    A modifier of an attribute sees the plan before any modifier, that of the resource the plan after all of them.
    """

    config: Mapping[str, Any] | None
    prior: Mapping[str, Any] | None
    planned: Mapping[str, Any] | None
    private: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one attribute.

    `fresh` is whether what holds the attribute is new: the resource, or the element that it is part of.
    `create_only` attributes may be null in a prior state although the object has a value: it was imported.
    """

    path: Path
    config: Any
    prior: Any
    planned: Any
    fresh: bool
    create_only: bool
    whole: Whole


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a modifier plans, whether only a new resource can have it, and what there is to say about it."""

    planned: Any
    replace: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


Modifier = Callable[[Change], Verdict]
Condition = Callable[[Change], bool]


@dataclass(frozen=True, slots=True, repr=False)
class _KeepPrior:
    def __call__(self, change: Change) -> Verdict:
        keep = isinstance(change.planned, Unknown) and not change.fresh and not isinstance(change.config, Unknown)
        return Verdict(change.prior if keep else change.planned)

    def __repr__(self) -> str:
        return "keeps its value where the configuration gives none"


@dataclass(frozen=True, slots=True, repr=False)
class _Replace:
    condition: Condition
    words: str

    def __call__(self, change: Change) -> Verdict:
        # A value that no read can tell is null after an import: to learn it is no reason to destroy the object.
        changed = not change.fresh and change.planned != change.prior
        imported = change.create_only and change.prior is None
        return Verdict(change.planned, changed and not imported and self.condition(change))

    def __repr__(self) -> str:
        return self.words


def keep_prior() -> Modifier:
    """Plan the prior value where the provider would give a new one: it never changes by itself."""
    return _KeepPrior()


def replace_on_change() -> Modifier:
    """Replace the resource where the value changes."""
    return _Replace(lambda _change: True, "a change replaces the resource")


def replace_if_configured() -> Modifier:
    """Replace the resource where the value changes and the configuration gives it."""
    return _Replace(lambda change: change.config is not None, "a change in the configuration replaces the resource")


def replace_if(condition: Condition, words: str) -> Modifier:
    """Replace the resource where the value changes and `condition` holds; `words` say when that is, for the docs."""
    return _Replace(condition, words)


def replace_from_false_to_true() -> Modifier:
    """Replace the resource where the value changes from false to true."""
    # What is not known yet may be true, and a plan cannot turn into a replacement when it is known.
    return _Replace(
        lambda change: change.prior is False and (change.planned is True or isinstance(change.config, Unknown)),
        "a change to true replaces the resource",
    )


def replace_if_prior_not_null() -> Modifier:
    """Replace the resource where there was a value and it changes."""
    return _Replace(lambda change: change.prior is not None, "a change of what is set replaces the resource")
