"""What a type's attributes are, as plain values composed by typed functions.

The mode is the outer function, so that contradictions cannot be written: what is `computed` has no default, what is
`required` is never computed.

    attributes = {
        "cloud": optional(string(one_of("public", "china")), "Which national cloud the tenant lives in."),
        "id": computed(string(), "The object id.", keep_prior=True),
        "options": optional(single({...}), "…"),
        "rule": block(nested_list({...}), "…", at_most=10),
    }

What can still contradict itself, `declaration.py` finds when the type is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from provider.framework import types
from provider.framework.modifiers import keep_prior as keep
from provider.framework.modifiers import replace_on_change
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Key, Path
from provider.framework.values import Unknown, as_set

if TYPE_CHECKING:
    from provider.framework.meaning import Same
    from provider.framework.modifiers import Modifier
    from provider.framework.relations import Relation
    from provider.framework.rules import Rule


class Mode(Enum):
    """Who gives an attribute its value: the configuration, the provider, or either. A block is no attribute."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    COMPUTED = "computed"
    OPTIONAL_COMPUTED = "optional and computed"
    BLOCK = "block"


class Nesting(Enum):
    """How nested attributes repeat. The values are those of the protocol's NestingMode, of objects and of blocks."""

    SINGLE = 1
    LIST = 2
    SET = 3
    MAP = 4


class _NoDefault(Enum):
    NO_DEFAULT = "no default"


NO_DEFAULT = _NoDefault.NO_DEFAULT
"""In place of a default: null would be one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, the rules that its values keep, and when two of them mean the same.

    `element` is the kind of the elements of a collection: its rules hold for each of them.
    """

    type: types.Type
    rules: tuple[Rule, ...] = ()
    same: Same | None = None
    element: Kind | None = None


@dataclass(frozen=True)
class Nested:
    """Attributes inside an attribute or a block.

    `relations` hold for each object, `rules` for a list, set or map of them as a whole, the bounds for a block.
    """

    nesting: Nesting
    attributes: Mapping[str, Attribute]
    relations: tuple[Relation, ...] = ()
    rules: tuple[Rule, ...] = ()
    same: Same | None = None
    at_least: int = 0
    at_most: int = 0
    """0: as many as you like."""

    @cached_property
    def object(self) -> types.Object:
        """The type of one object."""
        return object_type(self.attributes)

    @cached_property
    def type(self) -> types.Type:
        """The type of a whole value."""
        match self.nesting:
            case Nesting.SINGLE:
                return self.object
            case Nesting.LIST:
                return types.list_of(self.object)
            case Nesting.SET:
                return types.set_of(self.object)
            case Nesting.MAP:
                return types.map_of(self.object)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute, or one kind of block.

    `about` is Markdown for the documentation and for editors. `modifiers` change the plan, in their order. A
    `create_only` attribute is one that the API takes when it makes an object and does not tell afterwards: its value in
    state is what the configuration said. `never_null` says of a computed value that it will not be null, although it is
    not known yet.
    """

    kind: Kind | Nested
    mode: Mode
    about: str
    sensitive: bool = False
    deprecated: str = ""
    write_only: bool = False
    default: Any = NO_DEFAULT
    modifiers: tuple[Modifier, ...] = ()
    create_only: bool = False
    never_null: bool = False

    @property
    def computed(self) -> bool:
        """Whether the provider may give a value that the configuration does not."""
        return self.mode in (Mode.COMPUTED, Mode.OPTIONAL_COMPUTED)

    @property
    def configurable(self) -> bool:
        """Whether the configuration may give a value."""
        return self.mode is not Mode.COMPUTED


@dataclass(frozen=True)
class Schema:
    """The attributes and blocks of a provider block, a resource or a data source, and the relations between them."""

    attributes: Mapping[str, Attribute]
    about: str
    version: int = 0
    relations: tuple[Relation, ...] = ()
    deprecated: str = ""

    @cached_property
    def type(self) -> types.Object:
        """The type of a whole configuration or state."""
        return object_type(self.attributes)


class _TypesOf(Mapping[str, types.Type]):
    """The types of attributes, each looked up when it is asked for: recursive schemas are large."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self._attributes = attributes

    def __getitem__(self, name: str) -> types.Type:
        return self._attributes[name].kind.type

    def __iter__(self) -> Iterator[str]:
        return iter(self._attributes)

    def __len__(self) -> int:
        return len(self._attributes)


def object_type(attributes: Mapping[str, Attribute]) -> types.Object:
    """Return the type of an object with `attributes`."""
    return types.Object(_TypesOf(attributes))


def objects(nesting: Nesting, value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield path and object of each known object in a value of nested attributes."""
    if value is None or isinstance(value, Unknown):
        return
    match nesting:
        case Nesting.SINGLE:
            yield path, value
        case Nesting.MAP:
            yield from (((*path, Key(name)), part) for name, part in value.items() if isinstance(part, dict))
        case Nesting.LIST:
            yield from (((*path, index), part) for index, part in enumerate(value) if isinstance(part, dict))
        case Nesting.SET:
            # The protocol's path into a set is the whole element: diagnostics are placed at the set.
            yield from ((path, part) for part in value if isinstance(part, dict))


def replaced(nesting: Nesting, value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a value of nested attributes with what `change` makes of each known object in it."""

    def one(part: Any) -> Any:
        return change(part) if isinstance(part, dict) else part

    if value is None or isinstance(value, Unknown):
        return value
    match nesting:
        case Nesting.SINGLE:
            return one(value)
        case Nesting.LIST:
            return tuple(map(one, value))
        case Nesting.SET:
            return as_set(map(one, value))
        case Nesting.MAP:
            return {name: one(part) for name, part in value.items()}


def string(*rules: Rule, same: Same | None = None) -> Kind:
    """Declare a text; `same` tells which two texts mean the same."""
    return Kind(types.STRING, rules, same)


def boolean(*rules: Rule) -> Kind:
    """Declare a truth value."""
    return Kind(types.BOOL, rules)


def integer(*rules: Rule, bits: int = 64) -> Kind:
    """Declare a whole number of at most so many bits (the API's Int32 has 32, its Int64 64)."""
    from provider.framework.rules import whole

    return Kind(types.NUMBER, (whole(bits), *rules))


def number(*rules: Rule) -> Kind:
    """Declare a number of any precision."""
    return Kind(types.NUMBER, rules)


def dynamic(*rules: Rule) -> Kind:
    """Declare a value of any type."""
    return Kind(types.DYNAMIC, rules)


def list_of(element: Kind, *rules: Rule, same: Same | None = None) -> Kind:
    """Declare a list of simple elements; the element's rules hold for each of them, `rules` for the list."""
    return Kind(types.list_of(element.type), rules, same, element)


def set_of(element: Kind, *rules: Rule, same: Same | None = None) -> Kind:
    """Declare a set of simple elements; the element's rules hold for each of them, `rules` for the set."""
    return Kind(types.set_of(element.type), rules, same, element)


def map_of(element: Kind, *rules: Rule, same: Same | None = None) -> Kind:
    """Declare a map of simple elements; the element's rules hold for each of them, `rules` for the map."""
    return Kind(types.map_of(element.type), rules, same, element)


def tuple_of(*elements: types.Type) -> Kind:
    """Declare a sequence of elements with a type each."""
    return Kind(types.Tuple(elements))


def object_of(attributes: Mapping[str, types.Type], *optional: str) -> Kind:
    """Declare an object that is given as a whole; those of its attributes that are named may be left out."""
    return Kind(types.Object(attributes, frozenset(optional)))


def single(attributes: Mapping[str, Attribute], *relations: Relation) -> Nested:
    """Declare nested attributes that stand once."""
    return Nested(Nesting.SINGLE, attributes, relations)


def nested_list(
    attributes: Mapping[str, Attribute], *relations: Relation, rules: tuple[Rule, ...] = (), same: Same | None = None
) -> Nested:
    """Declare nested attributes that repeat in order; `rules` hold for the list."""
    return Nested(Nesting.LIST, attributes, relations, rules, same)


def nested_set(
    attributes: Mapping[str, Attribute], *relations: Relation, rules: tuple[Rule, ...] = (), same: Same | None = None
) -> Nested:
    """Declare nested attributes that repeat without order; `rules` hold for the set."""
    return Nested(Nesting.SET, attributes, relations, rules, same)


def nested_map(
    attributes: Mapping[str, Attribute], *relations: Relation, rules: tuple[Rule, ...] = (), same: Same | None = None
) -> Nested:
    """Declare nested attributes that repeat under a key; `rules` hold for the map."""
    return Nested(Nesting.MAP, attributes, relations, rules, same)


def required(
    kind: Kind | Nested,
    about: str,
    *,
    sensitive: bool = False,
    deprecated: str = "",
    write_only: bool = False,
    replace: bool | Modifier = False,
    modifiers: tuple[Modifier, ...] = (),
    create_only: bool = False,
) -> Attribute:
    """Declare what the configuration must give."""
    return Attribute(
        kind,
        Mode.REQUIRED,
        about,
        sensitive,
        deprecated,
        write_only,
        NO_DEFAULT,
        _modifiers(False, modifiers, replace),
        create_only,
    )


def optional(
    kind: Kind | Nested,
    about: str,
    *,
    computed: bool = False,
    default: Any = NO_DEFAULT,
    keep_prior: bool = False,
    sensitive: bool = False,
    deprecated: str = "",
    write_only: bool = False,
    replace: bool | Modifier = False,
    modifiers: tuple[Modifier, ...] = (),
    create_only: bool = False,
    never_null: bool = False,
) -> Attribute:
    """Declare what the configuration may give.

    Where it does not, the plan has the `default` if there is one, else the provider gives it if `computed`;
    with `keep_prior` what it gave once stays.
    """
    with suppress(MalformedValue):  # it is reported with the name of the attribute
        default = default if default is NO_DEFAULT else read(default, kind.type, OWN)
    return Attribute(
        kind,
        Mode.OPTIONAL_COMPUTED if computed or default is not NO_DEFAULT else Mode.OPTIONAL,
        about,
        sensitive,
        deprecated,
        write_only,
        default,
        _modifiers(keep_prior, modifiers, replace),
        create_only,
        never_null,
    )


def computed(
    kind: Kind | Nested,
    about: str,
    *,
    keep_prior: bool = False,
    sensitive: bool = False,
    deprecated: str = "",
    replace: bool | Modifier = False,
    modifiers: tuple[Modifier, ...] = (),
    never_null: bool = False,
) -> Attribute:
    """Declare what only the provider gives; with `keep_prior` what it gave once stays."""
    return Attribute(
        kind,
        Mode.COMPUTED,
        about,
        sensitive,
        deprecated,
        modifiers=_modifiers(keep_prior, modifiers, replace),
        never_null=never_null,
    )


def block(
    kind: Nested, about: str, *, at_least: int = 0, at_most: int = 0, modifiers: tuple[Modifier, ...] = ()
) -> Attribute:
    """Declare nested blocks (made by `single`, `nested_list`, `nested_set`) and how many of them there may be."""
    bounded = Nested(kind.nesting, kind.attributes, kind.relations, kind.rules, kind.same, at_least, at_most)
    return Attribute(bounded, Mode.BLOCK, about, modifiers=modifiers)


def _modifiers(keep_prior: bool, own: tuple[Modifier, ...], replace: bool | Modifier) -> tuple[Modifier, ...]:
    """Return modifiers in the order that makes sense: whether to replace is judged by what is planned at last."""
    first = (keep(),) if keep_prior else ()
    last = () if replace is False else (replace_on_change() if replace is True else replace,)
    return (*first, *own, *last)
