"""When a plan has to replace the resource, and when it must not: what the declarations say of it, told once more.

Only what was there before can change, and only outside of sets can it be told what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provider.framework.modifiers import (
    keep_prior,
    replace_from_false_to_true,
    replace_if_configured,
    replace_if_prior_not_null,
    replace_on_change,
)
from provider.framework.paths import Key, Path
from provider.framework.schema import Attribute, Nested, Nesting
from provider.framework.values import Unknown
from tests.cycle.meanings import key
from tests.cycle.oracles.forms import where
from tests.cycle.schemas import WAS_SHORT, was_short

Attributes = Mapping[str, Attribute]

# The words of a modifier, and when a change from a prior to a planned value replaces, given what is configured.
_WHEN: dict[str, Callable[[Any, Any, Any], bool]] = {
    repr(replace_on_change()): lambda prior, config, planned: True,
    repr(replace_if_configured()): lambda prior, config, planned: config is not None,
    repr(replace_if_prior_not_null()): lambda prior, config, planned: prior is not None,
    repr(replace_from_false_to_true()): lambda prior, config, planned: (
        prior is False and (planned is True or isinstance(config, Unknown))
    ),
    WAS_SHORT: lambda prior, config, planned: was_short(prior),
}


@dataclass(frozen=True, slots=True)
class Replacing:
    """What a plan asks for: the paths whose changes only a new object can have."""

    asked: frozenset[Path]

    def problems(self, attributes: Attributes, prior: Any, config: Any, planned: Any) -> Iterator[str]:
        """Yield what is asked for too much, and what is missing."""
        if isinstance(prior, dict) and isinstance(planned, dict):
            yield from self._object(attributes, prior, config, planned, ())
            yield from (where(path, "is new, and asks for a new object") for path in self.asked if _is_new(prior, path))

    def _object(self, attributes: Attributes, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
        if not isinstance(prior, dict) or not isinstance(planned, dict) or not isinstance(config, dict):
            return
        for name, attribute in attributes.items():
            yield from self._attribute(attribute, prior[name], config[name], planned[name], (*path, name))

    def _attribute(self, attribute: Attribute, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
        kind = attribute.kind
        if not isinstance(kind, Nested):
            needed = _needed(attribute, prior, config, planned)
            if needed is not (path in self.asked):
                yield where(path, f"{'needs' if needed else 'needs no'} new object, but the plan says otherwise")
            return
        if prior is None or planned is None or isinstance(planned, Unknown):
            return
        match kind.nesting:
            case Nesting.SINGLE:
                yield from self._object(kind.attributes, prior, config, planned, path)
            case Nesting.MAP if isinstance(config, dict):
                for part in prior.keys() & planned.keys() & config.keys():
                    here = (*path, Key(part))
                    yield from self._object(kind.attributes, prior[part], config[part], planned[part], here)
            case Nesting.LIST if isinstance(config, tuple):
                for index, (was, wanted, will) in enumerate(zip(prior, config, planned, strict=False)):
                    yield from self._object(kind.attributes, was, wanted, will, (*path, index))


def _needed(attribute: Attribute, prior: Any, config: Any, planned: Any) -> bool:
    if key(attribute.kind, prior) == key(attribute.kind, planned) or (attribute.create_only and prior is None):
        return False
    return any(_WHEN[repr(m)](prior, config, planned) for m in attribute.modifiers if m != keep_prior())


def _is_new(prior: Any, path: Path) -> bool:
    """Tell whether what holds the value at a path was not there."""
    holder = prior
    for step in path[:-1]:
        match step, holder:
            case int() as index, tuple() if index < len(holder):
                holder = holder[index]
            case (str() as name, dict()) | (Key(name), dict()) if name in holder:
                holder = holder[name]
            case _:
                return True
    return not isinstance(holder, dict)
