"""Declarations, and the errors that values which break a rule get: on which path, in which words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provider.framework import types
from provider.framework.diagnostics import Severity
from provider.framework.paths import Path
from provider.framework.rules import between, guid, matching, one_of
from provider.framework.schema import (
    Attribute,
    Mode,
    Nesting,
    Schema,
    boolean,
    check,
    computed,
    integer,
    list_of,
    nested_list,
    optional,
    repr_hcl,
    required,
    single,
    string,
)
from provider.framework.types import BOOL, NUMBER, STRING, Object
from provider.framework.values import UNKNOWN

LETTERS = matching("[a-z]+", "be small letters")

ATTRIBUTES = {
    "name": required(string(LETTERS), "The name."),
    "secret": optional(string(LETTERS), "A secret.", sensitive=True),
    "count": optional(integer(between(0, 9)), "How many."),
    "on": optional(boolean(), "Whether."),
    "tags": optional(list_of(string(LETTERS)), "Tags."),
    "id": computed(string(), "The id."),
    "owner": optional(single({"client": optional(string(guid()), "Who.")}), "The owner."),
    "rows": optional(
        nested_list(
            {
                "kind": optional(string(one_of("a", "b")), "Kind."),
                "deep": optional(single({"n": optional(integer(between(0)), "N.")}), ""),
            }
        ),
        "Rows.",
    ),
}


TYPES: list[tuple[str, Any]] = [
    ("name", STRING),
    ("count", NUMBER),
    ("on", BOOL),
    ("tags", types.list_of(STRING)),
    ("owner", Object({"client": STRING})),
    ("rows", types.list_of(Object({"kind": STRING, "deep": Object({"n": NUMBER})}))),
]


@pytest.mark.parametrize(("name", "type_"), TYPES)
def test_type_of_an_attribute(name: str, type_: Any) -> None:
    assert Schema(ATTRIBUTES, "About.").type.attributes[name] == type_


MODES: list[tuple[Attribute, Mode]] = [
    (required(string(), ""), Mode.REQUIRED),
    (optional(string(), ""), Mode.OPTIONAL),
    (optional(string(), "", computed=True), Mode.OPTIONAL_COMPUTED),
    (computed(string(), ""), Mode.COMPUTED),
]


@pytest.mark.parametrize(("attribute", "mode"), MODES)
def test_mode(attribute: Attribute, mode: Mode) -> None:
    assert attribute.mode is mode
    assert not attribute.sensitive


NOTHING_WRONG: list[dict[str, Any]] = [
    {},
    dict.fromkeys(ATTRIBUTES),
    dict.fromkeys(ATTRIBUTES, UNKNOWN),
    {"name": "abc", "secret": "abc", "count": 9, "on": True, "tags": ("a", "b"), "owner": {"client": None}},
    {"tags": ()},
    {"tags": ("a", None, UNKNOWN)},
    {"owner": {}},
    {"owner": {"client": UNKNOWN}},
    {"rows": ()},
    {"rows": (None, UNKNOWN, {"kind": "a"}, {"kind": UNKNOWN, "deep": UNKNOWN})},
]


@pytest.mark.parametrize("config", NOTHING_WRONG, ids=repr)
def test_nothing_wrong(config: dict[str, Any]) -> None:
    assert list(check(ATTRIBUTES, config)) == []


# Configuration, path of the error, how the summary names it, the detail.
WRONG: list[tuple[dict[str, Any], Path, str, str]] = [
    ({"name": "A"}, ("name",), "name", 'It must be small letters. Found: "A".'),
    ({"name": ""}, ("name",), "name", 'It must be small letters. Found: "".'),
    (
        {"name": 'a"b\\c\nd'},
        ("name",),
        "name",
        r'It must be small letters. Found: "a\"b\\c\nd".',
    ),
    ({"secret": "S3"}, ("secret",), "secret", "It must be small letters. Found: a sensitive value that is not shown."),
    ({"count": 10}, ("count",), "count", "It must be from 0 to 9. Found: 10."),
    ({"count": Decimal("1.5")}, ("count",), "count", "It must be a whole number. Found: 1.5."),
    (
        {"tags": ("a", "B", "C")},
        ("tags",),
        "tags",
        'It has an element that must be small letters. Found: ["a", "B", "C"].',
    ),
    (
        {"owner": {"client": "x"}},
        ("owner", "client"),
        "owner.client",
        'It must be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301. Found: "x".',
    ),
    (
        {"rows": ({"kind": "a"}, {"kind": "c"})},
        ("rows", 1, "kind"),
        "rows[1].kind",
        'It must be one of a, b. Found: "c".',
    ),
    (
        {"rows": (UNKNOWN, {"deep": {"n": -1}})},
        ("rows", 1, "deep", "n"),
        "rows[1].deep.n",
        "It must be at least 0. Found: -1.",
    ),
]


@pytest.mark.parametrize(("config", "path", "name", "detail"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_wrong(config: dict[str, Any], path: Path, name: str, detail: str) -> None:
    (found,) = check(ATTRIBUTES, config)

    assert found.severity is Severity.ERROR
    assert found.path == path
    assert found.summary == f"Invalid value for {name}"
    assert found.detail == detail


def test_everything_that_is_wrong_is_told() -> None:
    config = {"name": "A", "count": 99, "owner": {"client": "x"}, "rows": ({"kind": "c"}, {"kind": "d"})}

    assert [found.path for found in check(ATTRIBUTES, config)] == [
        ("name",),
        ("count",),
        ("owner", "client"),
        ("rows", 0, "kind"),
        ("rows", 1, "kind"),
    ]


def test_paths_begin_where_they_are_told() -> None:
    (found,) = check(ATTRIBUTES, {"name": "A"}, ("outer", 3))

    assert found.path == ("outer", 3, "name")
    assert found.summary == "Invalid value for outer[3].name"


def test_rules_of_elements_read_as_a_sentence() -> None:
    kind = list_of(string(LETTERS))

    assert [repr(rule) for rule in kind.rules] == ["have elements that each be small letters"]


HCL: list[tuple[Any, str]] = [
    (True, "true"),
    (False, "false"),
    (5, "5"),
    (Decimal("1.5"), "1.5"),
    ("a", '"a"'),
    ('say "hi"\\\n', r'"say \"hi\"\\\n"'),
    ((), "[]"),
    (("a", 1, True, None), '["a", 1, true, null]'),
    (("a", UNKNOWN), '["a", (known after apply)]'),
    (None, "null"),
]


@pytest.mark.parametrize(("value", "shown"), HCL, ids=[case[1] for case in HCL])
def test_hcl(value: Any, shown: str) -> None:
    assert repr_hcl(value) == shown


def test_the_longest_number_that_can_arrive_can_be_shown() -> None:
    (found,) = check(ATTRIBUTES, {"count": 10**4000})

    assert found.detail.startswith("It must be from 0 to 9. Found: 1000")


@pytest.mark.parametrize(("nesting", "number"), [("SINGLE", 1), ("LIST", 2), ("SET", 3), ("MAP", 4)])
def test_nesting_has_the_numbers_of_the_protocol(nesting: str, number: int) -> None:
    assert Nesting[nesting].value == number
