"""Values as HCL writes them, whole and cut."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provider.framework import types
from provider.framework.hcl import literal, short
from provider.framework.values import UNKNOWN, Dynamic

HCL: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (5, "5"),
    (Decimal("1.5"), "1.5"),
    ("a", '"a"'),
    ("", '""'),
    ('say "hi"\\\n', r'"say \"hi\"\\\n"'),
    ("a\r\tb", r'"a\r\tb"'),
    ("${a} %{if} $a {b}", '"$${a} %%{if} $a {b}"'),
    ("\x1b[31m\x7f\x9b", r'"\u001b[31m\u007f\u009b"'),
    ("\u202egnp\u2028", r'"\u202egnp\u2028"'),
    ("\U000e0001", r'"\U000e0001"'),
    ("\ud800", r'"\ud800"'),
    ("é 漢 😀", '"é 漢 😀"'),
    ((), "[]"),
    (("a", 1, True, None), '["a", 1, true, null]'),
    (("a", UNKNOWN), '["a", (known after apply)]'),
    ({}, "{}"),
    ({"a": 1, "b-2": ("x",), "two words": {"c": None}}, '{ a = 1, b-2 = ["x"], "two words" = { c = null } }'),
    (Dynamic(types.STRING, "a"), '"a"'),
]


@pytest.mark.parametrize(("value", "shown"), HCL, ids=[ascii(case[1]) for case in HCL])
def test_a_value_as_hcl_writes_it(value: Any, shown: str) -> None:
    assert literal(value) == shown
    assert short(value) == shown


CUT: list[tuple[Any, str, str]] = [
    # value, how it begins, how it ends
    ("a" * 251, '"' + "a" * 250, '…" (251 characters)'),
    ('"' * 5_000_000, '"' + '\\"' * 250, '…" (5000000 characters)'),
    (("abc",) * 100_000, '["abc", "abc", ', "… (100000 elements)"),
    ({str(n): n for n in range(1_000)}, '{ "0" = 0, ', "… (1000 elements)"),
    (10**3000, "1" + "0" * 249, "…"),
]


@pytest.mark.parametrize(("value", "begins", "ends"), CUT, ids=[case[2] for case in CUT])
def test_a_long_value_is_cut_and_says_how_long_it_is(value: Any, begins: str, ends: str) -> None:
    shown = short(value)

    assert shown.startswith(begins)
    assert shown.endswith(ends)
    assert len(shown) < 550


def test_a_value_of_just_the_length_is_whole() -> None:
    assert short("a" * 250) == literal("a" * 250)
