"""Durations as text: Go's form, which Terraform's users know from `timeouts`, and that of ISO 8601."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from provider.framework.values import Number

# In nanoseconds. Both ways to write µ are letters of their own.
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_HIGHEST = 1 << 63

_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")

_ISO = re.compile(
    r"P(?:(?P<weeks>N)W|(?=[0-9T])(?:(?P<years>N)Y)?(?:(?P<months>N)M)?(?:(?P<days>N)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>N)H)?(?:(?P<minutes>N)M)?(?:(?P<seconds>N)S)?)?)".replace("N", r"[0-9]+(?:[.,][0-9]+)?")
)
_MONTHS = {"years": 12, "months": 1}
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
# No more digits than anybody writes: the numbers are made from them.
_LONGEST = 100


class MalformedDuration(ValueError):
    """A text that is no duration; says why."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration of ISO 8601: how many months, which have no fixed length, and how many seconds.

    A year is 12 months, a week 7 days, a day 24 hours: `PT60M` and `PT1H` are equal, `P1M` and `P30D` are not. Source:
    XML Schema part 2, section 3.3.6.
    """

    months: Number
    seconds: Number


def go_seconds(text: str) -> float:
    """Return the seconds of a duration in Go's form (`1h30m`, `1.5h`, `-300ms`, `0`); raise MalformedDuration.

    It takes what Go's `time.ParseDuration` takes, and no more: the sum fits in 63 bits of nanoseconds (292 years).
    """
    sign, rest = (-1 if text[:1] == "-" else 1), (text[1:] if text[:1] in ("-", "+") else text)
    if rest == "0":
        return 0.0
    if not rest:
        raise MalformedDuration("is empty")
    total, start = 0, 0
    while start < len(rest):
        part = _PART.match(rest, start)
        assert part is not None  # every piece of the pattern may be empty
        total += _nanoseconds(part[1], part[2] or "", part[3])
        start = part.end()
    if total > _HIGHEST - (sign > 0):
        raise MalformedDuration("is too long")
    return sign * total / 1e9


def _nanoseconds(whole: str, fraction: str, name: str) -> int:
    if not whole and not fraction:
        raise MalformedDuration("has no digits where a number should stand")
    if not name:
        raise MalformedDuration("has a number without a unit")
    unit = _UNITS.get(name)
    if unit is None:
        raise MalformedDuration(f"has a unit that is none of {', '.join(u for u in _UNITS if u.isascii())}")
    significant = whole.lstrip("0")
    if len(significant) > 19 or int(significant or "0") > _HIGHEST // unit:
        raise MalformedDuration("is too long")
    # As Go reckons, in floats: a fraction has to come out the same to the nanosecond.
    part, scale = _fraction(fraction)
    return int(significant or "0") * unit + int(float(part) * (unit / scale))


def _fraction(digits: str) -> tuple[int, float]:
    """Return a numerator and its denominator, of as many digits as 63 bits take in."""
    value, scale = 0, 1.0
    for digit in digits:
        larger = value * 10 + int(digit)
        if larger > _HIGHEST:
            break
        value, scale = larger, scale * 10
    return value, scale


def iso8601(text: str) -> Duration:
    """Return a duration in the form of ISO 8601 (`P1Y2M3DT4H5M6S`, `P2W`); raise MalformedDuration.

    Only the smallest part may have a fraction. A sign, which ISO 8601 knows only by agreement, is not taken.
    """
    found = _ISO.fullmatch(text) if len(text) <= _LONGEST else None
    parts = {} if found is None else {unit: number for unit, number in found.groupdict().items() if number is not None}
    if not parts or any("." in number or "," in number for number in [*parts.values()][:-1]):
        raise MalformedDuration("is no duration of ISO 8601")
    given = {unit: Decimal(number.replace(",", ".")) for unit, number in parts.items()}
    with localcontext(prec=2 * _LONGEST):
        return Duration(*(_sum(given, sizes) for sizes in (_MONTHS, _SECONDS)))


def _sum(given: dict[str, Decimal], sizes: dict[str, int]) -> Number:
    total = sum((given[unit] * size for unit, size in sizes.items() if unit in given), Decimal(0))
    return int(total) if total == total.to_integral_value() else total.normalize()
