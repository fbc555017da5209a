"""What a Terraform value is in Python.

| Terraform        | Python                                            |
| ---------------- | ------------------------------------------------- |
| null             | `None`                                            |
| unknown          | an `Unknown`, with what is known of it all the same |
| string, bool     | `str`, `bool`                                     |
| number           | `int` where it is whole, else `decimal.Decimal`   |
| list, tuple, set | `tuple`                                           |
| map, object      | `dict`                                            |
| dynamic          | a `Dynamic`, which holds the value and its type   |

Inside the framework each value is in its normal form, made in one place (`normal.py`): an object has all attributes of
its type in the order of the type, a map is sorted by key, a set is sorted and without duplicates. So `==` tells whether
two values of a type are equal, whatever order a set came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from provider.framework.paths import Path

if TYPE_CHECKING:
    from provider.framework.types import Type

Number = int | Decimal

# Values of one simple type have an order of their own, which is quicker.
_ORDERED = frozenset({str, int, Decimal, bool})
_UNKNOWN_TEXT = "(known after apply)"


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range of numbers, with the number itself if `inclusive`."""

    number: Number
    inclusive: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is learnt only while Terraform applies, and what is known of it before (cty calls that refinements).

    `prefix` is how a string begins, `lowest` and `highest` bound a number, `shortest` and `longest` the length of a
    collection.
    """

    not_null: bool = False
    prefix: str = ""
    lowest: Bound | None = None
    highest: Bound | None = None
    shortest: int = 0
    longest: int | None = None

    def __repr__(self) -> str:
        return _UNKNOWN_TEXT

    def includes(self, value: Any) -> bool:
        """Tell whether a known value is one of those that are possible."""
        if value is None:
            return not self.not_null
        if isinstance(value, str):
            return value.startswith(self.prefix)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            low, high = self.lowest, self.highest
            return not (
                (low and (value < low.number or (value == low.number and not low.inclusive)))
                or (high and (value > high.number or (value == high.number and not high.inclusive)))
            )
        if isinstance(value, tuple | dict):
            return self.shortest <= len(value) and (self.longest is None or len(value) <= self.longest)
        return True


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Dynamic:
    """The value of an attribute whose type is not fixed, together with the type that it has here."""

    type: Type
    value: Any


def is_known(value: Any) -> bool:
    """Tell whether nothing in `value` is unknown."""
    return next(unknown_paths(value), None) is None


def unknown_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each unknown value inside `value`, in the order in which they stand."""
    if isinstance(value, Unknown):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from unknown_paths(part, (*path, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from unknown_paths(part, (*path, index))
    elif isinstance(value, Dynamic):
        yield from unknown_paths(value.value, path)


def known_or_null(value: Any) -> Any:
    """Return `value` with null in place of everything unknown, which no state may hold."""
    match value:
        case Unknown():
            return None
        case dict():
            return {name: known_or_null(part) for name, part in value.items()}
        case tuple():
            return tuple(map(known_or_null, value))
        case Dynamic(type_, inner):
            return Dynamic(type_, known_or_null(inner))
    return value


def as_set(elements: Iterable[Any]) -> tuple[Any, ...]:
    """Return elements in normal form as a set in normal form: sorted, and no two that are equal.

    What is not known may turn out to differ: elements with something unknown in them are all kept.
    """
    elements = tuple(elements)
    if _ORDERED.issuperset(map(type, elements)):
        return tuple(sorted(set(elements)))
    unique: dict[Any, tuple[str, Any]] = {}
    for element in elements:
        text = repr(element)
        different = _UNKNOWN_TEXT in text and not is_known(element)
        unique[(text, len(unique)) if different else text] = (text, element)
    return tuple(element for _, element in sorted(unique.values(), key=itemgetter(0)))


def as_map(parts: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return keys with values in normal form as a map in normal form: sorted by key."""
    return dict(sorted(parts))
