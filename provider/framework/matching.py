"""Which element of a set is which: elements have neither a name nor a place, only what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from provider.framework.schema import Attribute
from provider.framework.types import DYNAMIC, Primitive
from provider.framework.values import Unknown


def match(
    elements: Iterable[Any],
    candidates: Iterable[Any],
    *fits: Callable[[Any, Any], bool],
    key: Callable[[Any], Any] = lambda _value: None,
) -> Iterator[tuple[Any, Any]]:
    """Yield each element with the first candidate that fits it and was given to none before, None where none does.

    Each of `fits` takes an element and a candidate. Those that are equal find each other first, then those for which
    the first of `fits` holds, and so on: what fits a little must not take what fits another one well. Nothing fits what
    has another `key`: that is quicker to find out.
    """
    waiting = list(elements)
    free: dict[str, list[Any]] = {}
    for candidate in candidates:
        free.setdefault(repr(candidate), []).append(candidate)
    found = {index: equal.pop() for index, element in enumerate(waiting) if (equal := free.get(repr(element)))}
    left: dict[Any, list[Any]] = {}
    for equal in free.values():
        for candidate in equal:
            left.setdefault(key(candidate), []).append(candidate)
    for fit in fits:
        for index, element in enumerate(waiting):
            if index not in found:
                near = left.get(key(element), [])
                at = next((at for at, candidate in enumerate(near) if fit(element, candidate)), None)
                if at is not None:
                    found[index] = near.pop(at)
    for index, element in enumerate(waiting):
        yield element, found.get(index)


def decisive(attributes: Mapping[str, Attribute], candidates: Iterable[Any]) -> Callable[[Any], Any]:
    """Return the key by which objects with `attributes` find each other among `candidates`, for `match`.

    It is what has to be equal: the simple values that only the configuration gives, where they are known.
    """
    known = [candidate for candidate in candidates if isinstance(candidate, dict)]
    names = [
        name
        for name, attribute in attributes.items()
        if isinstance(attribute.kind.type, Primitive)
        and attribute.kind.type is not DYNAMIC
        and attribute.kind.same is None
        and not (attribute.computed or attribute.create_only)
        and not any(isinstance(candidate[name], Unknown) for candidate in known)
    ]
    return lambda value: tuple(value[name] for name in names) if isinstance(value, dict) else None
