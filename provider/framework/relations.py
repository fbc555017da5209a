"""Rules over several attributes of one object.

A relation is a small value behind a lower-case function. Called with an object of a configuration it yields what is
broken; `names` are the attributes that it speaks of, dotted into those that are nested once (`settings.mode`); its
`repr` says in words what it demands, for the documentation. Those that hold under a condition are in `conditions.py`.

Set is what the configuration gives, empty or not. What is not known yet may turn out to be anything, or null: no
relation says what could then be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from provider.framework.paths import Path
from provider.framework.values import UNKNOWN, Dynamic, Unknown, is_known

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A relation that does not hold.

    `path` leads from the object to the place; `problem` follows the word "It", which is what stands there, or the
    object where the path is empty. `shown`: what stands there says something, and is shown unless it is a secret.
    """

    path: Path
    problem: str
    shown: bool = False


class Relation(Protocol):
    """What holds between attributes of one object."""

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes that it speaks of."""

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        """Yield what is broken in an object."""


@dataclass(frozen=True, slots=True, repr=False)
class _Number:
    names: tuple[str, ...]
    at_least: int
    at_most: int | None

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        found = {name: look_up(value, name) for name in self.names}
        given = [name for name, part in found.items() if is_set(part)]
        if self.at_most == 1 and len(given) > 1:
            problem = f"conflicts with {listed(given[:-1])}: only one of them may be set"
            yield Broken(steps(given[-1]), problem)
        elif self.at_least and all(part is None for part in found.values()):
            yield Broken((), f"must set {self._how_many()} {listed(self.names)}")

    def _how_many(self) -> str:
        return "at least one of" if self.at_most is None else "exactly one of"

    def __repr__(self) -> str:
        if not self.at_least:
            return f"at most one of {listed(self.names)} may be set"
        return f"{self._how_many()} {listed(self.names)} must be set"


@dataclass(frozen=True, slots=True, repr=False)
class _Conflict:
    names: tuple[str, ...]

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        name, *others = self.names
        if is_set(look_up(value, name)) and (given := [other for other in others if is_set(look_up(value, other))]):
            both = "only one of them may be set" if len(given) == 1 else "it may be set only without them"
            yield Broken(steps(name), f"conflicts with {listed(given)}: {both}")

    def __repr__(self) -> str:
        return f"{self.names[0]} may be set only without {listed(self.names[1:])}"


@dataclass(frozen=True, slots=True, repr=False)
class _Together:
    names: tuple[str, ...]

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        given = [name for name in self.names if is_set(look_up(value, name))]
        missing = [name for name in self.names if look_up(value, name) is None]
        if given:
            yield from (Broken(steps(name), f"must be set together with {listed(given)}") for name in missing)

    def __repr__(self) -> str:
        return f"{listed(self.names)} must be set together or not at all"


@dataclass(frozen=True, slots=True, repr=False)
class _Equal:
    names: tuple[str, ...]

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        found = [(name, part) for name in self.names if is_known_value(part := look_up(value, name))]
        for name, part in found[1:]:
            if part != found[0][1]:
                yield Broken(steps(name), f"must be the same as {found[0][0]}", shown=True)

    def __repr__(self) -> str:
        return f"{listed(self.names)} must be the same where they are set"


@dataclass(frozen=True, slots=True, repr=False)
class _Own:
    names: tuple[str, ...]
    words: str
    check: Callable[[Object], Iterator[Broken]]

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        if all(is_known(look_up(value, name)) for name in self.names):
            yield from self.check(value)

    def __repr__(self) -> str:
        return self.words


def at_most_one_of(*names: str) -> Relation:
    """Demand that no two of these are set. The error stands at the last one that is."""
    return _Number(names, 0, 1)


def exactly_one_of(*names: str) -> Relation:
    """Demand that one of these is set, and no other. What is not known yet may be that one."""
    return _Number(names, 1, 1)


def at_least_one_of(*names: str) -> Relation:
    """Demand that one of these is set, or more."""
    return _Number(names, 1, None)


def conflicts(name: str, *others: str) -> Relation:
    """Demand that `name` is set without any of `others`, which may be set together. The error stands at `name`."""
    return _Conflict((name, *others))


def together(*names: str) -> Relation:
    """Demand that all of these are set, or none. An error stands at each one that is missing."""
    return _Together(names)


def same(*names: str) -> Relation:
    """Demand that those of these that are set have one value. An error stands at each that differs from the first."""
    return _Equal(names)


def relation(words: str, check: Callable[[Object], Iterator[Broken]], *names: str) -> Relation:
    """Demand what only one type knows: `check` yields what is broken, and is called where all of `names` are known.

    `words` say what it demands in a sentence without a full stop.
    """
    return _Own(names, words, check)


def look_up(value: Any, name: str) -> Any:
    """Return what stands under a dotted name: null where something on the way is null, unknown where it is unknown."""
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
        while isinstance(value, Dynamic):
            value = value.value
        if isinstance(value, Unknown):
            return UNKNOWN
    return value


def is_set(value: Any) -> bool:
    """Tell whether the configuration gives a value for certain."""
    return value is not None and not isinstance(value, Unknown)


def is_known_value(value: Any) -> bool:
    """Tell whether the configuration gives a value, and all of it is known."""
    return value is not None and is_known(value)


def steps(name: str) -> Path:
    """Return the path of a dotted name."""
    return tuple(name.split("."))


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
