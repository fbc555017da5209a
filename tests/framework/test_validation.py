"""What is wrong with a configuration: where, in which words, and everything at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework import types
from provider.framework.diagnostics import Severity
from provider.framework.paths import Key, Path
from provider.framework.relations import at_most_one_of, exactly_one_of, same
from provider.framework.rules import alone, between, equals, length, one_of, size
from provider.framework.schema import (
    Attribute,
    Kind,
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
    optional,
    required,
    set_of,
    single,
    string,
)
from provider.framework.types import STRING
from provider.framework.validation import host_problems, validate
from provider.framework.values import UNKNOWN, Dynamic
from tests.framework.strategies import FEW, values
from tests.framework.validated import (
    KIND_PROBLEM,
    LETTERS,
    LETTERS_PROBLEM,
    ROWS,
    SECRET,
    WORD,
    config,
    problems,
    schema,
    word,
)

# Attribute `x`, its value, and all that is wrong: path below x, name, detail.
WRONG: list[tuple[Attribute, Any, list[tuple[Path, str, str]]]] = [
    (word(), "A", [((), "x", LETTERS_PROBLEM.format('"A"'))]),
    (word(), "", [((), "x", LETTERS_PROBLEM.format('""'))]),
    (word(), 'a"b\\c\nd', [((), "x", LETTERS_PROBLEM.format(r'"a\"b\\c\nd"'))]),
    (word(), "A" * 251, [((), "x", LETTERS_PROBLEM.format(f'"{"A" * 250}…" (251 characters)'))]),
    (word(sensitive=True), "S3", [((), "x", LETTERS_PROBLEM.format(SECRET))]),
    (word(write_only=True), "S3", [((), "x", LETTERS_PROBLEM.format(SECRET))]),
    (optional(integer(between(0, 9)), "N."), 10, [((), "x", "It must be from 0 to 9. Found: 10.")]),
    (optional(integer(), "N."), Decimal("1.5"), [((), "x", "It must be a whole number. Found: 1.5.")]),
    (optional(number(between(0, 9)), "N."), 10**300, [((), "x", f"It must be from 0 to 9. Found: 1{'0' * 249}….")]),
    (
        optional(string(LETTERS, length(3)), "Two rules."),
        "A",
        [
            ((), "x", LETTERS_PROBLEM.format('"A"')),
            ((), "x", 'It must have at least 3 characters. Found: "A".'),
        ],
    ),
    (
        optional(list_of(WORD), "A list."),
        ["a", "B", None, "C"],
        [
            ((1,), "x[1]", LETTERS_PROBLEM.format('"B"')),
            ((3,), "x[3]", LETTERS_PROBLEM.format('"C"')),
        ],
    ),
    (
        optional(list_of(WORD, size(at_most=2)), "The whole and its elements."),
        ["a", "B", UNKNOWN],
        [
            ((), "x", 'It must have at most 2 elements. Found: ["a", "B", (known after apply)].'),
            ((1,), "x[1]", LETTERS_PROBLEM.format('"B"')),
        ],
    ),
    (
        optional(list_of(WORD, size(3)), "A secret list.", sensitive=True),
        ["a", "B"],
        [
            ((), "x", f"It must have at least 3 elements. Found: {SECRET}."),
            ((1,), "x[1]", LETTERS_PROBLEM.format(SECRET)),
        ],
    ),
    (
        optional(set_of(WORD), "A set."),
        ["a", "B", "C"],
        [
            ((), "x[*]", LETTERS_PROBLEM.format('"B"')),
            ((), "x[*]", LETTERS_PROBLEM.format('"C"')),
        ],
    ),
    # What differs only in what is not shown is said once.
    (optional(set_of(WORD), "Secrets.", sensitive=True), ["B", "C"], [((), "x[*]", LETTERS_PROBLEM.format(SECRET))]),
    (
        optional(set_of(string(), alone("All"), size(1)), "A set."),
        ["All", "a"],
        [((), "x", 'It must have no other element beside All. Found: ["All", "a"].')],
    ),
    (
        optional(map_of(WORD), "A map."),
        {"a": "x", "b c": "X"},
        [((Key("b c"),), 'x["b c"]', LETTERS_PROBLEM.format('"X"'))],
    ),
    # The keys of a secret map are as secret as its values.
    (
        optional(map_of(WORD), "A secret map.", sensitive=True),
        {"k": "X"},
        [((), "x[*]", LETTERS_PROBLEM.format(SECRET))],
    ),
    (
        optional(map_of(list_of(set_of(WORD))), "Collections in collections."),
        {"k": [["a"], ["a", "B"]]},
        [((Key("k"), 1), 'x["k"][1][*]', LETTERS_PROBLEM.format('"B"'))],
    ),
    (
        optional(Kind(types.Object({"a": STRING}), (equals(None),)), "An object as a whole."),
        {"a": "b"},
        [((), "x", 'It must be null. Found: { a = "b" }.')],
    ),
    (
        optional(dynamic(one_of("a")), "Anything."),
        Dynamic(types.list_of(STRING), ("b",)),
        [((), "x", 'It must be a. Found: ["b"].')],
    ),
    (
        optional(dynamic(between(1)), "Anything."),
        Dynamic(types.DYNAMIC, Dynamic(STRING, "b")),
        [((), "x", 'It must be at least 1. Found: "b".')],
    ),
    (
        optional(single({"client": word(), "inner": optional(single({"s": word(sensitive=True)}), "In.")}), "One."),
        {"client": "X", "inner": {"s": "Y"}},
        [
            (("client",), "x.client", LETTERS_PROBLEM.format('"X"')),
            (("inner", "s"), "x.inner.s", LETTERS_PROBLEM.format(SECRET)),
        ],
    ),
    (
        optional(nested_list(ROWS, rules=(size(at_most=1),)), "Rows."),
        [{"kind": "a"}, {"kind": "c"}, {"deep": {"n": "N"}}],
        [
            ((), "x", "It must have at most 1 element. Found: 3 elements."),
            ((1, "kind"), "x[1].kind", KIND_PROBLEM.format('"c"')),
            ((2, "deep", "n"), "x[2].deep.n", LETTERS_PROBLEM.format('"N"')),
        ],
    ),
    (
        optional(nested_map(ROWS), "Rows."),
        {"k": {"kind": "c"}, "l": {"kind": "d"}},
        [
            ((Key("k"), "kind"), 'x["k"].kind', KIND_PROBLEM.format('"c"')),
            ((Key("l"), "kind"), 'x["l"].kind', KIND_PROBLEM.format('"d"')),
        ],
    ),
    (
        optional(nested_set(ROWS, rules=(size(at_most=1),)), "Rows."),
        [{"kind": "c"}, {"deep": {"n": "N"}}],
        [
            ((), "x", "It must have at most 1 element. Found: 2 elements."),
            ((), "x[*].kind", KIND_PROBLEM.format('"c"')),
            ((), "x[*].deep.n", LETTERS_PROBLEM.format('"N"')),
        ],
    ),
    (
        optional(nested_list(ROWS), "Secret rows.", sensitive=True),
        [{"kind": "c"}],
        [((0, "kind"), "x[0].kind", KIND_PROBLEM.format(SECRET))],
    ),
    (
        block(nested_list({"inner": block(nested_set(ROWS), "In.")}), "Blocks."),
        [{"inner": [{"kind": "c"}]}],
        [((0, "inner"), "x[0].inner[*].kind", KIND_PROBLEM.format('"c"'))],
    ),
    # What cannot be set needs no more words than that.
    (
        computed(single({"a": computed(WORD, "A.")}), "Computed."),
        {"a": "B"},
        [((), "x", "Only the provider gives it a value. Remove it from the configuration.")],
    ),
    (
        optional(single({"id": computed(string(), "Id.")}), "One."),
        {"id": "1"},
        [(("id",), "x.id", "Only the provider gives it a value. Remove it from the configuration.")],
    ),
]


@pytest.mark.parametrize(("attribute", "value", "expected"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_what_is_wrong(attribute: Attribute, value: Any, expected: list[tuple[Path, str, str]]) -> None:
    assert problems(schema(x=attribute), {"x": value}) == [(("x", *path), *words) for path, *words in expected]


RIGHT: list[tuple[Attribute, Any]] = [
    (word(), None),
    (word(), UNKNOWN),
    (word(), "abc"),
    (required(WORD, "Required."), UNKNOWN),
    (required(WORD, "Required."), "a"),
    (computed(string(), "Computed."), UNKNOWN),
    (optional(integer(between(0, 9)), "N."), 9),
    (optional(list_of(WORD, size(1)), "A list."), [None, UNKNOWN, "a"]),
    (optional(map_of(WORD, size(1)), "A map."), {"A": None, "B": UNKNOWN, "C": "c"}),
    # Two that are not known yet may turn out to be one.
    (optional(set_of(WORD, size(at_most=1)), "A set."), ["a", UNKNOWN]),
    (optional(nested_set(ROWS, rules=(size(at_most=1),)), "A set."), [{"kind": "a"}, {"kind": UNKNOWN}]),
    (block(nested_set(ROWS), "Blocks.", at_most=1), [{"kind": "a"}, {"kind": UNKNOWN}]),
    (block(nested_set(ROWS), "Blocks.", at_least=1, at_most=1), UNKNOWN),
    (block(nested_list(ROWS), "Blocks.", at_least=1, at_most=2), [{"kind": "a"}, {"kind": None}]),
    (optional(nested_list(ROWS), "Rows."), [None, UNKNOWN, {"kind": UNKNOWN, "deep": UNKNOWN}]),
    (optional(nested_map(ROWS), "Rows."), {"k": None, "l": UNKNOWN}),
    (optional(single({"a": required(WORD, "A.")}), "One."), None),
    (optional(single({"a": required(WORD, "A.")}), "One."), UNKNOWN),
    (optional(dynamic(one_of("a")), "Anything."), None),
    (optional(dynamic(one_of("a")), "Anything."), Dynamic(STRING, None)),
    (optional(dynamic(one_of("a")), "Anything."), Dynamic(STRING, UNKNOWN)),
    (optional(dynamic(one_of("a")), "Anything."), Dynamic(STRING, "a")),
    (word(deprecated="Use y."), None),
    (word(deprecated="Use y."), UNKNOWN),
    (computed(string(), "Computed."), None),
]


@pytest.mark.parametrize(("attribute", "value"), RIGHT, ids=[str(n) for n in range(len(RIGHT))])
def test_nothing_is_wrong(attribute: Attribute, value: Any) -> None:
    declared = schema(x=attribute)

    assert list(validate(declared, config(declared, {"x": value}))) == []


# Attribute `x`, its value, path below x, summary and detail of the one error.
OTHER: list[tuple[Attribute, Any, Path, str, str]] = [
    (required(WORD, "R."), None, (), "Missing value for x", "It is required, and must not be null."),
    (
        optional(nested_list({"a": required(WORD, "A.")}), "Rows."),
        [{"a": "a"}, {"a": None}],
        (1, "a"),
        "Missing value for x[1].a",
        "It is required, and must not be null.",
    ),
    (
        required(dynamic(), "Anything."),
        Dynamic(STRING, None),
        (),
        "Missing value for x",
        "It is required, and must not be null.",
    ),
    (
        block(nested_list(ROWS), "B.", at_least=1),
        [],
        (),
        "Too few blocks x",
        "At least 1 block of this kind must be there. Found: 0.",
    ),
    (
        block(single(ROWS), "B.", at_least=1),
        None,
        (),
        "Too few blocks x",
        "At least 1 block of this kind must be there. Found: 0.",
    ),
    (
        block(nested_set(ROWS), "B.", at_least=2),
        [{"kind": UNKNOWN}],
        (),
        "Too few blocks x",
        "At least 2 blocks of this kind must be there. Found: 1.",
    ),
    (
        block(nested_set(ROWS), "B.", at_most=1),
        [{"kind": "a"}, {"kind": "b"}],
        (),
        "Too many blocks x",
        "At most 1 block of this kind may be there. Found: 2.",
    ),
]


@pytest.mark.parametrize(("attribute", "value", "path", "summary", "detail"), OTHER, ids=[str(n) for n in range(7)])
def test_what_is_missing_or_too_much(attribute: Attribute, value: Any, path: Path, summary: str, detail: str) -> None:
    declared = schema(x=attribute)

    (found,) = validate(declared, config(declared, {"x": value}))

    assert (found.severity, found.path) == (Severity.ERROR, ("x", *path))
    assert (found.summary, found.detail) == (summary, detail)


def test_everything_that_is_wrong_is_told_in_the_order_of_the_schema() -> None:
    rows = nested_list({**ROWS, "other": word()}, at_most_one_of("kind", "other"))
    declared = schema(
        exactly_one_of("a", "b"), b=word(), a=word(), rows=optional(rows, "Rows."), r=required(WORD, "R.")
    )
    values = {"a": "A", "b": "B", "rows": [{"kind": "c"}, {"kind": "a", "other": "O"}]}

    assert [found.path for found in validate(declared, config(declared, values))] == [
        ("b",),
        ("a",),
        ("rows", 0, "kind"),
        ("rows", 1, "other"),
        ("rows", 1, "other"),
        ("r",),
        ("b",),
    ]


@pytest.mark.parametrize("value", ["a", "A"])
def test_what_is_deprecated_and_set_is_a_warning(value: str) -> None:
    declared = schema(x=word(deprecated="Use `y` instead."), y=word())

    warning, *errors = validate(declared, config(declared, {"x": value}))

    assert (warning.severity, warning.path) == (Severity.WARNING, ("x",))
    assert (warning.summary, warning.detail) == ("x is deprecated", "Use `y` instead.")
    assert len(errors) == (value == "A")


def test_a_deprecated_block_that_nobody_writes_is_none() -> None:
    rows = Attribute(block(nested_list(ROWS), "B.").kind, block(nested_list(ROWS), "B.").mode, "B.", deprecated="Gone.")
    declared = schema(x=rows)

    assert list(validate(declared, config(declared, {"x": []}))) == []
    assert [d.summary for d in validate(declared, config(declared, {"x": [{}]}))] == ["x is deprecated"]


def test_a_deprecated_type_is_a_warning() -> None:
    (found,) = validate(Schema({"x": word()}, "About.", deprecated="Use another."), {"x": None})

    assert (found.severity, found.detail, found.path) == (Severity.WARNING, "Use another.", None)


WRITE_ONLY = schema(
    a=word(write_only=True),
    rows=optional(nested_list({"b": word(write_only=True), "c": word()}), "Rows."),
    one=optional(single({"d": word(write_only=True)}), "One."),
    many=optional(nested_map({"e": word(write_only=True)}), "Many."),
)
NEEDS: list[tuple[dict[str, Any], str, Path]] = [
    ({"a": "x"}, "sets a, which is write-only: Terraform may keep the value neither", ("a",)),
    ({"a": UNKNOWN}, "sets a, which is write-only", ("a",)),
    ({"rows": [{"c": "x"}, {"b": "x"}]}, "sets rows[1].b, which is write-only", ("rows", 1, "b")),
    (
        {"a": "x", "one": {"d": "x"}, "many": {"k": {"e": "x"}}},
        'sets a, one.d, many["k"].e, which are write-only: Terraform may keep their values neither',
        ("a",),
    ),
]


@pytest.mark.parametrize(("values", "said", "path"), NEEDS, ids=[case[1][:20] for case in NEEDS])
def test_a_host_that_is_too_old_for_write_only_values_gets_one_error(
    values: dict[str, Any], said: str, path: Path
) -> None:
    given = config(WRITE_ONLY, values)

    (found,) = host_problems(WRITE_ONLY, given, False)

    assert found.severity is Severity.ERROR
    assert found.summary == "Terraform 1.11 or later is needed"
    assert said in found.detail
    assert found.path == path
    assert list(host_problems(WRITE_ONLY, given, True)) == []


@pytest.mark.parametrize(
    "values", [{}, {"rows": UNKNOWN}, {"rows": [{"c": "x"}, None], "one": {}, "many": None}], ids=repr
)
def test_any_host_will_do_where_no_write_only_value_is_set(values: dict[str, Any]) -> None:
    assert list(host_problems(WRITE_ONLY, config(WRITE_ONLY, values), False)) == []


# Every kind of attribute, and everything in it secret.
_DEEP = {"a": optional(string(equals("-")), "A."), "b": optional(boolean(), "B.")}
SECRETS = schema(
    same("text", "other"),
    text=optional(string(equals("-")), "T.", sensitive=True),
    other=optional(string(), "O.", write_only=True),
    words=optional(list_of(string(equals("-")), size(9)), "W.", sensitive=True),
    set=optional(set_of(string(equals("-")), alone("A")), "S.", sensitive=True),
    map=optional(map_of(string(equals("-")), size(9)), "M.", sensitive=True),
    object=optional(Kind(object_of({"a": STRING}).type, (equals(None),)), "O.", sensitive=True),
    one=optional(single(_DEEP, same("a", "b")), "One.", sensitive=True),
    rows=optional(nested_list(_DEEP, rules=(size(9),)), "R.", sensitive=True),
    bag=optional(nested_set({"a": optional(string(equals("-")), "A.", sensitive=True)}, rules=(size(9),)), "B."),
)


def _marked(value: Any) -> Any:
    """Return `value` with a mark in each text and key."""
    match value:
        case dict() if set(value) <= {"a", "b"}:
            return {name: _marked(part) for name, part in value.items()}
        case dict():
            return {f"hush{name}": _marked(part) for name, part in value.items()}
        case tuple():
            return tuple(map(_marked, value))
        case str():
            return f"hush{value}"
    return value


@FEW
@given(st.fixed_dictionaries({name: values(a.kind.type) for name, a in SECRETS.attributes.items()}))
def test_no_secret_is_ever_shown(made: dict[str, Any]) -> None:
    given_values = {name: _marked(part) for name, part in made.items()}
    found = list(validate(SECRETS, config(SECRETS, given_values)))

    assert "hush" not in repr(found)
    # A text that is marked breaks a rule.
    assert found or not isinstance(given_values["text"], str)


def test_of_a_schema_only_what_stands_in_the_value_is_looked_at() -> None:
    class Deep(dict[str, Attribute]):
        """The attributes of a recursive type, which count how often they are gone through."""

        walked = 0

        def items(self) -> Any:
            Deep.walked += 1
            return super().items()

    inner = Deep({"name": word()})
    for _ in range(20):
        inner = Deep({"name": word(), **{f"child{n}": optional(nested_list(inner), "C.") for n in range(5)}})
    declared = Schema(inner, "About.")

    assert list(validate(declared, {"child0": ({"name": "a", "child3": ({"name": "b"},)},)})) == []
    assert Deep.walked == 3
    Deep.walked = 0
    assert list(host_problems(declared, {"child0": ({"name": "a", "child3": ({"name": "b"},)},)}, False)) == []
    assert Deep.walked == 3
