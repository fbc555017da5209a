"""What holds between attributes under a condition.

    when("filter_type").is_in("include", "exclude").then("filter_id").is_required()
    when("type").equals("odata").apply(at_least_one_of("odata_filter", "odata_query"))

Each sentence is a relation as those of `relations.py`: names may be dotted, and where the condition or what it demands
depends on something that is not known yet, nothing is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from provider.framework import rules
from provider.framework.hcl import literal
from provider.framework.relations import Broken, Object, Relation, is_known_value, is_set, listed, look_up, steps
from provider.framework.rules import Rule


def when(name: str) -> When:
    """Begin a condition on the attribute `name`."""
    return When(name)


@dataclass(frozen=True, slots=True, repr=False)
class Condition:
    """What is or is not true of one attribute.

    Of null it is true only where the condition asks for that: the API's own default may be any value.
    """

    name: str
    words: str
    test: Callable[[Any], bool]

    def holds(self, value: Object) -> bool:
        """Tell whether it is true in an object, for certain."""
        return self.test(look_up(value, self.name))

    def __repr__(self) -> str:
        return f"{self.name} {self.words}"

    def then(self, *names: str) -> Then:
        """Begin to say what these attributes must be where the condition holds."""
        return Then(self, names)

    def apply(self, relation: Relation) -> Relation:
        """Demand `relation` where the condition holds; it may have conditions itself."""
        if isinstance(relation, _Conditional):
            return _Conditional((self, *relation.conditions), relation.relation)
        return _Conditional((self,), relation)


@dataclass(frozen=True, slots=True, repr=False)
class _Conditional:
    conditions: tuple[Condition, ...]
    relation: Relation

    @property
    def names(self) -> tuple[str, ...]:
        return (*dict.fromkeys(condition.name for condition in self.conditions), *self.relation.names)

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        if all(condition.holds(value) for condition in self.conditions):
            for broken in self.relation(value):
                yield Broken(broken.path, f"{broken.problem} where {self._where()}", broken.shown)

    def _where(self) -> str:
        return " and ".join(map(repr, self.conditions))

    def __repr__(self) -> str:
        return f"where {self._where()}, {self.relation!r}"


@dataclass(frozen=True, slots=True)
class When:
    """The beginning of a condition on one attribute."""

    name: str

    def equals(self, value: Any) -> Condition:
        """It is set to `value`."""
        return self.is_in(value)

    def is_in(self, *values: Any) -> Condition:
        """It is set to one of `values`."""
        return Condition(self.name, f"is {_alternatives(values)}", _Among(values, True))

    def is_none_of(self, *values: Any) -> Condition:
        """It is set, to none of `values`."""
        return Condition(self.name, f"is set, but not to {_alternatives(values)}", _Among(values, False))

    def is_set(self) -> Condition:
        """It is set, be it to something empty."""
        return Condition(self.name, "is set", is_set)

    def is_not_set(self) -> Condition:
        """It is null."""
        return Condition(self.name, "is not set", _null)

    def is_not_empty(self) -> Condition:
        """It is set to something that is not empty."""
        return Condition(self.name, "is not empty", _filled)

    def is_empty(self) -> Condition:
        """It is null, or something that is empty."""
        return Condition(self.name, "is empty", _null_or_empty)


@dataclass(frozen=True, slots=True)
class Then:
    """The beginning of what attributes must be where a condition holds.

    Only `is_required` and `is_not_empty` demand that they are set.
    """

    condition: Condition
    names: tuple[str, ...]

    def is_required(self) -> Relation:
        """Each must be set."""
        return self.condition.apply(_Required(self.names, filled=False))

    def is_not_empty(self) -> Relation:
        """Each must be set to something that is not empty."""
        return self.condition.apply(_Required(self.names, filled=True))

    def is_null(self) -> Relation:
        """None may be set."""
        return self.condition.apply(_Forbidden(self.names))

    def is_empty(self) -> Relation:
        """Each must be null or empty."""
        return self.keeps(rules.satisfying(_is_empty, "be empty"))

    def equals(self, value: Any) -> Relation:
        """Each must be `value` where it is set."""
        return self.keeps(rules.equals(value))

    def is_one_of(self, *values: Any) -> Relation:
        """Each must be one of `values` where it is set."""
        return self.keeps(rules.one_of(*values))

    def is_none_of(self, *values: Any) -> Relation:
        """Each must be none of `values`."""
        return self.keeps(rules.none_of(*values))

    def keeps(self, rule: Rule) -> Relation:
        """Each must keep `rule` where it is set."""
        return self.condition.apply(_Keeps(self.names, rule))


@dataclass(frozen=True, slots=True)
class _Among:
    values: tuple[Any, ...]
    wanted: bool

    def __call__(self, value: Any) -> bool:
        return is_known_value(value) and (value in self.values) is self.wanted


@dataclass(frozen=True, slots=True, repr=False)
class _Required:
    names: tuple[str, ...]
    filled: bool

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        for name in self.names:
            part = look_up(value, name)
            if part is None or (self.filled and _is_empty(part)):
                yield Broken(steps(name), self._problem())

    def _problem(self) -> str:
        return f"must be set{' and not empty' if self.filled else ''}"

    def __repr__(self) -> str:
        return f"{listed(self.names)} {self._problem()}"


@dataclass(frozen=True, slots=True, repr=False)
class _Forbidden:
    names: tuple[str, ...]

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        yield from (Broken(steps(name), "must not be set") for name in self.names if is_set(look_up(value, name)))

    def __repr__(self) -> str:
        return f"{listed(self.names)} must not be set"


@dataclass(frozen=True, slots=True, repr=False)
class _Keeps:
    names: tuple[str, ...]
    rule: Rule

    def __call__(self, value: Object, /) -> Iterator[Broken]:
        for name in self.names:
            part = look_up(value, name)
            if is_known_value(part) and (problem := self.rule(part)):
                yield Broken(steps(name), problem, shown=True)

    def __repr__(self) -> str:
        return f"{listed(self.names)} must {self.rule!r}"


def _null(value: Any) -> bool:
    return value is None


def _is_empty(value: Any) -> bool:
    return isinstance(value, str | tuple | dict) and not value


def _filled(value: Any) -> bool:
    return is_set(value) and not _is_empty(value)


def _null_or_empty(value: Any) -> bool:
    return value is None or _is_empty(value)


def _alternatives(values: tuple[Any, ...]) -> str:
    *first, last = map(literal, values)
    return f"{', '.join(first)} or {last}" if first else last
