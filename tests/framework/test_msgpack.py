"""The MessagePack form of values: what cty writes is read, what is written reads back, nothing else gets through."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import Any

import msgpack as library
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provider.framework.msgpack import MalformedValue, decode, encode
from provider.framework.types import BOOL, DYNAMIC, NUMBER, STRING, Object, Tuple, Type, list_of, map_of, set_of
from provider.framework.values import UNKNOWN, Bound, Dynamic, Unknown
from tests.framework.exact import exact
from tests.framework.strategies import MANY, TYPES, typed_values

PERSON = Object({"age": NUMBER, "name": STRING})
UNKNOWN_BYTES = b"\xd4\x00\x00"
NOT_NULL_BYTES = b"\xc7\x03\x0c\x81\x01\xc2"

# What cty 1.19.0 itself wrote for these values, and what it reads again.
CTY: list[tuple[bytes, Type, Any]] = [
    (b"\xc0", STRING, None),
    (b"\xa2hi", STRING, "hi"),
    (b"\xd9\x280123456789012345678901234567890123456789", STRING, "0123456789" * 4),
    (b"\xc2", BOOL, False),
    (b"\xc3", BOOL, True),
    (b"\x00", NUMBER, 0),
    (b"\xff", NUMBER, -1),
    (b"\x7f", NUMBER, 127),
    (b"\xcc\x80", NUMBER, 128),
    (b"\xe0", NUMBER, -32),
    (b"\xd0\xdf", NUMBER, -33),
    (b"\xcd\x01\x00", NUMBER, 256),
    (b"\xce\x00\x01\x00\x00", NUMBER, 65536),
    (b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", NUMBER, 2**32),
    (b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", NUMBER, 2**63 - 1),
    (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", NUMBER, -(2**63)),
    (b"\xb418446744073709551616", NUMBER, 2**64),
    (b"\xb4-9223372036854775809", NUMBER, -(2**63) - 1),
    (b"\xbf1000000000000000000000000000000", NUMBER, 10**30),
    (b"\xd9\x27340282346638528859811704183484516925440", NUMBER, 340282346638528859811704183484516925440),
    (b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", NUMBER, Decimal("1.5")),
    (b"\xcb\xc0\x04\x00\x00\x00\x00\x00\x00", NUMBER, Decimal("-2.5")),
    (b"\xa30.1", NUMBER, Decimal("0.1")),
    (b"\xb30.30000000000000004", NUMBER, Decimal("0.30000000000000004")),
    (b"\xd9\x20123456789012345678901234567890.5", NUMBER, Decimal("123456789012345678901234567890.5")),
    (b"\x90", list_of(STRING), ()),
    (b"\x92\xa1a\xc0", list_of(STRING), ("a", None)),
    (b"\x92\xa1a\xa1b", set_of(STRING), ("a", "b")),
    (b"\x92\x81\xa1a\x01\x81\xa1a\x02", set_of(Object({"a": NUMBER})), ({"a": 1}, {"a": 2})),
    (b"\x82\xa1a\xc2\xa1b\xc3", map_of(BOOL), {"a": False, "b": True}),
    (b"\x92\xa1a\x05", Tuple((STRING, NUMBER)), ("a", 5)),
    (b"\x82\xa3age\x07\xa4name\xa1x", Object({"age": NUMBER, "name": STRING}), {"age": 7, "name": "x"}),
    (UNKNOWN_BYTES, STRING, UNKNOWN),
    (UNKNOWN_BYTES, PERSON, UNKNOWN),
    # What is known of an unknown value.
    (NOT_NULL_BYTES, STRING, Unknown(not_null=True)),
    (NOT_NULL_BYTES, BOOL, Unknown(not_null=True)),
    (NOT_NULL_BYTES, PERSON, Unknown(not_null=True)),
    (b"\xc7\x06\x0c\x82\x01\xc2\x02\xa1x", STRING, Unknown(not_null=True, prefix="x")),
    (b"\xc7\x0c\x0c\x81\x02\xa9https://a", STRING, Unknown(prefix="https://a")),
    (b"\xc7\x09\x0c\x82\x03\x92\x01\xc3\x04\x92\x0a\xc3", NUMBER, Unknown(lowest=Bound(1), highest=Bound(10))),
    (
        b"\xc7\x0a\x0c\x82\x01\xc2\x03\x92\xa30.1\xc2",
        NUMBER,
        Unknown(not_null=True, lowest=Bound(Decimal("0.1"), inclusive=False)),
    ),
    (
        b"\xc7\x0d\x0c\x81\x04\x92\xcb\xc0\x04\x00\x00\x00\x00\x00\x00\xc3",
        NUMBER,
        Unknown(highest=Bound(Decimal("-2.5"))),
    ),
    (b"\xc7\x19\x0c\x81\x04\x92\xb418446744073709551616\xc3", NUMBER, Unknown(highest=Bound(2**64))),
    (b"\xc7\x07\x0c\x83\x01\xc2\x05\x01\x06\x03", list_of(STRING), Unknown(not_null=True, shortest=1, longest=3)),
    (b"\xc7\x03\x0c\x81\x05\x02", set_of(STRING), Unknown(shortest=2)),
    (b"\xd6\x0c\x81\x06\xcc\xc8", map_of(STRING), Unknown(longest=200)),
    # Dynamic values bring their type along, in JSON.
    (b"\xc0", DYNAMIC, None),
    (UNKNOWN_BYTES, DYNAMIC, UNKNOWN),
    (b'\x92\xc4\x08"string"\xa1a', DYNAMIC, Dynamic(STRING, "a")),
    (b'\x92\xc4\x08"number"\x05', DYNAMIC, Dynamic(NUMBER, 5)),
    (b'\x92\xc4\x08"string"\xc0', DYNAMIC, Dynamic(STRING, None)),
    (b'\x92\xc4\x08"string"' + NOT_NULL_BYTES, DYNAMIC, Dynamic(STRING, Unknown(not_null=True))),
    (b'\x92\xc4\x1b["tuple",["bool","string"]]\x92\xc3\xa1x', DYNAMIC, Dynamic(Tuple((BOOL, STRING)), (True, "x"))),
    (
        b'\x92\xc4\x2d["object",{"a":"bool","b":["list","number"]}]\x82\xa1a\xc3\xa1b\x91\x01',
        DYNAMIC,
        Dynamic(Object({"a": BOOL, "b": list_of(NUMBER)}), {"a": True, "b": (1,)}),
    ),
    (b'\x91\x92\xc4\x08"string"\xa1a', list_of(DYNAMIC), (Dynamic(STRING, "a"),)),
    (b'\x81\xa1v\x92\xc4\x08"string"\xa1a', Object({"v": DYNAMIC}), {"v": Dynamic(STRING, "a")}),
]


@pytest.mark.parametrize(("data", "type_", "value"), CTY)
def test_cty_and_this_write_and_read_the_same(data: bytes, type_: Type, value: Any) -> None:
    assert exact(decode(data, type_)) == exact(value)
    assert encode(value) == data


# What cty may write too, or another host: it is read, and written in the form above.
READ: list[tuple[bytes, Type, Any]] = [
    (b"\xa0", STRING, ""),
    (b"\xa3\xe2\x82\xac", STRING, "€"),
    (b"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", NUMBER, 1),
    (b"\xcb\x80\x00\x00\x00\x00\x00\x00\x00", NUMBER, 0),
    (b"\xca\x3f\xc0\x00\x00", NUMBER, Decimal("1.5")),
    # A float is the binary fraction that it is, to the last digit.
    (
        b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a",
        NUMBER,
        Decimal("0.1000000000000000055511151231257827021181583404541015625"),
    ),
    (b"\xcb\x7f\xef\xff\xff\xff\xff\xff\xff", NUMBER, int(1.7976931348623157e308)),
    (b"\xcb\x3c\x30\x00\x00\x00\x00\x00\x00", NUMBER, Decimal("8.67361737988403547205962240695953369140625E-19")),
    (b"\xb39223372036854775808", NUMBER, 2**63),
    (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", NUMBER, 2**64 - 1),
    (b"\xa6-2.500", NUMBER, Decimal("-2.5")),
    (b"\xa45e30", NUMBER, 5 * 10**30),
    (b"\xa90.0000001", NUMBER, Decimal("1E-7")),
    # Other orders, and attributes that are not there.
    (b"\x82\xa1b\xc3\xa1a\xc2", map_of(BOOL), {"a": False, "b": True}),
    (b"\x84\xa1b\xa1x\xa1a\xa1y\xa1c\xa1z\xa1a\xa1w", map_of(STRING), {"a": "w", "b": "x", "c": "z"}),
    (b"\x93\x02\x01\x02", set_of(NUMBER), (1, 2)),
    (b"\x93\xa1b\xc0\xa1a", set_of(STRING), ("a", "b", None)),
    (b"\x82\xa3age\x07\xa4name\xa1x", PERSON, {"age": 7, "name": "x"}),
    (b"\x81\xa4name\xa1x", PERSON, {"age": None, "name": "x"}),
    (b"\x80", PERSON, {"age": None, "name": None}),
    (b"\x81\xa3age" + UNKNOWN_BYTES, PERSON, {"age": UNKNOWN, "name": None}),
    # Any extension of at most one byte is unknown.
    (b"\xc7\x00\x00", STRING, UNKNOWN),
    (b"\xc7\x00\x2a", STRING, UNKNOWN),
    (b"\xd4\x0c\x80", STRING, UNKNOWN),
    # Refinements that mean nothing here are left out, and what follows them.
    (b"\xc7\x02\x0c\x80\x00", STRING, UNKNOWN),
    (b"\xc7\x06\x0c\x82\x01\xc2\x63\xa1x", STRING, Unknown(not_null=True)),
    (b"\xc7\x06\x0c\x82\x01\xc2\x80\xa1x", STRING, Unknown(not_null=True)),
    (b"\xc7\x05\x0c\x81\x01\xc2\xff\xff", STRING, Unknown(not_null=True)),
    (b"\xc7\x03\x0c\x81\x05\xff", list_of(STRING), UNKNOWN),
]


@pytest.mark.parametrize(("data", "type_", "value"), READ)
def test_read(data: bytes, type_: Type, value: Any) -> None:
    found = decode(data, type_)

    assert exact(found) == exact(value)
    assert exact(decode(encode(found), type_)) == exact(value)


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_whole_numbers_of_64_bits_without_a_sign(number: int) -> None:
    # cty writes them as text, and reads them in this form too.
    assert encode(number) == b"\xcf" + number.to_bytes(8, "big")


def test_a_long_prefix_is_cut_between_characters() -> None:
    written = encode(Unknown(prefix="x" + "€" * 200))

    assert decode(written, STRING) == Unknown(prefix="x" + "€" * 85)


def test_what_is_known_may_be_too_long_to_say() -> None:
    assert encode(Unknown(lowest=Bound(10**600), highest=Bound(10**600 + 1))) == UNKNOWN_BYTES


@MANY
@given(typed_values())
@example((NUMBER, 10**3999))
@example((NUMBER, Decimal("1e-3999")))
@example((NUMBER, Decimal("123456789012345678901234567890.5")))
def test_what_is_written_reads_back(case: tuple[Type, Any]) -> None:
    type_, value = case

    assert exact(decode(encode(value), type_)) == exact(value)


MALFORMED: list[tuple[str, bytes, Type]] = [
    ("nothing", b"", STRING),
    ("cut off", b"\xa5hi", STRING),
    ("more than one value", b"\xa1a\xa1b", STRING),
    ("a reserved byte", b"\xc1", STRING),
    ("text that is no UTF-8", b"\xa1\xff", STRING),
    ("half a surrogate pair", b"\xa3\xed\xa0\x80", STRING),
    ("bytes for a text", b"\xc4\x01a", STRING),
    ("a number for a text", b"\x01", STRING),
    ("a text for a truth value", b"\xa4true", BOOL),
    ("a number for a truth value", b"\x01", BOOL),
    ("a truth value for a number", b"\xc3", NUMBER),
    ("a word for a number", b"\xa3one", NUMBER),
    ("an empty text for a number", b"\xa0", NUMBER),
    ("bytes for a number", b"\xc4\x011", NUMBER),
    ("a list for a number", b"\x91\x01", NUMBER),
    ("not a number", b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", NUMBER),
    ("infinity", b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", NUMBER),
    ("infinity as text", b"\xa8Infinity", NUMBER),
    ("not a number as text", b"\xa3NaN", NUMBER),
    ("a signalling not a number as text", b"\xa4sNaN", NUMBER),
    ("a number that fills the memory", b"\xab1e999999999", NUMBER),
    ("an exponent without bound", b"\xb71e999999999999999999999", NUMBER),
    ("a tiny number", b"\xa81e-99999", NUMBER),
    ("a tinier number", b"\xb91e-1999999999999999997", NUMBER),
    ("a number of 5000 digits", library.packb("9" * 5000), NUMBER),
    ("a number of many zeros", library.packb("0" * 10_000_000), NUMBER),
    ("a timestamp", b"\xd6\xff\x00\x00\x00\x00", NUMBER),
    ("a timestamp of another length", b"\xd5\xff\x00\x00", NUMBER),
    ("a map for a list", b"\x80", list_of(STRING)),
    ("a list for a map", b"\x90", map_of(STRING)),
    ("a wrong element", b"\x92\xa1a\x01", list_of(STRING)),
    ("a wrong element of a set", b"\x92\xa1a\x01", set_of(STRING)),
    ("a wrong value in a map", b"\x81\xa1a\x01", map_of(STRING)),
    ("a key that is bytes", b"\x81\xc4\x01a\xa1b", map_of(STRING)),
    ("a key that is a number", b"\x81\x01\xa1b", map_of(STRING)),
    ("a key that is null", b"\x81\xc0\xa1b", map_of(STRING)),
    ("a tuple that is too short", b"\x91\xa1a", Tuple((STRING, STRING))),
    ("a tuple that is too long", b"\x92\xa1a\xa1b", Tuple((STRING,))),
    ("a wrong element of a tuple", b"\x91\x01", Tuple((STRING,))),
    ("an unknown attribute", b"\x81\xa3foo\xa1b", PERSON),
    ("an attribute that is bytes", b"\x81\xc4\x04name\xa1b", PERSON),
    ("a list for an object", b"\x90", PERSON),
    ("a length of four billion", b"\xdd\xff\xff\xff\xff", list_of(STRING)),
    ("a map of four billion", b"\xdf\xff\xff\xff\xff", map_of(STRING)),
    ("a text of four billion", b"\xdb\xff\xff\xff\xff", STRING),
    ("an extension of four billion", b"\xc9\xff\xff\xff\xff\x00", STRING),
    ("lists in lists", b"\x91" * 100_000, list_of(STRING)),
    ("maps in maps", b"\x81\xa1a" * 100_000, map_of(STRING)),
    ("an unknown value of another kind", b"\xc7\x03\x00\x81\x01\xc2", STRING),
    ("an unknown value with a long description", b"\xc8\x04\x01\x0c" + bytes(1025), STRING),
    ("an unknown value whose refinements are a list", b"\xc7\x02\x0c\x91\x01", STRING),
    ("an unknown value whose refinements are cut off", b"\xc7\x02\x0c\x81\x01", STRING),
    ("an unknown value whose refinements are text that is none", b"\xc7\x04\x0c\x81\x02\xa1\xff", STRING),
    ("a prefix that is a number", b"\xc7\x03\x0c\x81\x02\x01", STRING),
    ("a bound that is a number", b"\xc7\x03\x0c\x81\x03\x01", NUMBER),
    ("a bound that is a word", b"\xc7\x06\x0c\x81\x03\x92\xa1x\xc3", NUMBER),
    ("a bound that is infinite", b"\xc7\x0d\x0c\x81\x03\x92\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00\xc3", NUMBER),
    ("a bound that is null", b"\xc7\x05\x0c\x81\x03\x92\xc0\xc3", NUMBER),
    ("a bound that may be included", b"\xc7\x05\x0c\x81\x03\x92\x01\x01", NUMBER),
    ("a length that is a text", b"\xc7\x04\x0c\x81\x05\xa1x", list_of(STRING)),
    ("a length that is true", b"\xc7\x03\x0c\x81\x06\xc3", list_of(STRING)),
    ("a dynamic value without a type", b"\xa1a", DYNAMIC),
    ("a dynamic value with a type only", b'\x91\xc4\x08"string"', DYNAMIC),
    ("a dynamic value with two values", b'\x93\xc4\x08"string"\xa1a\xa1a', DYNAMIC),
    ("a dynamic value whose type is a text", b'\x92\xa8"string"\xa1a', DYNAMIC),
    ("a dynamic value whose type is no JSON", b"\x92\xc4\x06string\xa1a", DYNAMIC),
    ("a dynamic value whose type is no UTF-8", b"\x92\xc4\x03\xff\xfe\xfd\xa1a", DYNAMIC),
    ("a dynamic value whose type is none", b'\x92\xc4\x05"str"\xa1a', DYNAMIC),
    ("a dynamic value of another type", b'\x92\xc4\x08"number"\xa1a', DYNAMIC),
    ("a dynamic value whose type is deep", library.packb([b"[" * 100_000, None]), DYNAMIC),
    (
        "a dynamic value whose type is deep lists",
        library.packb([b'["list",' * 500 + b'"x"' + b"]" * 500, None]),
        DYNAMIC,
    ),
    ("a dynamic value whose type is a long number", library.packb([b"9" * 5000, None]), DYNAMIC),
    ("dynamic values in dynamic values", b'\x92\xc4\x09"dynamic"' * 1000 + b"\xc0", DYNAMIC),
]


@pytest.mark.parametrize(("data", "type_"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_malformed(data: bytes, type_: Type) -> None:
    with pytest.raises(MalformedValue, match=r"[a-z]"):
        decode(data, type_)


REASONS: list[tuple[bytes, Type, str]] = [
    (b"\x91" * 100_000, STRING, "not a MessagePack value: StackError"),
    (b"\x81\xa3foo\xa1b", PERSON, "unexpected attributes: foo"),
    (b"\xa1b", list_of(STRING), "expected list, found str"),
    (b"\x81\xa4name\x01", PERSON, "name: expected string, found int"),
    (b"\x92\x81\xa4name\xc0\x81\xa3age\xc3", list_of(PERSON), "[1].age: expected number, found bool"),
    (b"\x81\xa1k\x91\xc3", map_of(list_of(STRING)), '["k"][0]: expected string, found bool'),
    (b"\x91\x91\x01", Tuple((Tuple((STRING,)),)), "[0][0]: expected string, found int"),
    (b'\x92\xc4\x08"number"\xa1a', DYNAMIC, "a number is written as a text that is none"),
]


@pytest.mark.parametrize(("data", "type_", "reason"), REASONS)
def test_malformed_says_why_and_where(data: bytes, type_: Type, reason: str) -> None:
    with pytest.raises(MalformedValue) as caught:
        decode(data, type_)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "data",
    [
        (b"\xdd\x00\x01\x86\xa0" * 20_000)[:100_000],
        (b"\xdc\xff\xff" * 40_000)[:100_000],
        (b"\xdf\x00\x00\xc3\x50\xa0" * 20_000)[:100_000],
        b"\xdd\x00\x01\x86\xa0" + b'\x92\xc4\x09"dynamic"' * 8_000,
    ],
    ids=["arrays", "short arrays", "maps", "dynamic values"],
)
def test_declared_lengths_take_no_memory(data: bytes) -> None:
    """A thousand levels, each of which claims to be as long as the message, are gigabytes if they are believed."""
    tracemalloc.start()
    try:
        with pytest.raises(MalformedValue):
            decode(data, DYNAMIC)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 128 << 20


@MANY
@given(st.binary(max_size=60), TYPES)
def test_bytes_are_a_value_or_malformed(data: bytes, type_: Type) -> None:
    try:
        value = decode(data, type_)
    except MalformedValue:
        return
    assert exact(decode(encode(value), type_)) == exact(value)


@MANY
@given(typed_values(), TYPES, st.integers(0, 200), st.integers(0, 255))
def test_spoilt_bytes_are_a_value_or_malformed(case: tuple[Type, Any], other: Type, at: int, byte: int) -> None:
    """Nearly right bytes get further than noise does."""
    type_, value = case
    spoilt = bytearray(encode(value))
    spoilt[at % len(spoilt)] = byte
    for read_as in (type_, other):
        try:
            decode(bytes(spoilt), read_as)
        except MalformedValue:
            continue


@pytest.mark.parametrize(
    "value",
    ["a\udcff", {"k\udcff": "a"}, ("x", ("\ud800",)), 10**5000],
    ids=["text", "key", "text inside", "digits"],
)
def test_what_cannot_be_written(value: Any) -> None:
    with pytest.raises(MalformedValue):
        encode(value)


@pytest.mark.parametrize("value", [{"a"}, object(), ("x", {1, 2})])
def test_only_values_in_normal_form_are_written(value: Any) -> None:
    with pytest.raises(TypeError, match="is no value in normal form"):
        encode(value)


def test_deep_nesting_within_reason() -> None:
    type_: Type = STRING
    value: Any = "x"
    for _ in range(100):
        type_, value = list_of(type_), (value,)

    assert decode(encode(value), type_) == value
