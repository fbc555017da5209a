"""Declarations: what each function makes, and the objects inside nested values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from provider.framework import types
from provider.framework.modifiers import Change, Verdict, keep_prior, replace_if_configured, replace_on_change
from provider.framework.paths import Key
from provider.framework.rules import between, matching, one_of
from provider.framework.schema import (
    NO_DEFAULT,
    Attribute,
    Kind,
    Mode,
    Nested,
    Nesting,
    Schema,
    block,
    boolean,
    computed,
    dynamic,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_of,
    object_type,
    objects,
    optional,
    replaced,
    required,
    set_of,
    single,
    string,
    tuple_of,
)
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple
from provider.framework.values import UNKNOWN

INSIDE = {"a": required(string(), "A."), "b": computed(boolean(), "B.")}
INNER = Object({"a": STRING, "b": BOOL})

TYPES: list[tuple[str, Kind | Nested, types.Type]] = [
    ("string", string(), STRING),
    ("boolean", boolean(), BOOL),
    ("integer", integer(), NUMBER),
    ("number", number(), NUMBER),
    ("dynamic", dynamic(), DYNAMIC),
    ("list", list_of(string()), types.list_of(STRING)),
    ("set", set_of(integer()), types.set_of(NUMBER)),
    ("map", map_of(list_of(boolean())), types.map_of(types.list_of(BOOL))),
    ("tuple", tuple_of(STRING, NUMBER), Tuple((STRING, NUMBER))),
    ("object", object_of({"a": STRING, "b": BOOL}, "b"), Object({"a": STRING, "b": BOOL}, frozenset({"b"}))),
    ("single", single(INSIDE), INNER),
    ("nested list", nested_list(INSIDE), types.list_of(INNER)),
    ("nested set", nested_set(INSIDE), types.set_of(INNER)),
    ("nested map", nested_map(INSIDE), types.map_of(INNER)),
    ("deep", nested_map({"c": optional(nested_set(INSIDE), "C.")}), types.map_of(Object({"c": types.set_of(INNER)}))),
]


@pytest.mark.parametrize(("kind", "type_"), [case[1:] for case in TYPES], ids=[case[0] for case in TYPES])
def test_the_type_of_a_kind(kind: Kind | Nested, type_: types.Type) -> None:
    assert kind.type == type_
    assert Schema({"x": optional(kind, "X.")}, "About.").type == Object({"x": type_})


SMALL, SHORT = between(0, 9), matching("[a-z]+", "be small letters")


@pytest.mark.parametrize("collection", [list_of, set_of, map_of])
def test_rules_of_a_collection_and_of_its_elements_are_kept_apart(collection: Any) -> None:
    kind = collection(string(SHORT), SMALL)
    assert kind.rules == (SMALL,)
    assert kind.element == string(SHORT)


def test_an_integer_is_whole_and_a_number_need_not_be() -> None:
    whole, bounded = integer(SMALL).rules
    assert bounded == SMALL
    assert whole(Decimal("1.5")) == "must be a whole number"
    assert number(SMALL).rules == (SMALL,)


MODES: list[tuple[Attribute, Mode, bool, bool]] = [
    (required(string(), ""), Mode.REQUIRED, False, True),
    (optional(string(), ""), Mode.OPTIONAL, False, True),
    (optional(string(), "", computed=True), Mode.OPTIONAL_COMPUTED, True, True),
    (optional(string(), "", default="a"), Mode.OPTIONAL_COMPUTED, True, True),
    (computed(string(), ""), Mode.COMPUTED, True, False),
    (block(nested_list(INSIDE), ""), Mode.BLOCK, False, True),
]


@pytest.mark.parametrize(("attribute", "mode", "is_computed", "configurable"), MODES, ids=[str(m[1]) for m in MODES])
def test_mode(attribute: Attribute, mode: Mode, is_computed: bool, configurable: bool) -> None:
    assert attribute.mode is mode
    assert attribute.computed is is_computed
    assert attribute.configurable is configurable


def test_nothing_is_said_that_was_not_declared() -> None:
    for attribute, *_ in MODES:
        assert not attribute.sensitive
        assert not attribute.write_only
        assert not attribute.create_only
        assert not attribute.never_null
        assert attribute.deprecated == ""
        assert attribute.modifiers == ()
        assert (attribute.default is NO_DEFAULT) is (attribute.default != "a")


def test_what_is_declared_is_said() -> None:
    for made in (required, optional):
        attribute = made(string(), "A.", sensitive=True, deprecated="Use b.", write_only=True, create_only=True)
        assert (attribute.about, attribute.deprecated) == ("A.", "Use b.")
        assert attribute.sensitive
        assert attribute.write_only
        assert attribute.create_only
    attribute = computed(string(), "A.", sensitive=True, deprecated="Use b.", never_null=True)
    assert (attribute.sensitive, attribute.deprecated, attribute.never_null) == (True, "Use b.", True)
    assert optional(string(), "A.", computed=True, never_null=True).never_null


def own(change: Change) -> Verdict:
    """A modifier of a type's own."""
    return Verdict(change.planned)


def test_a_prior_value_is_kept_first_and_replacing_is_judged_last() -> None:
    condition = replace_if_configured()
    expected = [repr(keep_prior()), repr(own), repr(condition)]
    for attribute in (
        optional(string(), "", computed=True, keep_prior=True, modifiers=(own,), replace=condition),
        computed(string(), "", keep_prior=True, modifiers=(own,), replace=condition),
    ):
        assert list(map(repr, attribute.modifiers)) == expected
    assert list(map(repr, required(string(), "", replace=True, modifiers=(own,)).modifiers)) == [
        repr(own),
        repr(replace_on_change()),
    ]
    assert block(single(INSIDE), "", modifiers=(own,)).modifiers == (own,)


DEFAULTS: list[tuple[Kind | Nested, Any, Any]] = [
    (string(), "a", "a"),
    (number(), 1.0, 1),
    (boolean(), False, False),
    (list_of(string()), ["b", "a"], ("b", "a")),
    (set_of(string()), ["b", "a", "b"], ("a", "b")),
    (nested_list(INSIDE), [{"a": "x"}], ({"a": "x", "b": None},)),
]


@pytest.mark.parametrize(("kind", "given", "kept"), DEFAULTS)
def test_a_default_is_brought_into_normal_form(kind: Kind | Nested, given: Any, kept: Any) -> None:
    assert optional(kind, "", default=given).default == kept


def test_a_block_has_bounds_and_all_that_its_attributes_have() -> None:
    kind = nested_set(INSIDE, rules=(SMALL,), same=lambda _one, _other: True)
    made = block(kind, "Blocks.", at_least=1, at_most=3).kind
    assert isinstance(made, Nested)
    assert (made.at_least, made.at_most) == (1, 3)
    assert (made.nesting, made.attributes, made.rules, made.same) == (Nesting.SET, INSIDE, (SMALL,), kind.same)
    unbounded = block(kind, "Blocks.").kind
    assert isinstance(unbounded, Nested)
    assert (unbounded.at_least, unbounded.at_most) == (0, 0)


@pytest.mark.parametrize(("nesting", "value"), [("SINGLE", 1), ("LIST", 2), ("SET", 3), ("MAP", 4)])
def test_nesting_has_the_numbers_of_the_protocol(nesting: str, value: int) -> None:
    assert Nesting[nesting].value == value


ONE, TWO = {"a": "1"}, {"a": "2"}

OBJECTS: list[tuple[str, Nesting, Any, list[Any]]] = [
    ("null", Nesting.LIST, None, []),
    ("unknown", Nesting.MAP, UNKNOWN, []),
    ("single", Nesting.SINGLE, ONE, [(("x",), ONE)]),
    ("list", Nesting.LIST, (ONE, None, TWO, UNKNOWN), [(("x", 0), ONE), (("x", 2), TWO)]),
    ("map", Nesting.MAP, {"k": ONE, "l": UNKNOWN, "m": TWO}, [(("x", Key("k")), ONE), (("x", Key("m")), TWO)]),
    ("set", Nesting.SET, (ONE, TWO, UNKNOWN), [(("x",), ONE), (("x",), TWO)]),
]


@pytest.mark.parametrize(
    ("nesting", "value", "expected"), [case[1:] for case in OBJECTS], ids=[case[0] for case in OBJECTS]
)
def test_the_known_objects_in_a_value(nesting: Nesting, value: Any, expected: list[Any]) -> None:
    assert list(objects(nesting, value, ("x",))) == expected


REPLACED: list[tuple[str, Nesting, Any, Any]] = [
    ("null", Nesting.SINGLE, None, None),
    ("unknown", Nesting.SET, UNKNOWN, UNKNOWN),
    ("single", Nesting.SINGLE, {"a": "1"}, {"a": "1!"}),
    ("list", Nesting.LIST, ({"a": "2"}, UNKNOWN, {"a": "1"}, None), ({"a": "2!"}, UNKNOWN, {"a": "1!"}, None)),
    ("map", Nesting.MAP, {"k": {"a": "1"}, "l": None}, {"k": {"a": "1!"}, "l": None}),
    ("set", Nesting.SET, ({"a": "1"}, {"a": "2"}), ({"a": "1!"}, {"a": "2!"})),
]


@pytest.mark.parametrize(
    ("nesting", "value", "expected"), [case[1:] for case in REPLACED], ids=[case[0] for case in REPLACED]
)
def test_replacing_the_objects_in_a_value(nesting: Nesting, value: Any, expected: Any) -> None:
    assert replaced(nesting, value, lambda part: {"a": f"{part['a']}!"}) == expected


def test_a_set_whose_objects_become_equal_has_one_of_them() -> None:
    assert replaced(Nesting.SET, ({"a": "1"}, {"a": "2"}), lambda _part: {"a": ""}) == ({"a": ""},)


class _Recorded(Mapping[str, Attribute]):
    """Attributes that remember which of them was looked at."""

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self.attributes, self.asked = attributes, list[str]()

    def __getitem__(self, name: str) -> Attribute:
        self.asked.append(name)
        return self.attributes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)


def test_the_types_of_attributes_that_no_value_has_are_not_looked_at() -> None:
    attributes = _Recorded({"a": optional(string(one_of("x")), "A."), "deep": optional(single(INSIDE), "Deep.")})
    made = object_type(attributes)
    assert made.attributes["a"] == STRING
    assert list(made.attributes) == ["a", "deep"]
    assert attributes.asked == ["a"]
