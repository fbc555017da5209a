"""Stored states: of the version of today they stay as they are, older ones go step by step."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework.diagnostics import Failure, Severity
from provider.framework.json import encode, parse
from provider.framework.state import Stored, Upgrade, Upgraded, upgrade
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple, list_of, map_of, set_of
from tests.framework.strategies import MANY, typed_values

NAME = "test_person"
PERSON = Object({"name": STRING, "age": NUMBER})
TYPE = Object(
    {
        "id": STRING,
        "size": NUMBER,
        "person": PERSON,
        "people": list_of(PERSON),
        "set": set_of(PERSON),
        "tags": map_of(STRING),
        "by_name": map_of(PERSON),
        "pair": Tuple((STRING, PERSON)),
        "any": DYNAMIC,
    }
)


def never() -> Mapping[int, Upgrade]:
    raise AssertionError("the type's module was asked for its steps")


UNTOUCHED: list[bytes] = [
    b"{}",
    b'{"id":"a","size":5}',
    # Form and order are as they were, whatever they were.
    b'{ "size" : 5.0,\n "id": "\\u0061", "people" : [ ] }',
    b'{"size":340282346638528859811704183484516925440.5}',
    b'{"set":[{"name":"b"},{"name":"a"},{"name":"b"}]}',
    b'{"any":{"type":["object",{"x":"bool"}],"value":{"x":true}},"id":null}',
    b'{"pair":["a",{"name":"b","age":null}]}',
]


@pytest.mark.parametrize("data", UNTOUCHED)
def test_a_state_of_today_is_answered_with_its_own_bytes(data: bytes) -> None:
    found = upgrade(NAME, Stored(4, TYPE), 4, data, never)

    assert found == Upgraded(data)
    assert found.state is data


DROPPED: list[tuple[bytes, Any, str]] = [
    (b'{"id":"a","old":1}', {"id": "a"}, "old"),
    (b'{"old":{"very":[1]},"older":null}', {}, "old, older"),
    (b'{"person":{"name":"a","nick":"b"}}', {"person": {"name": "a"}}, "person.nick"),
    (b'{"people":[{"x":1},{"name":"b","x":2}]}', {"people": [{}, {"name": "b"}]}, "people[0].x, people[1].x"),
    (b'{"set":[{"x":1}]}', {"set": [{}]}, "set[0].x"),
    (b'{"by_name":{"a b":{"x":1}}}', {"by_name": {"a b": {}}}, 'by_name["a b"].x'),
    (b'{"pair":["a",{"x":1}]}', {"pair": ["a", {}]}, "pair[1].x"),
    (b'{"size":1E-7,"old":1}', {"size": Decimal("1E-7")}, "old"),
    # A map has any keys.
    (b'{"tags":{"x":"y"},"old":1}', {"tags": {"x": "y"}}, "old"),
    (b'{"id":"\\ud800\xe2\x82\xac","old":1}', {"id": "\ud800€"}, "old"),
]


@pytest.mark.parametrize(("data", "kept", "names"), DROPPED)
def test_attributes_that_no_longer_exist_are_dropped_with_a_warning(data: bytes, kept: Any, names: str) -> None:
    found = upgrade(NAME, Stored(0, TYPE), 0, data, never)

    assert parse(found.state) == kept
    (diagnostic,) = found.diagnostics
    assert diagnostic.severity is Severity.WARNING
    assert diagnostic.summary == "Attributes of test_person that no longer exist"
    assert f"The state has {names}, which" in diagnostic.detail


def _renamed(old: str, new: str) -> Upgrade:
    def step(state: dict[str, Any]) -> dict[str, Any]:
        state[new] = state.pop(old)
        return state

    return step


STEPS: dict[int, Upgrade] = {
    1: _renamed("a", "b"),
    2: _renamed("b", "id"),
    3: lambda state: {**state, "size": state["size"] * 2, "rate": 0.5},
}


@pytest.mark.parametrize(
    ("version", "data", "kept"),
    [
        (1, b'{"a":"x","size":2}', {"id": "x", "size": 4, "rate": Decimal("0.5")}),
        (2, b'{"b":"x","size":2}', {"id": "x", "size": 4, "rate": Decimal("0.5")}),
        (3, b'{"id":"x","size":1267650600228229401496703205376}', {"id": "x", "size": 2**101, "rate": Decimal("0.5")}),
        (3, b'{"id":"x","size":0.1}', {"id": "x", "size": Decimal("0.2"), "rate": Decimal("0.5")}),
    ],
)
def test_an_older_state_goes_step_by_step(version: int, data: bytes, kept: Any) -> None:
    found = upgrade(
        NAME, Stored(4, Object({"id": STRING, "size": NUMBER, "rate": NUMBER})), version, data, lambda: STEPS
    )

    assert parse(found.state) == kept
    assert found.diagnostics == ()


def test_what_a_step_leaves_over_is_dropped_with_a_warning_too() -> None:
    found = upgrade(NAME, Stored(1, TYPE), 0, b'{"id":"x"}', lambda: {0: lambda state: {**state, "old": 1}})

    assert found.state == b'{"id":"x"}'
    assert len(found.diagnostics) == 1


REFUSED: list[tuple[str, int, bytes, Mapping[int, Upgrade], str, str]] = [
    ("newer", 5, b"{}", {}, "is from a newer version of the provider", "It has schema version 5, this provider knows"),
    ("no step", 2, b"{}", {3: dict}, "is too old", "has no step from version 2"),
    ("a later step is missing", 2, b"{}", {2: dict}, "is too old", "has no step from version 3"),
    ("a version below all", -(2**63), b"{}", {}, "is too old", "has no step from version -"),
    ("nothing", 4, b"", {}, "Unreadable state of test_person", "It is not JSON: "),
    ("cut off", 4, b'{"id":', {}, "Unreadable state of test_person", "It is not JSON: "),
    ("no JSON", 4, b"\xff\xfe\xfd", {}, "Unreadable state of test_person", "It is not JSON: "),
    ("too deep", 4, b"[" * 100_000, {}, "Unreadable state of test_person", "It is not JSON: "),
    ("a long number", 4, b'{"size":1e999999999}', {}, "Unreadable state", "It is a number is not finite, or too long."),
    ("null", 4, b"null", {}, "Unreadable state of test_person", "It is no JSON object."),
    ("a list", 4, b"[]", {}, "Unreadable state of test_person", "It is no JSON object."),
    ("a list of an older version", 3, b"[]", {3: dict}, "Unreadable state of test_person", "It is no JSON object."),
    (
        "another type",
        4,
        b'{"id":{}}',
        {},
        "does not fit its schema",
        "id: expected string, found dict (schema version 4)",
    ),
    ("inside", 4, b'{"people":[{"age":true}]}', {}, "does not fit", "people[0].age: expected number, found bool"),
    (
        "a step's mistake",
        3,
        b"{}",
        {3: lambda _: {"id": 5}},
        "does not fit its schema",
        "id: expected string, found int",
    ),
    ("a step's nonsense", 3, b"{}", {3: lambda _: {"any": object()}}, "does not fit", "any: a dynamic value without"),
]


@pytest.mark.parametrize(
    ("version", "data", "steps", "summary", "detail"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused(version: int, data: bytes, steps: Mapping[int, Upgrade], summary: str, detail: str) -> None:
    with pytest.raises(Failure) as caught:
        upgrade(NAME, Stored(4, TYPE), version, data, lambda: steps)

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.severity is Severity.ERROR
    assert summary in diagnostic.summary
    assert "test_person" in diagnostic.summary
    assert detail in diagnostic.detail


@MANY
@given(typed_values(special=False))
def test_any_state_of_its_type_stays_as_it_is(case: tuple[Any, Any]) -> None:
    type_, value = case
    data = encode({"value": value}).encode()

    assert upgrade(NAME, Stored(0, Object({"value": type_})), 0, data, never) == Upgraded(data)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([*TYPE.attributes, *PERSON.attributes, "type", "value", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@MANY
@given(st.dictionaries(st.sampled_from([*TYPE.attributes, "x"]), JSON, max_size=4), st.integers(0, 1))
def test_any_json_is_a_state_or_refused(raw: dict[str, Any], version: int) -> None:
    try:
        found = upgrade(NAME, Stored(1, TYPE), version, encode(raw).encode(), lambda: {0: lambda state: state})
    except Failure:
        return
    # What was let through once, fits.
    assert upgrade(NAME, Stored(1, TYPE), 1, found.state, never) == Upgraded(found.state)


def test_a_truth_value_is_no_number_and_no_text() -> None:
    for type_ in (NUMBER, STRING):
        with pytest.raises(Failure):
            upgrade(NAME, Stored(0, Object({"x": type_})), 0, b'{"x":true}', never)
    assert upgrade(NAME, Stored(0, Object({"x": BOOL})), 0, b'{"x":true}', never).diagnostics == ()
