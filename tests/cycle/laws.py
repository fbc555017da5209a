"""What a plan has to be beyond what Terraform demands: what the declarations promise.

Terraform would take a plan in which nothing is kept and everything is computed anew; users would not. Positions are
compared where Terraform compares them, by index and key. Which element of a set has become of which is the framework's
choice, as long as it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from provider.framework.modifiers import keep_prior
from provider.framework.paths import Key, Path
from provider.framework.schema import NO_DEFAULT, Attribute, Mode, Nested, Nesting, Schema
from provider.framework.values import Unknown
from tests.cycle.configurations import has_spellings
from tests.cycle.meanings import key, object_key
from tests.cycle.oracles.core import Action
from tests.cycle.oracles.forms import canonical, is_null, unknown, unrefined, where
from tests.cycle.oracles.proposal import proposed_new
from tests.cycle.replacing import Replacing
from tests.cycle.schemas import MARK

Attributes = Mapping[str, Attribute]
Problems = Iterator[str]

_KEEP = keep_prior()


def broken(schema: Schema, prior: Any, config: Any, planned: Any, asked: frozenset[Path], action: Action) -> list[str]:
    """Return which promises a plan breaks; `prior` None is a create."""
    before, wanted, new = (canonical(schema.type, value) for value in (prior, config, planned))
    # What a resource's own code plans is its own affair.
    declared = {name: attribute for name, attribute in schema.attributes.items() if name != MARK}
    found = [*_object(declared, before, wanted, new, ())]
    found += Replacing(asked).problems(declared, before, wanted, new)
    own = MARK in schema.attributes and before is not None and before[MARK] != new[MARK]
    if before is not None and not own and not _anything_new(schema, before, wanted) and action is not Action.NONE:
        found.append(f"nothing changes, but the plan is to {action.value}")
    return found


def _anything_new(schema: Schema, prior: Any, config: Any) -> bool:
    """Tell whether what Terraform would propose means anything else than what there is."""
    if next(unknown(config), None) is not None:
        return True
    wanted = _with_defaults(schema.attributes, config)
    proposed = proposed_new(schema, prior, wanted)
    attributes = schema.attributes
    return bool(object_key(attributes, proposed, strict=True) != object_key(attributes, prior, strict=True))


def _with_defaults(attributes: Attributes, config: Any) -> Any:
    if not isinstance(config, dict):
        return config
    return {name: _with_default(attribute, config[name]) for name, attribute in attributes.items()}


def _with_default(attribute: Attribute, config: Any) -> Any:
    kind = attribute.kind
    if config is None and attribute.default is not NO_DEFAULT:
        config = canonical(attribute.kind.type, attribute.default)
    if config is None or isinstance(config, Unknown) or not isinstance(kind, Nested):
        return config
    match kind.nesting:
        case Nesting.SINGLE:
            return _with_defaults(kind.attributes, config)
        case Nesting.MAP:
            return {name: _with_defaults(kind.attributes, part) for name, part in config.items()}
        case _:
            return tuple(_with_defaults(kind.attributes, part) for part in config)


def _object(attributes: Attributes, prior: Any, config: Any, planned: Any, path: Path) -> Problems:
    if not isinstance(config, dict) or not isinstance(planned, dict):
        return
    for name, attribute in attributes.items():
        before = prior[name] if isinstance(prior, dict) else None
        kept = isinstance(prior, dict)
        yield from _attribute(attribute, before, config[name], planned[name], (*path, name), kept)


def _attribute(attribute: Attribute, prior: Any, config: Any, planned: Any, path: Path, there: bool) -> Problems:
    """Judge one attribute; `there` is whether what holds it was there before."""
    kind = attribute.kind
    if attribute.write_only:
        if planned is not None:
            yield where(path, "is write-only, but planned")
        return
    if config is None and attribute.default is not NO_DEFAULT:
        config = canonical(attribute.kind.type, attribute.default)
    if is_null(config) and attribute.computed and attribute.mode is not Mode.BLOCK:
        if there and _KEEP in attribute.modifiers and planned != prior:
            yield where(path, "should keep what it was")
        elif isinstance(planned, Unknown) and planned.not_null is not attribute.never_null:
            yield where(path, "is unknown, with another promise about null than the declared one")
        elif not there and not isinstance(planned, Unknown):
            yield where(path, "is new, so what the provider gives is not known yet")
    elif isinstance(config, Unknown) or isinstance(planned, Unknown) or config is None:
        if unrefined(planned) != unrefined(config):
            yield where(path, "is planned with something else than the configuration and the default say")
    elif isinstance(kind, Nested) and kind.nesting is Nesting.SET:
        yield from _set(kind, prior or (), config, planned or (), path)
    elif isinstance(kind, Nested):
        yield from _nested(kind, prior, config, planned, path)
    elif not isinstance(kind, Nested):
        yield from _simple(attribute, prior, config, planned, path)


def _simple(attribute: Attribute, prior: Any, config: Any, planned: Any, path: Path) -> Problems:
    kind = attribute.kind
    if next(unknown(config), None) is not None:
        if unrefined(planned) != unrefined(config):
            yield where(path, "is planned with something else than what is unknown in the configuration")
    elif key(kind, planned) != key(kind, config):
        yield where(path, "is planned with something that means another thing")
    elif planned not in (config, prior):
        yield where(path, "is planned with a spelling of nobody")
    elif prior is not None and key(kind, prior) == key(kind, config) and planned != prior:
        yield where(path, "means what it did before, but changes")


def _set(kind: Nested, prior: Any, config: Any, planned: Any, path: Path) -> Problems:
    """Judge that an element keeps a value only of one that it can have been."""
    if has_spellings(kind):
        return
    wanted = [_with_defaults(kind.attributes, element) for element in config if isinstance(element, dict)]
    for name, attribute in kind.attributes.items():
        for new in planned if attribute.mode is Mode.COMPUTED and _KEEP in attribute.modifiers else ():
            if not isinstance(new, dict) or new[name] is None or next(unknown(new[name]), None) is not None:
                continue
            mine = [element for element in wanted if _says(kind.attributes, element, new)]
            was = [element for element in prior if isinstance(element, dict) and element[name] == new[name]]
            if not any(_can_be(kind.attributes, before, element) for before in was for element in mine):
                yield where((*path, name), "is kept of an element of the set that was another one")
            if _count(planned, name, new[name]) > _count(prior, name, new[name]):
                yield where((*path, name), "is kept by more elements of the set than had it")


def _count(elements: Any, name: str, value: Any) -> int:
    return sum(isinstance(element, dict) and element[name] == value for element in elements)


def _says(attributes: Attributes, config: Any, planned: Any) -> bool:
    """Tell whether an element can be planned for a configured one: where that says something, it is that."""
    simple = [name for name, attribute in attributes.items() if not isinstance(attribute.kind, Nested)]
    return all(is_null(config[name]) or unrefined(config[name]) == unrefined(planned[name]) for name in simple)


def _can_be(attributes: Attributes, prior: Any, config: Any) -> bool:
    """Tell whether an object that was can be what has become of a configured one."""
    if not isinstance(prior, dict) or not isinstance(config, dict):
        return bool(prior == config)
    return all(_part_can_be(attributes[name], prior[name], config[name]) for name in attributes)


def _part_can_be(attribute: Attribute, prior: Any, config: Any) -> bool:
    kind = attribute.kind
    if unrefined(prior) == unrefined(config) or (attribute.computed and is_null(config)):
        return True
    if not isinstance(kind, Nested) or config is None or isinstance(config, Unknown):
        return False
    can_be = partial(_can_be, kind.attributes)
    if prior is None or kind.nesting is Nesting.SINGLE:
        return prior is None or can_be(prior, config)
    match kind.nesting:
        case Nesting.MAP:
            return all(name in config and can_be(element, config[name]) for name, element in prior.items())
        case Nesting.LIST:
            return len(prior) <= len(config) and all(map(can_be, prior, config))
    return all(any(can_be(element, wanted) for wanted in config) for element in prior)


def _nested(kind: Nested, prior: Any, config: Any, planned: Any, path: Path) -> Problems:
    match kind.nesting:
        case Nesting.SINGLE:
            yield from _object(kind.attributes, prior, config, planned, path)
        case Nesting.MAP:
            for name in config.keys() & (planned or {}).keys():
                before = (prior or {}).get(name)
                yield from _object(kind.attributes, before, config[name], planned[name], (*path, Key(name)))
        case _:
            before = [*(prior or ()), *[None] * len(config)]
            for index, (wanted, new) in enumerate(zip(config, planned or (), strict=False)):
                yield from _object(kind.attributes, before[index], wanted, new, (*path, index))
