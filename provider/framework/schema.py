"""What a type's attributes are, declared as plain values.

The mode is the outer function, so that contradictions cannot be written: what is `computed` has no
rules, what is `required` is never computed.

    attributes = {
        "cloud": optional(string(one_of("public", "china")), "Which national cloud the tenant lives in."),
        "id": computed(string(), "The object id."),
        "options": optional(single({...}), "…"),
    }
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from provider.framework import types
from provider.framework.diagnostics import Diagnostic, error
from provider.framework.paths import Key, Path, show
from provider.framework.rules import Rule, each, whole
from provider.framework.values import Unknown


class Mode(Enum):
    """Who gives an attribute its value: the configuration, the provider, or either."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    COMPUTED = "computed"
    OPTIONAL_COMPUTED = "optional and computed"


class Nesting(Enum):
    """How nested attributes repeat. The values are those of the protocol's Schema.Object.NestingMode."""

    SINGLE = 1
    LIST = 2
    SET = 3
    MAP = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A type with the rules that its values keep."""

    type: types.Type
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Nested:
    """Attributes inside an attribute."""

    nesting: Nesting
    attributes: Mapping[str, Attribute]

    @property
    def type(self) -> types.Type:
        """The type of a whole value."""
        inner = object_type(self.attributes)
        match self.nesting:
            case Nesting.SINGLE:
                return inner
            case Nesting.LIST:
                return types.list_of(inner)
            case Nesting.SET:
                return types.set_of(inner)
            case Nesting.MAP:
                return types.map_of(inner)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `about` is Markdown for the documentation and for editors."""

    kind: Kind | Nested
    mode: Mode
    about: str
    sensitive: bool = False
    deprecated: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The attributes of a provider block, a resource or a data source."""

    attributes: Mapping[str, Attribute]
    about: str
    version: int = 0

    @property
    def type(self) -> types.Object:
        """The type of a whole configuration or state."""
        return object_type(self.attributes)


def object_type(attributes: Mapping[str, Attribute]) -> types.Object:
    """Return the type of an object with `attributes`."""
    return types.Object({name: a.kind.type for name, a in attributes.items()})


def string(*rules: Rule) -> Kind:
    """Declare a text."""
    return Kind(types.STRING, rules)


def boolean() -> Kind:
    """Declare a truth value."""
    return Kind(types.BOOL)


def integer(*rules: Rule) -> Kind:
    """Declare a whole number."""
    return Kind(types.NUMBER, (whole(), *rules))


def list_of(element: Kind) -> Kind:
    """Declare a list of simple elements; their rules hold for each of them."""
    return Kind(types.list_of(element.type), tuple(map(each, element.rules)))


def single(attributes: Mapping[str, Attribute]) -> Nested:
    """Declare nested attributes that stand once."""
    return Nested(Nesting.SINGLE, attributes)


def nested_list(attributes: Mapping[str, Attribute]) -> Nested:
    """Declare nested attributes that repeat in order."""
    return Nested(Nesting.LIST, attributes)


def required(kind: Kind | Nested, about: str, *, sensitive: bool = False, deprecated: str = "") -> Attribute:
    """Declare what the configuration must give."""
    return Attribute(kind, Mode.REQUIRED, about, sensitive, deprecated)


def optional(
    kind: Kind | Nested, about: str, *, computed: bool = False, sensitive: bool = False, deprecated: str = ""
) -> Attribute:
    """Declare what the configuration may give; where it does not, the provider does if `computed`."""
    return Attribute(kind, Mode.OPTIONAL_COMPUTED if computed else Mode.OPTIONAL, about, sensitive, deprecated)


def computed(kind: Kind | Nested, about: str, *, sensitive: bool = False) -> Attribute:
    """Declare what only the provider gives."""
    return Attribute(kind, Mode.COMPUTED, about, sensitive)


def check(attributes: Mapping[str, Attribute], config: Mapping[str, Any], path: Path = ()) -> Iterator[Diagnostic]:
    """Yield an error for each value of `config` that breaks a rule; unknown and null values are passed over."""
    for name, attribute in attributes.items():
        value, here = config.get(name), (*path, name)
        if value is None or isinstance(value, Unknown):
            continue
        if isinstance(attribute.kind, Nested):
            for inner, at in _objects(attribute.kind.nesting, value, here):
                yield from check(attribute.kind.attributes, inner, at)
        else:
            for rule in attribute.kind.rules:
                if wrong := rule(value):
                    found = "a sensitive value that is not shown" if attribute.sensitive else repr_hcl(value)
                    yield error(f"Invalid value for {show(here)}", f"It {wrong}. Found: {found}.", here)


def repr_hcl(value: Any) -> str:
    """Return a known value of a simple type as HCL writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case tuple():
            return "[" + ", ".join(map(repr_hcl, value)) + "]"
        case _:
            return str(value)


def _objects(nesting: Nesting, value: Any, path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    match nesting:
        case Nesting.SINGLE:
            yield value, path
        case Nesting.LIST:
            for index, element in enumerate(value):
                if isinstance(element, dict):
                    yield element, (*path, index)
        case Nesting.MAP:
            for name, element in value.items():
                if isinstance(element, dict):
                    yield element, (*path, Key(name))
        case Nesting.SET:
            # The protocol has no step for an element of a set.
            for element in value:
                if isinstance(element, dict):
                    yield element, path
