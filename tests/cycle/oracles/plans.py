"""What a provider may plan: the configured value, or the prior one where there was one; anything for what is computed.

Source: `objchange.AssertPlanValid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from provider.framework.paths import Key, Path
from provider.framework.schema import Attribute, Mode, Nested, Nesting, Schema
from provider.framework.values import Unknown
from tests.cycle.oracles.forms import canonical, is_null, is_unknown, part, size, unrefined, where

Attributes = Mapping[str, Attribute]


def plan_problems(schema: Schema, prior: Any, config: Any, planned: Any) -> list[str]:
    """Return what Terraform would find wrong with a planned state; None stands for no object."""
    before, wanted, new = (canonical(schema.type, value) for value in (prior, config, planned))
    return list(_object(schema.attributes, before, wanted, new, ()))


def _object(attributes: Attributes, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
    """Judge the whole resource, or one block."""
    if (planned is None) != (config is None):
        yield where(
            path, f"is planned to be {'absent' if planned is None else 'there'}, the configuration says otherwise"
        )
    elif planned is not None:
        yield from _parts(attributes, prior, config, planned, path)


def _parts(attributes: Attributes, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
    for name, attribute in attributes.items():
        judge = _blocks if attribute.mode is Mode.BLOCK else _attribute
        yield from judge(attribute, part(prior, name), part(config, name), part(planned, name), (*path, name))


def _blocks(attribute: Attribute, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
    kind = attribute.kind
    assert isinstance(kind, Nested)
    if planned is None and kind.nesting is not Nesting.SINGLE:
        yield where(path, "has no blocks: that is an empty collection, never null")
    elif planned == config:
        return
    elif isinstance(config, Unknown):
        yield where(path, "is planned, but how many blocks there are is not known yet")
    elif isinstance(planned, Unknown):
        yield where(path, "is planned as unknown, which no block can be")
    elif kind.nesting is Nesting.SINGLE:
        yield from _object(kind.attributes, prior, config, planned, path)
    elif kind.nesting is Nesting.LIST and len(planned) != len(config or ()):
        yield where(path, f"is planned with {len(planned)} blocks, {len(config or ())} are configured")
    else:
        for index, new in enumerate(planned):
            if isinstance(new, Unknown):
                yield where((*path, index), "is a block that is planned as unknown")
            elif kind.nesting is Nesting.LIST:
                before = prior[index] if prior is not None and index < len(prior) else None
                yield from _object(kind.attributes, before, config[index], new, (*path, index))


def _attribute(attribute: Attribute, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
    if unrefined(planned) == unrefined(config):
        return
    if unrefined(planned) == unrefined(prior) and not is_null(prior) and not is_null(config):
        return
    if attribute.write_only:
        if not is_null(planned):
            yield where(path, "is write-only, but planned with a value")
    elif attribute.mode is Mode.COMPUTED or (attribute.computed and is_null(config)):
        return
    elif is_null(config) and not is_null(planned):
        yield where(path, "is planned with a value, but neither configured nor computed")
    elif isinstance(attribute.kind, Nested):
        yield from _nested(attribute.kind, prior, config, planned, path)
    else:
        yield where(path, "is planned with a value that is neither the configured nor the prior one")


def _nested(kind: Nested, prior: Any, config: Any, planned: Any, path: Path) -> Iterator[str]:
    if planned is None or config is None:
        yield where(path, "is planned to be null, but configured")
        return
    if is_unknown(planned):
        yield where(path, "is planned as unknown, but configured")
        return
    if kind.nesting is Nesting.SINGLE:
        yield from _parts(kind.attributes, prior, config, planned, path)
        return
    is_set = kind.nesting is Nesting.SET
    (least, most), (low, high) = size(planned, is_set=is_set), size(config, is_set=is_set)
    if is_set:
        # Which element has become of which cannot be told, so nothing more is judged.
        if high < least or most < low:
            yield where(path, f"is planned with {least} to {most} elements, {low} to {high} are configured")
    elif (least, most) != (low, high) or least != most:
        yield where(path, f"is planned with {most} elements, {low} to {high} are configured")
    elif kind.nesting is Nesting.LIST:
        for index, new in enumerate(planned):
            before = prior[index] if prior is not None and index < len(prior) else None
            yield from _parts(kind.attributes, before, config[index], new, (*path, index))
    else:
        for name in sorted({*planned, *config}):
            here = (*path, Key(name))
            if name in planned and name in config:
                yield from _parts(kind.attributes, (prior or {}).get(name), config[name], planned[name], here)
            else:
                yield where(here, f"is {'planned' if name in planned else 'configured'} only")
