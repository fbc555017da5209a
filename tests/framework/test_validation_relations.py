"""Relations in a configuration: they hold in each object, and each error stands where it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from provider.framework.conditions import when
from provider.framework.diagnostics import Severity
from provider.framework.paths import Key, Path
from provider.framework.relations import Broken, Object, at_most_one_of, exactly_one_of, relation, same, together
from provider.framework.schema import (
    Nested,
    Nesting,
    block,
    list_of,
    map_of,
    nested_list,
    nested_set,
    optional,
    single,
    string,
)
from provider.framework.validation import validate
from provider.framework.values import UNKNOWN
from tests.framework.validated import (
    ROWS,
    SECRET,
    WORD,
    config,
    schema,
    word,
)

# The object `x`, its relations, its value; path below x, summary and detail of the one error.
INSIDE = {"a": word(), "b": optional(string(), "B."), "s": optional(string(), "S.", sensitive=True)}
RELATED: list[tuple[Any, Any, Any, Path, str, str]] = [
    (
        Nesting.SINGLE,
        at_most_one_of("a", "b"),
        {"a": "a", "b": "b"},
        ("b",),
        "Invalid value for x.b",
        "It conflicts with a: only one of them may be set.",
    ),
    (
        Nesting.LIST,
        together("a", "b"),
        [{}, {"a": "a"}],
        (1, "b"),
        "Missing value for x[1].b",
        "It must be set together with a.",
    ),
    (
        Nesting.MAP,
        exactly_one_of("a", "b"),
        {"k": {"a": "a"}, "l": {}},
        (Key("l"),),
        'Invalid value for x["l"]',
        "It must set exactly one of a and b.",
    ),
    (
        Nesting.SET,
        when("a").equals("on").then("b").is_one_of("x", "y"),
        [{"a": "on", "b": "z"}, {"a": "on", "b": "x"}],
        (),
        "Invalid value for x[*].b",
        'It must be one of x, y where a is "on". Found: "z".',
    ),
    (
        Nesting.SINGLE,
        same("a", "s"),
        {"a": "a", "s": "b"},
        ("s",),
        "Invalid value for x.s",
        f"It must be the same as a. Found: {SECRET}.",
    ),
]


@pytest.mark.parametrize(
    ("nesting", "rule", "value", "path", "summary", "detail"), RELATED, ids=[repr(case[1]) for case in RELATED]
)
def test_relations_hold_in_each_object(
    nesting: Nesting, rule: Any, value: Any, path: Path, summary: str, detail: str
) -> None:
    declared = schema(x=optional(Nested(nesting, INSIDE, (rule,)), "Nested."))

    (found,) = validate(declared, config(declared, {"x": value}))

    assert (found.severity, found.path) == (Severity.ERROR, ("x", *path))
    assert (found.summary, found.detail) == (summary, detail)


def test_a_relation_of_the_whole_stands_nowhere() -> None:
    declared = schema(exactly_one_of("a", "b"), a=word(), b=word())

    (found,) = validate(declared, config(declared, {}))

    assert (found.summary, found.detail, found.path) == (
        "Invalid configuration",
        "It must set exactly one of a and b.",
        None,
    )


def test_a_dotted_name_leads_into_what_is_nested_once() -> None:
    declared = schema(
        when("mode").equals("on").then("settings.level").is_required(),
        mode=word(),
        settings=optional(single({"level": word()}), "Settings."),
    )

    for settings in (None, {"level": None}):
        (found,) = validate(declared, config(declared, {"mode": "on", "settings": settings}))
        assert (found.summary, found.path) == ("Missing value for settings.level", ("settings", "level"))
    assert list(validate(declared, config(declared, {"mode": "on", "settings": UNKNOWN}))) == []


def test_no_block_is_none_to_a_relation() -> None:
    inner = {"rows": block(nested_list(ROWS), "Rows.")}
    declared = schema(
        exactly_one_of("rows", "name", "one.rows"),
        rows=block(nested_list(ROWS), "Rows."),
        name=word(),
        one=block(single(inner), "One."),
        list=optional(list_of(string()), "A list."),
    )
    empty = {"rows": [], "one": {"rows": []}}

    assert list(validate(declared, config(declared, {**empty, "name": "a"}))) == []
    assert list(validate(declared, config(declared, {**empty, "rows": [{}]}))) == []
    assert [d.summary for d in validate(declared, config(declared, empty))] == ["Invalid configuration"]
    assert [d.path for d in validate(declared, config(declared, {**empty, "rows": [{}], "name": "a"}))] == [("name",)]


def _third(value: Object) -> Iterator[Broken]:
    yield Broken(("rows", 1, "kind"), "must be a here", shown=True)
    yield Broken(("tags", Key("k")), "must be told", shown=True)
    yield Broken(("words", 0), "must come later", shown=True)
    yield Broken(("set", 1, "kind"), "must be another", shown=True)
    yield Broken(("rows", 0), "must not come first", shown=True)
    yield Broken(("rows", 5), "must be there", shown=True)


def test_a_relation_of_a_type_itself_can_point_into_collections() -> None:
    declared = schema(
        relation("they must fit", _third, "rows"),
        rows=optional(nested_list(ROWS), "Rows."),
        set=optional(nested_set(ROWS), "A set."),
        tags=optional(map_of(string()), "Tags."),
        words=optional(list_of(WORD), "Words.", sensitive=True),
    )
    values = {
        "rows": [{}, {"kind": "b"}],
        "tags": {"k": "v"},
        "words": ["a"],
        "set": [{"kind": "a"}, {"kind": "b"}],
    }

    assert [(d.path, d.summary, d.detail) for d in validate(declared, config(declared, values))] == [
        (("rows", 1, "kind"), "Invalid value for rows[1].kind", 'It must be a here. Found: "b".'),
        (("tags", Key("k")), 'Invalid value for tags["k"]', 'It must be told. Found: "v".'),
        (("words", 0), "Invalid value for words[0]", f"It must come later. Found: {SECRET}."),
        (("set",), "Invalid value for set[*].kind", 'It must be another. Found: "b".'),
        # Objects are not shown: they may have attributes that are secret.
        (("rows", 0), "Invalid value for rows[0]", "It must not come first."),
        (("rows", 5), "Missing value for rows[5]", "It must be there."),
    ]
