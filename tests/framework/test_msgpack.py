"""The MessagePack form of values: what cty writes is read, what is written reads back, nothing else gets through."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgpack as library
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provider.framework.msgpack import MalformedValue, decode, encode
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple, Type, list_of, map_of, set_of
from provider.framework.values import UNKNOWN
from tests.framework.strategies import MANY, TYPES, exact, typed_values

PERSON = Object({"name": STRING, "age": NUMBER})
UNKNOWN_BYTES = b"\xd4\x00\x00"

# Bytes as cty writes them, the type that they are read as, the value.
READ: list[tuple[bytes, Type, Any]] = [
    (b"\xc0", STRING, None),
    (b"\xa0", STRING, ""),
    (b"\xa2hi", STRING, "hi"),
    (b"\xa3\xe2\x82\xac", STRING, "€"),
    (b"\xc2", BOOL, False),
    (b"\xc3", BOOL, True),
    (b"\x00", NUMBER, 0),
    (b"\xff", NUMBER, -1),
    (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", NUMBER, 2**64 - 1),
    (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", NUMBER, -(2**63)),
    (b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", NUMBER, Decimal("1.5")),
    (b"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", NUMBER, 1),
    (b"\xcb\x7f\xef\xff\xff\xff\xff\xff\xff", NUMBER, int(1.7976931348623157e308)),
    (b"\xb418446744073709551616", NUMBER, 2**64),
    (b"\xa30.1", NUMBER, Decimal("0.1")),
    (b"\xa6-2.500", NUMBER, Decimal("-2.500")),
    (b"\xa45e30", NUMBER, 5 * 10**30),
    (b"\xa81e-99999", NUMBER, Decimal("1e-99999")),
    (b"\x90", list_of(STRING), ()),
    (b"\x92\xa1a\xc0", list_of(STRING), ("a", None)),
    (b"\x92\x01\x02", set_of(NUMBER), (1, 2)),
    (b"\x81\xa1k\xc3", map_of(BOOL), {"k": True}),
    (b"\x92\xa1a\x05", Tuple((STRING, NUMBER)), ("a", 5)),
    (b"\x82\xa4name\xa1x\xa3age\x07", PERSON, {"name": "x", "age": 7}),
    (b"\x81\xa4name\xa1x", PERSON, {"name": "x", "age": None}),
    (b"\x80", PERSON, {"name": None, "age": None}),
    (UNKNOWN_BYTES, STRING, UNKNOWN),
    (UNKNOWN_BYTES, PERSON, UNKNOWN),
    # A refined unknown: "not null, begins with x".
    (b"\xc7\x06\x0c\x82\x01\xc2\x02\xa1x", STRING, UNKNOWN),
    (b"\x81\xa3age" + UNKNOWN_BYTES, PERSON, {"name": None, "age": UNKNOWN}),
    (b"\x92" + UNKNOWN_BYTES + b"\xa1a", list_of(STRING), (UNKNOWN, "a")),
]


@pytest.mark.parametrize(("data", "type_", "value"), READ)
def test_read(data: bytes, type_: Type, value: Any) -> None:
    assert exact(decode(data, type_)) == exact(value)


# What is written is what cty itself would write: a test of another implementation cannot be had here.
WRITTEN: list[tuple[Any, Type, bytes]] = [
    (None, PERSON, b"\xc0"),
    (UNKNOWN, STRING, UNKNOWN_BYTES),
    ("hi", STRING, b"\xa2hi"),
    (True, BOOL, b"\xc3"),
    (7, NUMBER, b"\x07"),
    (2**63 - 1, NUMBER, b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"),
    (2**63, NUMBER, b"\xb39223372036854775808"),
    (-(2**63) - 1, NUMBER, b"\xb4-9223372036854775809"),
    (Decimal("1.5"), NUMBER, b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"),
    (Decimal("0.1"), NUMBER, b"\xa30.1"),
    (("a", None), list_of(STRING), b"\x92\xa1a\xc0"),
    ({"k": True}, map_of(BOOL), b"\x81\xa1k\xc3"),
    (("a", 5), Tuple((STRING, NUMBER)), b"\x92\xa1a\x05"),
    # Every attribute is written, in the order of the type.
    ({"age": 7}, PERSON, b"\x82\xa4name\xc0\xa3age\x07"),
]


@pytest.mark.parametrize(("value", "type_", "data"), WRITTEN)
def test_written(value: Any, type_: Type, data: bytes) -> None:
    assert encode(value, type_) == data


@MANY
@given(typed_values())
@example((NUMBER, 10**3999))
@example((NUMBER, Decimal("1e-999999999")))
@example((NUMBER, Decimal("123456789012345678901234567890.5")))
def test_what_is_written_reads_back(case: tuple[Type, Any]) -> None:
    type_, value = case

    assert exact(decode(encode(value, type_), type_)) == exact(value)


MALFORMED: list[tuple[str, bytes, Type]] = [
    ("nothing", b"", STRING),
    ("cut off", b"\xa5hi", STRING),
    ("more than one value", b"\xa1a\xa1b", STRING),
    ("a reserved byte", b"\xc1", STRING),
    ("text that is no UTF-8", b"\xa1\xff", STRING),
    ("bytes for a text", b"\xc4\x01a", STRING),
    ("a number for a text", b"\x01", STRING),
    ("a text for a truth value", b"\xa4true", BOOL),
    ("a number for a truth value", b"\x01", BOOL),
    ("a truth value for a number", b"\xc3", NUMBER),
    ("a word for a number", b"\xa3one", NUMBER),
    ("an empty text for a number", b"\xa0", NUMBER),
    ("not a number", b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", NUMBER),
    ("infinity", b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", NUMBER),
    ("infinity as text", b"\xa8Infinity", NUMBER),
    ("not a number as text", b"\xa3NaN", NUMBER),
    ("a signalling not a number as text", b"\xa4sNaN", NUMBER),
    ("a number that fills the memory", b"\xab1e999999999", NUMBER),
    ("an exponent without bound", b"\xb71e999999999999999999999", NUMBER),
    ("a number of 5000 digits", library.packb("9" * 5000), NUMBER),
    ("a timestamp", b"\xd6\xff\x00\x00\x00\x00", NUMBER),
    ("a map for a list", b"\x80", list_of(STRING)),
    ("a list for a map", b"\x90", map_of(STRING)),
    ("a wrong element", b"\x92\xa1a\x01", list_of(STRING)),
    ("a wrong value in a map", b"\x81\xa1a\x01", map_of(STRING)),
    ("a key that is bytes", b"\x81\xc4\x01a\xa1b", map_of(STRING)),
    ("a key that is a number", b"\x81\x01\xa1b", map_of(STRING)),
    ("a tuple that is too short", b"\x91\xa1a", Tuple((STRING, STRING))),
    ("a tuple that is too long", b"\x92\xa1a\xa1b", Tuple((STRING,))),
    ("an unknown attribute", b"\x81\xa3foo\xa1b", PERSON),
    ("an attribute that is bytes", b"\x81\xc4\x04name\xa1b", PERSON),
    ("a list for an object", b"\x90", PERSON),
    ("a length of four billion", b"\xdd\xff\xff\xff\xff", list_of(STRING)),
    ("a map of four billion", b"\xdf\xff\xff\xff\xff", map_of(STRING)),
    ("an extension of four billion", b"\xc9\xff\xff\xff\xff\x00", STRING),
    ("lists in lists", b"\x91" * 100_000, list_of(STRING)),
    ("maps in maps", b"\x81\xa1a" * 100_000, map_of(STRING)),
    ("a dynamic value", b"\x92\xc4\x08\x22string\x22\xa1a", DYNAMIC),
]


@pytest.mark.parametrize(("data", "type_"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_malformed(data: bytes, type_: Type) -> None:
    with pytest.raises(MalformedValue, match=r"[a-z]"):
        decode(data, type_)


def test_malformed_always_says_why() -> None:
    with pytest.raises(MalformedValue, match=r"^not a MessagePack value: \w"):
        decode(b"\x91" * 100_000, STRING)
    with pytest.raises(MalformedValue, match=r"^unexpected attributes: foo$"):
        decode(b"\x81\xa3foo\xa1b", PERSON)
    with pytest.raises(MalformedValue, match=r"^expected \['list', 'string'\], found str$"):
        decode(b"\xa1b", list_of(STRING))


@MANY
@given(st.binary(max_size=60), TYPES)
def test_bytes_are_a_value_or_malformed(data: bytes, type_: Type) -> None:
    try:
        value = decode(data, type_)
    except MalformedValue:
        return
    assert exact(decode(encode(value, type_), type_)) == exact(value)


@MANY
@given(typed_values(), TYPES, st.integers(0, 200), st.integers(0, 255))
def test_spoilt_bytes_are_a_value_or_malformed(case: tuple[Type, Any], other: Type, at: int, byte: int) -> None:
    """Nearly right bytes get further than noise does."""
    type_, value = case
    spoilt = bytearray(encode(value, type_))
    spoilt[at % len(spoilt)] = byte
    for read_as in (type_, other):
        try:
            decode(bytes(spoilt), read_as)
        except MalformedValue:
            continue


WRONG_VALUES: list[tuple[Any, Type]] = [
    (1, STRING),
    ("true", BOOL),
    (1, BOOL),
    (True, NUMBER),
    (1.5, NUMBER),
    ("1", NUMBER),
    (["a"], list_of(STRING)),
    ({"a"}, set_of(STRING)),
    (("a", 1), list_of(STRING)),
    ((), map_of(STRING)),
    ({1: "a"}, map_of(STRING)),
    (("a",), Tuple((STRING, STRING))),
    ({"nom": "a"}, PERSON),
    ({"name": 5}, PERSON),
    ("a\udcff", STRING),
    ({"k\udcff": "a"}, map_of(STRING)),
    ("a", DYNAMIC),
]


@pytest.mark.parametrize(("value", "type_"), WRONG_VALUES)
def test_what_is_no_value_of_the_type_is_not_written(value: Any, type_: Type) -> None:
    with pytest.raises(MalformedValue):
        encode(value, type_)


def test_deep_nesting_within_reason() -> None:
    type_: Type = STRING
    value: Any = "x"
    for _ in range(100):
        type_, value = list_of(type_), (value,)

    assert decode(encode(value, type_), type_) == value
