"""What Terraform proposes before it asks the provider: the configuration, with the computed values that were there.

Source: `objchange.ProposedNew`. Where several elements of a set could be the one that was, Terraform takes the first in
the order in which it happens to keep sets; here it is the first in ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.framework import types
from provider.framework.schema import Attribute, Mode, Nested, Nesting, Schema
from provider.framework.types import Type
from provider.framework.values import Unknown
from tests.cycle.oracles.forms import canonical, is_null, part, unrefined

Attributes = Mapping[str, Attribute]


def proposed_new(schema: Schema, prior: Any, config: Any) -> Any:
    """Return the proposed new state for a prior state and a configuration; None stands for none."""
    before, wanted = canonical(schema.type, prior), canonical(schema.type, config)
    return canonical(schema.type, _block(schema.attributes, before, wanted))


def _block(attributes: Attributes, prior: Any, config: Any) -> Any:
    if config is None and prior is None:
        return None
    if prior is None:
        prior = {name: _absent(attribute) for name, attribute in attributes.items()}
    if config is None or isinstance(config, Unknown):
        return prior
    return _attributes(attributes, prior, config)


def _absent(attribute: Attribute) -> Any:
    repeats = isinstance(attribute.kind, Nested) and attribute.kind.nesting is not Nesting.SINGLE
    return () if attribute.mode is Mode.BLOCK and repeats else None


def _attributes(attributes: Attributes, prior: Any, config: Any) -> dict[str, Any]:
    return {name: _value(attributes[name], part(prior, name), part(config, name)) for name in attributes}


def _value(attribute: Attribute, prior: Any, config: Any) -> Any:
    kind = attribute.kind
    if attribute.mode is not Mode.BLOCK and attribute.computed and is_null(config):
        # What nobody but a configuration can have given shows that there was one: its end is the end of the value.
        mine = attribute.mode is Mode.OPTIONAL_COMPUTED and isinstance(kind, Nested) and _configured(kind, prior)
        return config if mine else prior
    if not isinstance(kind, Nested) or config is None or isinstance(config, Unknown):
        return config
    return _nested(kind, attribute.mode is Mode.BLOCK, prior, config)


def _nested(kind: Nested, block: bool, prior: Any, config: Any) -> Any:
    def one(before: Any, wanted: Any) -> Any:
        if block:
            return _block(kind.attributes, before, wanted)
        return None if wanted is None else _attributes(kind.attributes, before, wanted)

    match kind.nesting:
        case Nesting.SINGLE:
            return one(prior, config)
        case Nesting.LIST:
            count = len(prior or ())
            return tuple(one(prior[i], wanted) if i < count else wanted for i, wanted in enumerate(config))
        case Nesting.MAP:
            return {name: one((prior or {}).get(name), wanted) for name, wanted in config.items()}
        case Nesting.SET:
            free = list(prior or ())
            made = []
            for wanted in config:
                found = next((at for at, before in enumerate(free) if could_be_from(kind, before, wanted)), None)
                made.append(one(None if found is None else free.pop(found), wanted))
            return tuple(made)


def _configured(kind: Nested, value: Any) -> bool:
    """Tell whether a value of nested attributes holds something that is not computed."""
    if value is None:
        return False
    match kind.nesting:
        case Nesting.SINGLE:
            elements = [value]
        case Nesting.MAP:
            elements = [*value.values()]
        case _:
            elements = [*value]
    return any(
        element[name] is not None
        and (not inner.computed or (isinstance(inner.kind, Nested) and _configured(inner.kind, element[name])))
        for element in elements
        if element is not None
        for name, inner in kind.attributes.items()
    )


def could_be_from(kind: Nested, prior: Any, config: Any) -> bool:
    """Tell whether an element of a set that was there can be what has become of one that is configured."""
    return _could_be(kind.object, kind.attributes, prior, config)


def _could_be(type_: Type, attributes: Attributes, prior: Any, config: Any) -> bool:
    if unrefined(prior) == unrefined(config) or prior is None:
        return True
    if config is None or not isinstance(prior, dict):
        return False
    return all(_part_could_be(attributes[name], part(prior, name), part(config, name)) for name in attributes)


def _part_could_be(attribute: Attribute, prior: Any, config: Any) -> bool:
    kind = attribute.kind
    if unrefined(prior) == unrefined(config):
        return True
    if isinstance(kind.type, types.Collection) and kind.type.kind == "set":
        return False
    if not isinstance(kind, Nested):
        return attribute.computed and is_null(config)
    if prior is None:
        return True
    match kind.nesting:
        case Nesting.SINGLE:
            return config is not None and _could_be(kind.object, kind.attributes, prior, config)
        case Nesting.LIST:
            pairs = [(before, _at(config, index)) for index, before in enumerate(prior)]
        case _:
            pairs = [(before, _at(config, name)) for name, before in prior.items()]
    return all(found and _could_be(kind.object, kind.attributes, before, at) for before, (found, at) in pairs)


def _at(config: Any, key: Any) -> tuple[bool, Any]:
    """Return whether a collection has an element, and that."""
    if isinstance(config, Unknown):
        return True, config
    present = config is not None and (key in config if isinstance(config, dict) else key < len(config))
    return present, config[key] if present else None
