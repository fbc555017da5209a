"""The JSON form of values, in which states keep them: both ways, without loss, and nothing else gets through."""

from __future__ import annotations

import json as library
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provider.framework import json
from provider.framework.json import decode, encode
from provider.framework.normal import MalformedValue
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple, Type, list_of, map_of, set_of
from provider.framework.values import UNKNOWN, Dynamic, is_known
from tests.framework.exact import exact
from tests.framework.strategies import MANY, TYPES, typed_values

PERSON = Object({"age": NUMBER, "name": STRING})

# Text, type and value; the text is as cty 1.19.0 writes it, and as this does.
CTY: list[tuple[str, Type, Any]] = [
    ("null", STRING, None),
    ('"a"', STRING, "a"),
    ("true", BOOL, True),
    ("false", BOOL, False),
    ("0", NUMBER, 0),
    ("-9223372036854775809", NUMBER, -(2**63) - 1),
    ("340282346638528859811704183484516925440", NUMBER, 340282346638528859811704183484516925440),
    ("1.5", NUMBER, Decimal("1.5")),
    ("0.1", NUMBER, Decimal("0.1")),
    ("0.30000000000000004", NUMBER, Decimal("0.30000000000000004")),
    ("123456789012345678901234567890.5", NUMBER, Decimal("123456789012345678901234567890.5")),
    ("[]", list_of(STRING), ()),
    ('["a",null]', list_of(STRING), ("a", None)),
    ('["a","b"]', set_of(STRING), ("a", "b")),
    ('[{"a":1},{"a":2}]', set_of(Object({"a": NUMBER})), ({"a": 1}, {"a": 2})),
    ('{"a":false,"b":true}', map_of(BOOL), {"a": False, "b": True}),
    ('["a",5]', Tuple((STRING, NUMBER)), ("a", 5)),
    ('{"age":7,"name":"x"}', Object({"age": NUMBER, "name": STRING}), {"age": 7, "name": "x"}),
    ('{"value":"a","type":"string"}', DYNAMIC, Dynamic(STRING, "a")),
    ('{"value":null,"type":"string"}', DYNAMIC, Dynamic(STRING, None)),
    (
        '{"value":{"a":true,"b":[1]},"type":["object",{"a":"bool","b":["list","number"]}]}',
        DYNAMIC,
        Dynamic(Object({"a": BOOL, "b": list_of(NUMBER)}), {"a": True, "b": (1,)}),
    ),
    ('[{"value":"a","type":"string"}]', list_of(DYNAMIC), (Dynamic(STRING, "a"),)),
]


@pytest.mark.parametrize(("text", "type_", "value"), CTY)
def test_cty_and_this_write_and_read_the_same(text: str, type_: Type, value: Any) -> None:
    assert exact(decode(text, type_)) == exact(decode(text.encode(), type_)) == exact(value)
    assert encode(value) == text


READ: list[tuple[str, Type, Any]] = [
    (' "a" ', STRING, "a"),
    (r'"\u003ca\u003e\u0026\u2028 \u0000\t\"\\"', STRING, '<a>&\u2028 \0\t"\\'),
    ('"€"', STRING, "€"),
    (r'"\ud83d\ude00"', STRING, "😀"),
    ("1.0", NUMBER, 1),
    ("1e3", NUMBER, 1000),
    ("-0", NUMBER, 0),
    ("0.0000001", NUMBER, Decimal("1E-7")),
    ("1E-7", NUMBER, Decimal("1E-7")),
    # A number may be a text: so Terraform wrote them once.
    ('"18446744073709551616"', NUMBER, 2**64),
    ('["b","a","b",null]', set_of(STRING), ("a", "b", None)),
    ('{"b":true,"a":false,"b":false}', map_of(BOOL), {"a": False, "b": False}),
    ('{"age":7}', PERSON, {"age": 7, "name": None}),
    ("{}", PERSON, {"age": None, "name": None}),
    ('{"type":"string","value":"a"}', DYNAMIC, Dynamic(STRING, "a")),
]


@pytest.mark.parametrize(("text", "type_", "value"), READ)
def test_read(text: str, type_: Type, value: Any) -> None:
    assert exact(decode(text, type_)) == exact(value)


@MANY
@given(typed_values())
@example((NUMBER, 10**3999))
@example((NUMBER, Decimal("1e-3999")))
@example((STRING, "\ud800"))
def test_what_is_written_reads_back(case: tuple[Type, Any]) -> None:
    type_, value = case
    if not is_known(value):
        with pytest.raises(MalformedValue, match=r"^a value that is not known yet cannot be written as JSON$"):
            encode(value)
        return
    text = encode(value)
    assert text.isascii()
    assert exact(decode(text, type_)) == exact(value)


MALFORMED: list[tuple[str, str | bytes, Type]] = [
    ("nothing", "", STRING),
    ("white space", " \n", STRING),
    ("cut off", '"a', STRING),
    ("more than one value", '"a" "b"', STRING),
    ("a word", "nil", STRING),
    ("bytes that are no UTF-8", b'"\xff"', STRING),
    ("zeros", b"\0" * 8, STRING),
    ("a line break in a text", '"a\n"', STRING),
    ("a number for a text", "1", STRING),
    ("a text for a truth value", '"true"', BOOL),
    ("a truth value for a number", "true", NUMBER),
    ("a word for a number", '"one"', NUMBER),
    ("not a number", "NaN", NUMBER),
    ("infinity", "Infinity", NUMBER),
    ("less than everything", "-Infinity", NUMBER),
    ("infinity as text", '"Infinity"', NUMBER),
    ("a number that fills the memory", "1e999999999", NUMBER),
    ("a tiny number", "1e-999999999", NUMBER),
    ("an exponent without bound", "1e999999999999999999999", NUMBER),
    ("a number of 5000 digits", "9" * 5000, NUMBER),
    ("a fraction of 5000 digits", "0." + "9" * 5000, NUMBER),
    ("a number of many digits", "9" * 10_000_000, NUMBER),
    ("a number of many digits where a text should be", "9" * 10_000_000, STRING),
    ("an object for a list", "{}", list_of(STRING)),
    ("a list for a map", "[]", map_of(STRING)),
    ("a list for an object", "[]", PERSON),
    ("a wrong element", '["a",1]', list_of(STRING)),
    ("a wrong value in a map", '{"a":1}', map_of(STRING)),
    ("a tuple that is too short", '["a"]', Tuple((STRING, STRING))),
    ("a tuple that is too long", '["a","b"]', Tuple((STRING,))),
    ("an unknown attribute", '{"foo":"b"}', PERSON),
    ("lists in lists", "[" * 100_000, list_of(STRING)),
    ("objects in objects", '{"a":' * 100_000, map_of(STRING)),
    ("lists in lists that are closed", "[" * 100_000 + "]" * 100_000, list_of(STRING)),
    ("a dynamic value without a type", '"a"', DYNAMIC),
    ("a dynamic value that is a list", '["string","a"]', DYNAMIC),
    ("a dynamic value with a type only", '{"type":"string"}', DYNAMIC),
    ("a dynamic value with a value only", '{"value":"a"}', DYNAMIC),
    ("a dynamic value with more", '{"type":"string","value":"a","x":1}', DYNAMIC),
    ("a dynamic value whose type is none", '{"type":"str","value":"a"}', DYNAMIC),
    ("a dynamic value of another type", '{"type":"number","value":"a"}', DYNAMIC),
    (
        "a dynamic value whose type is deep lists",
        f'{{"type":{"[" * 400 + "]" * 400},"value":"a"}}',
        DYNAMIC,
    ),
    ("dynamic values in dynamic values", '{"type":"dynamic","value":' * 990 + "null" + "}" * 990, DYNAMIC),
]


@pytest.mark.parametrize(("text", "type_"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_malformed(text: str | bytes, type_: Type) -> None:
    with pytest.raises(MalformedValue, match=r"[a-z]"):
        decode(text, type_)


REASONS: list[tuple[str, Type, str]] = [
    ("nil", STRING, "not JSON: Expecting value: line 1 column 1 (char 0)"),
    ("NaN", STRING, "a number is not finite, or too long"),
    ("[1]", list_of(STRING), "[0]: expected string, found int"),
    ('{"age":7,"nom":"x"}', PERSON, "unexpected attributes: nom"),
    ('{"k":{"age":true}}', map_of(PERSON), '["k"].age: expected number, found bool'),
    ('{"type":"str","value":"a"}', DYNAMIC, "a dynamic value whose type cannot be read: no type: 'str'"),
]


@pytest.mark.parametrize(("text", "type_", "reason"), REASONS)
def test_malformed_says_why_and_where(text: str, type_: Type, reason: str) -> None:
    with pytest.raises(MalformedValue) as caught:
        decode(text, type_)
    assert str(caught.value) == reason


JSON_TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(["type", "value", "a"]), st.text(max_size=3)), inner, max_size=3),
    ),
    max_leaves=8,
)


@MANY
@given(JSON_TREES.map(library.dumps), TYPES)
def test_json_is_a_value_or_malformed(text: str, type_: Type) -> None:
    try:
        value = decode(text, type_)
    except MalformedValue:
        return
    assert exact(decode(encode(value), type_)) == exact(value)


@MANY
@given(st.binary(max_size=60), TYPES)
def test_bytes_are_a_value_or_malformed(data: bytes, type_: Type) -> None:
    try:
        decode(data, type_)
    except MalformedValue:
        return


@MANY
@given(typed_values(special=False), TYPES, st.integers(0, 200), st.integers(0, 127))
def test_spoilt_text_is_a_value_or_malformed(case: tuple[Type, Any], other: Type, at: int, byte: int) -> None:
    type_, value = case
    spoilt = bytearray(encode(value).encode())
    spoilt[at % len(spoilt)] = byte
    for read_as in (type_, other):
        try:
            decode(bytes(spoilt), read_as)
        except MalformedValue:
            continue


@MANY
@given(JSON_TREES)
def test_what_was_parsed_is_written_as_it_was(tree: Any) -> None:
    """A state that is upgraded passes through here without a type."""
    parsed = json.parse(library.dumps(tree))

    assert json.parse(encode(parsed)) == parsed
    assert _exactly(encode(parsed)) == _exactly(library.dumps(tree))


def _exactly(text: str) -> Any:
    return library.loads(text, parse_int=Decimal, parse_float=Decimal)


def test_what_is_too_deep_is_not_written() -> None:
    value: Any = None
    for _ in range(5_000):
        value = (value,)
    with pytest.raises(MalformedValue, match=r"^a value with too many levels$"):
        encode(value)


@pytest.mark.parametrize("value", [UNKNOWN, {"a": (UNKNOWN,)}, {"a"}, b"a", Dynamic(STRING, UNKNOWN)])
def test_what_cannot_be_written(value: Any) -> None:
    with pytest.raises(MalformedValue):
        encode(value)
