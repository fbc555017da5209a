"""States as they are stored: JSON of this or an older schema version in, JSON of this version out.

Terraform asks for this before anything else, and for each resource, in processes that do little more. So a state of
the version of today does not need the type's module: a compiled outline (`outline.py`) tells whether it fits, and if it
does its bytes are the answer. Source: UpgradeResourceState of the plugin protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provider.framework import types
from provider.framework.diagnostics import Diagnostic, Failure, error, warning
from provider.framework.json import encode, from_raw, parse
from provider.framework.normal import MalformedValue
from provider.framework.paths import Key, Path, show
from provider.framework.types import Type

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the raw JSON of a state and returns that of the next version; may change what it gets."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What has to be known of a type to take its states: schema version and type of the state."""

    version: int
    type: Type


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A state of the version of today, as JSON."""

    state: bytes
    diagnostics: tuple[Diagnostic, ...] = ()


def upgrade(
    name: str, stored: Stored, version: int, data: bytes, steps: Callable[[], Mapping[int, Upgrade]]
) -> Upgraded:
    """Return a stored state in the form of today; raise Failure where that cannot be had.

    `version` is the schema version that `data` was written with; `steps` gives the upgrades, by the version that they
    start from, and is called only where one is needed.
    """
    if version > stored.version:
        raise Failure(
            error(
                f"The state of {name} is from a newer version of the provider",
                f"It has schema version {version}, this provider knows versions up to {stored.version}. Use the "
                "version of the provider that wrote the state, or a newer one.",
            )
        )
    try:
        raw = parse(data)
    except MalformedValue as wrong:
        raise Failure(error(f"Unreadable state of {name}", f"It is {wrong}. {_REPAIR}")) from None
    if not isinstance(raw, dict):
        raise Failure(error(f"Unreadable state of {name}", f"It is no JSON object. {_REPAIR}"))
    changed = version < stored.version
    for older in range(version, stored.version):
        step = steps().get(older)
        if step is None:
            raise Failure(
                error(
                    f"The state of {name} is too old",
                    f"It has schema version {version}, and this provider has no step from version {older}. Apply once "
                    "with an older version of the provider, which writes a newer state.",
                )
            )
        raw = step(raw)
    lost: list[Path] = []
    kept = _without_unknown(raw, stored.type, (), lost)
    try:
        from_raw(kept, stored.type)
    except MalformedValue as wrong:
        raise Failure(
            error(
                f"The state of {name} does not fit its schema", f"{wrong} (schema version {stored.version}). {_REPAIR}"
            )
        ) from None
    if not lost and not changed:
        return Upgraded(data)
    return Upgraded(encode(kept).encode(), tuple(_dropped(name, lost)))


_REPAIR = (
    "If it was edited by hand, mend it there. Otherwise remove the resource from the state (`terraform state rm`) and "
    "import it again."
)


def _dropped(name: str, lost: list[Path]) -> Iterator[Diagnostic]:
    if lost:
        names = ", ".join(sorted({show(path) for path in lost}))
        yield warning(
            f"Attributes of {name} that no longer exist",
            f"The state has {names}, which this version of the provider does not know. They are dropped from it.",
        )


def _without_unknown(raw: Any, type_: Type, path: Path, lost: list[Path]) -> Any:
    """Return raw JSON without the attributes that the type does not have; add their paths to `lost`."""
    match type_:
        case types.Object(attributes) if isinstance(raw, dict):
            lost.extend((*path, name) for name in raw if name not in attributes)
            return {
                name: _without_unknown(part, attributes[name], (*path, name), lost)
                for name, part in raw.items()
                if name in attributes
            }
        case types.Collection("map", element) if isinstance(raw, dict) and not isinstance(element, types.Primitive):
            return {name: _without_unknown(part, element, (*path, Key(name)), lost) for name, part in raw.items()}
        case types.Collection(_, element) if isinstance(raw, list) and not isinstance(element, types.Primitive):
            return [_without_unknown(part, element, (*path, index), lost) for index, part in enumerate(raw)]
        case types.Tuple(elements) if isinstance(raw, list) and len(raw) == len(elements):
            return [
                _without_unknown(part, element, (*path, index), lost)
                for index, (part, element) in enumerate(zip(raw, elements, strict=True))
            ]
    return raw
