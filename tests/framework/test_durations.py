"""Durations: what Go's and ISO 8601's forms say, and what they refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework.durations import Duration, MalformedDuration, go_seconds, iso8601
from tests.framework.strategies import MANY, TEXTS

# Held against Go's time.ParseDuration , to the nanosecond.
GO: list[tuple[str, float]] = [
    ("0", 0),
    ("+0", 0),
    ("-0", 0),
    ("0s", 0),
    ("30s", 30),
    ("1h30m", 5400),
    ("30m1h", 5400),
    ("1.5h", 5400),
    (".5h", 1800),
    ("1.s", 1),
    ("300ms", 0.3),
    ("-2h", -7200),
    ("+5m", 300),
    ("1us", 1e-6),
    ("1µs", 1e-6),
    ("1\u03bcs", 1e-6),
    ("1ns", 1e-9),
    ("1.9ns", 1e-9),
    ("0.1234567891h", 444.44444076),
    ("3.9999999999999999999999h", 14400),
    ("0.0311823060000000000000000000s", 31182305 / 1e9),
    ("0.9339194799069444444444444444h", 3362110127664 / 1e9),
    ("00000000000000000000000000001s", 1),
    ("0." + "0" * 400 + "1h", 0),
    ("2562047h47m16.854775807s", 9223372036854775807 / 1e9),
    ("-9223372036854775808ns", -9223372036854775808 / 1e9),
]
NO_GO: list[tuple[str, str]] = [
    ("", "is empty"),
    ("+", "is empty"),
    ("5", "has a number without a unit"),
    ("1h5", "has a number without a unit"),
    ("00", "has a number without a unit"),
    ("1d", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1H", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1 h", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1h 5m", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1e3s", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1h\n", "has a unit that is none of ns, us, ms, s, m, h"),
    ("1h-5m", "has a unit that is none of ns, us, ms, s, m, h"),
    ("s", "has no digits where a number should stand"),
    (".s", "has no digits where a number should stand"),
    ("--1s", "has no digits where a number should stand"),
    ("\u0661s", "has no digits where a number should stand"),
    ("PT1H", "has no digits where a number should stand"),
    ("2562047h47m16.854775808s", "is too long"),
    ("9223372036854775808ns", "is too long"),
    ("-9223372036854775809ns", "is too long"),
    ("9" * 5000 + "s", "is too long"),
]


@pytest.mark.parametrize(("text", "seconds"), GO)
def test_a_duration_of_go(text: str, seconds: float) -> None:
    assert go_seconds(text) == seconds


@pytest.mark.parametrize(("text", "problem"), NO_GO, ids=[ascii(case[0][:20]) for case in NO_GO])
def test_no_duration_of_go(text: str, problem: str) -> None:
    with pytest.raises(MalformedDuration, match=f"^{problem}$"):
        go_seconds(text)


@MANY
@given(st.integers(-(2**63), 2**63 - 1))
def test_what_go_writes_is_read_as_it_was(nanoseconds: int) -> None:
    seconds, rest = divmod(abs(nanoseconds), 10**9)
    minutes, seconds = divmod(seconds, 60)
    text = f"{'-' if nanoseconds < 0 else ''}{minutes // 60}h{minutes % 60}m{seconds}.{rest:09}s"

    assert go_seconds(text) == nanoseconds / 1e9


ISO: list[tuple[str, Duration]] = [
    ("P1Y2M3DT4H5M6S", Duration(14, 273_906)),
    ("P2W", Duration(0, 1_209_600)),
    ("P30D", Duration(0, 2_592_000)),
    ("PT0S", Duration(0, 0)),
    ("PT36H", Duration(0, 129_600)),
    ("PT0.25S", Duration(0, Decimal("0.25"))),
    ("PT0,25S", Duration(0, Decimal("0.25"))),
    ("PT1.5H", Duration(0, 5_400)),
    ("P0.5Y", Duration(6, 0)),
    ("P0.25M", Duration(Decimal("0.25"), 0)),
    ("P000Y1M", Duration(1, 0)),
    ("PT" + "9" * 60 + "S", Duration(0, int("9" * 60))),
]
NO_ISO = [
    "",
    "P",
    "PT",
    "P1DT",
    "P1",
    "1D",
    "p1d",
    "P1d",
    "P1H",
    "PT1D",
    "P1M1Y",
    "P1W1D",
    "P1.5DT1H",
    "P.5D",
    "P1.D",
    "-P1D",
    "P-1D",
    "P1D ",
    "P1D\n",
    "P\u0661D",
    "1h30m",
    "P" + "9" * 5000 + "D",
]


@pytest.mark.parametrize(("text", "duration"), ISO)
def test_a_duration_of_iso_8601(text: str, duration: Duration) -> None:
    assert iso8601(text) == duration


@pytest.mark.parametrize("text", NO_ISO, ids=[ascii(text[:20]) for text in NO_ISO])
def test_no_duration_of_iso_8601(text: str) -> None:
    with pytest.raises(MalformedDuration, match="is no duration of ISO 8601"):
        iso8601(text)


@pytest.mark.parametrize(("one", "other"), [("PT60M", "PT1H"), ("P7D", "P1W"), ("P1Y", "P12M"), ("P1DT24H", "P2D")])
def test_durations_that_are_equal(one: str, other: str) -> None:
    assert iso8601(one) == iso8601(other)


def test_a_month_is_no_number_of_days() -> None:
    assert iso8601("P1M") != iso8601("P30D")


@MANY
@given(st.tuples(*[st.integers(0, 10**9)] * 6), st.integers(0, 10**9 - 1))
def test_what_is_written_is_read_as_it_was(parts: tuple[int, ...], nanoseconds: int) -> None:
    years, months, days, hours, minutes, seconds = parts
    text = f"P{years}Y{months}M{days}DT{hours}H{minutes}M{seconds}.{nanoseconds:09}S"

    whole = days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    assert iso8601(text) == Duration(years * 12 + months, whole + Decimal(nanoseconds).scaleb(-9))


@MANY
@given(st.one_of(TEXTS, st.text("PT0123456789.,YMWDHSnsuµmh+-", max_size=12)))
def test_any_text_is_a_duration_or_says_why_it_is_none(text: str) -> None:
    for parse in (go_seconds, iso8601):
        result: Any
        try:
            result = parse(text)
        except MalformedDuration as cause:
            result = str(cause)
        assert isinstance(result, float | Duration) or result.startswith(("is ", "has "))
