"""Private state: what goes in comes out, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.private import decode, encode

KEPT: list[tuple[dict[str, Any], bytes]] = [
    ({}, b""),
    ({"a": 1}, b'{"a":1}'),
    ({"b": [True, None, "ü"], "a": {"c": 1.5}}, b'{"a":{"c":1.5},"b":[true,null,"\\u00fc"]}'),
]


@pytest.mark.parametrize(("values", "data"), KEPT)
def test_what_the_provider_keeps(values: dict[str, Any], data: bytes) -> None:
    assert encode(values) == data
    assert decode(data) == values


def test_the_order_in_which_it_was_made_makes_no_difference() -> None:
    assert encode({"a": 1, "b": 2}) == encode({"b": 2, "a": 1})


@pytest.mark.parametrize("data", [b"\x00\xff\xfe", b"text", b"[1]", b'"a"', b"null", b"[" * 100_000], ids=repr)
def test_what_another_provider_kept_stays_as_it_is(data: bytes) -> None:
    values = decode(data)
    assert type(values) is dict
    assert encode(values) == data


def test_what_another_provider_kept_does_not_get_lost_beside_our_own() -> None:
    values = {**decode(b"\xff\x00"), "ours": 1}
    again = decode(encode(values))
    assert again == values
    del again["ours"]
    assert encode(again) == b"\xff\x00"
