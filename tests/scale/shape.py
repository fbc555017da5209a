"""What a provider of full size looks like: 170 resource types with 56,324 attributes, three of which hold themselves.

The shape (names, types, modes, nesting) is that of the provider whose configurations this one understands, without its
rules, defaults and texts. `shape.json.gz` holds it: `resources` maps a type's name to its schema version, its object
and the names of its identity; `objects` are the different objects, each an attribute's name to `type mode flags`. A
type is a primitive, `list(…)`, `set(…)`, `map(…)`, or nesting and number of the object inside, such as `list:12`. The
flags are s (sensitive), w (write-only), k (keeps its prior value), x (replaces on change).

The file is made from such schemas by writing each attribute in this way and each object once, and compressing it with
`gzip.compress(text, 9, mtime=0)`. It needs to change only when another shape is to be measured.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from provider.framework.provider import Configured, DataSource, Provider
from provider.framework.resource import Identity, Operation, Resource
from provider.framework.schema import (
    Attribute,
    Kind,
    Nested,
    Nesting,
    Schema,
    boolean,
    computed,
    list_of,
    map_of,
    number,
    optional,
    required,
    set_of,
    string,
)
from provider.framework.values import known_or_null
from provider.protocol.constants import compile_constants, compile_outlines

RECURSIVE = (
    "microsoft365_graph_beta_device_and_app_management_targeted_managed_app_configuration",
    "microsoft365_graph_beta_device_management_settings_catalog_configuration_policy",
    "microsoft365_graph_beta_device_management_settings_catalog_inventory_policy",
)
FIVE = (
    "microsoft365_graph_beta_device_management_assignment_filter",
    "microsoft365_graph_beta_device_management_device_category",
    "microsoft365_graph_beta_device_management_role_scope_tag",
    "microsoft365_graph_beta_groups_group",
    "microsoft365_graph_beta_users_user",
)
"""Five types of a usual size, to compare with."""

USUAL = "microsoft365_graph_beta_device_management_intune_branding_profile"
"""A type of 54 attributes, some of them inside others."""

PROVIDER = Schema({"note": optional(string(), "A note.")}, "A provider of full size.")

_FILE = Path(__file__).with_name("shape.json.gz")
_PRIMITIVES = {"string": string, "bool": boolean, "number": number}
_COLLECTIONS = {"list": list_of, "set": set_of, "map": map_of}
_VALUES = {"string": "text", "bool": True, "number": 5}


@cache
def _shape() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(_FILE.read_bytes()))
    return found


def names() -> tuple[str, ...]:
    """Return the names of all resource types."""
    return tuple(_shape()["resources"])


@cache
def resource(name: str) -> Resource[Any] | None:
    """Return the declaration of a type, which is made when it is first asked for, or None where there is none."""
    if name not in _shape()["resources"]:
        return None
    version, top, identity = _shape()["resources"][name]
    attributes = _attributes(top)
    return Resource(
        name=name,
        schema=Schema(attributes, f"A {name}.", version=version),
        create=_made,
        read=lambda _operation: {},
        update=_made,
        delete=lambda _operation: None,
        upgrades=dict.fromkeys(range(version), _as_it_is),
        # Two types have an identity that is in no attribute, which ours cannot have.
        identity=Identity(tuple(identity)) if identity and attributes.keys() >= set(identity) else None,
    )


def forget() -> None:
    """Have all declarations made anew."""
    for made in (resource, _attributes, _nested):
        made.cache_clear()


def _made(operation: Operation[Any]) -> Mapping[str, Any]:
    """Give a value to the id, and null to everything else that was unknown."""
    return {**known_or_null(operation.planned), "id": "made"}


def _as_it_is(state: dict[str, Any]) -> dict[str, Any]:
    return state


@cache
def _attributes(at: int) -> dict[str, Attribute]:
    return {name: _attribute(name, *written.split()) for name, written in _shape()["objects"][at].items()}


def _attribute(name: str, what: str, mode: str, flags: str = "") -> Attribute:
    about = f"The {name.replace('_', ' ')} of the object, as Microsoft Graph has it."
    kind = _kind(what)
    sensitive, write_only, keep_prior, replace = (flag in flags for flag in "swkx")
    if mode == "required":
        return required(kind, about, sensitive=sensitive, write_only=write_only, replace=replace)
    if mode == "computed":
        return computed(kind, about, sensitive=sensitive, keep_prior=keep_prior, replace=replace)
    return optional(
        kind,
        about,
        computed=mode == "optional_computed",
        sensitive=sensitive,
        write_only=write_only,
        keep_prior=keep_prior,
        replace=replace,
    )


def _kind(what: str) -> Kind | Nested:
    nesting, _, inside = what.partition(":")
    return _nested(Nesting[nesting.upper()], int(inside)) if inside else _simple(what)


def _simple(what: str) -> Kind:
    collection, _, element = what.partition("(")
    return _COLLECTIONS[collection](_simple(element[:-1])) if element else _PRIMITIVES[what]()


@cache
def _nested(nesting: Nesting, at: int) -> Nested:
    return Nested(nesting, _attributes(at))


def deepest(name: str) -> dict[str, Any]:
    """Return a configuration of a type that goes down to its last level, with what is required beside it."""
    return _deepest(_shape()["resources"][name][1])


def _deepest(at: int) -> dict[str, Any]:
    written = {name: text.split() for name, text in _shape()["objects"][at].items()}
    configured = [name for name, (_, mode, *_flags) in written.items() if mode != "computed"]
    down = max(configured, key=lambda name: _levels(written[name][0]), default="")
    given = [name for name in configured if name == down or written[name][1] == "required"]
    return {name: _value(written[name][0], _deepest) for name in given}


def _value(what: str, inside: Callable[[int], Any]) -> Any:
    nesting, _, at = what.partition(":")
    if at:
        value = inside(int(at))
        return value if nesting == "single" else {"key": value} if nesting == "map" else [value]
    collection, _, element = what.partition("(")
    if not element:
        return _VALUES[what]
    value = _value(element[:-1], inside)
    return {"key": value} if collection == "map" else [value]


def fullest(name: str) -> dict[str, Any]:
    """Return a configuration of a type that gives every value that a configuration may give."""
    return _fullest(_shape()["resources"][name][1])


def _fullest(at: int) -> dict[str, Any]:
    written = {name: text.split() for name, text in _shape()["objects"][at].items()}
    return {name: _value(what, _fullest) for name, (what, mode, *_flags) in written.items() if mode != "computed"}


@cache
def _levels(what: str) -> int:
    _, _, inside = what.partition(":")
    return 1 + max(_levels(text.split()[0]) for text in _shape()["objects"][int(inside)].values()) if inside else 0


MADE: DataSource[Any] = DataSource(
    "microsoft365_made",
    Schema({"names": computed(set_of(string()), "The types.")}, "Tells which declarations this process has made."),
    lambda _config, _meta, _token: {"names": [name for name in names() if name in _asked]},
)
_asked: set[str] = set()


def asked(name: str) -> Resource[Any] | None:
    """Return the declaration of a type, and remember that a process has asked for it."""
    _asked.add(name)
    return resource(name)


def compile_into(folder: Path, types: tuple[str, ...]) -> None:
    """Write what `serve.py` serves for these types, as `make schema` does for the real provider."""
    provider: Provider[Any] = Provider(
        name="microsoft365",
        schema=lambda: PROVIDER,
        constant=lambda _rpc: b"",
        data_source_names=(MADE.name,),
        data_source={MADE.name: MADE}.get,
        validate=lambda _config: (),
        configure=lambda _config, _version, _token: Configured(None),
        resource_names=types,
        resource=resource,
    )
    for rpc, answer in compile_constants(provider).items():
        (folder / f"{rpc}.binpb").write_bytes(answer)
    for name, outline in compile_outlines(provider).items():
        (folder / f"{name}.json").write_bytes(outline)
