"""Rules that a configured value must keep.

Each rule is a small value behind a lower-case function. Called with a value that is neither null nor unknown it returns
what is wrong with it, or None; its `repr` reads as the end of the sentence "The value must …", which messages and
documentation both use. A value of another type, which only a dynamic attribute can bring, breaks the rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from provider.framework.durations import MalformedDuration, go_seconds, iso8601
from provider.framework.hcl import literal
from provider.framework.patterns import compiled
from provider.framework.values import Number, Unknown

Rule = Callable[[Any], str | None]

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+")
_HOUR_AND_MINUTE = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_RFC3339 = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T{_HOUR_AND_MINUTE}:[0-5][0-9](\.[0-9]+)?(Z|[+-]{_HOUR_AND_MINUTE})"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_PLAIN = re.compile(r"[^\s,\"]+( [^\s,\"]+)*")

_DEEPEST_JSON = 100


@dataclass(frozen=True, slots=True, repr=False)
class _OneOf:
    values: tuple[Any, ...]
    ignoring_case: bool = False

    def __call__(self, value: Any) -> str | None:
        found = value in self.values or (self.ignoring_case and _folded(value) in map(_folded, self.values))
        return None if found else f"must {self!r}"

    def __repr__(self) -> str:
        words = ", ".join(map(_word, self.values))
        case = ", in any case" if self.ignoring_case else ""
        return f"be {words}{case}" if len(self.values) == 1 else f"be one of {words}{case}"


@dataclass(frozen=True, slots=True, repr=False)
class _NoneOf:
    values: tuple[Any, ...]

    def __call__(self, value: Any) -> str | None:
        return f"must {self!r}" if value in self.values else None

    def __repr__(self) -> str:
        words = ", ".join(map(_word, self.values))
        return f"not be {words}" if len(self.values) == 1 else f"be none of {words}"


@dataclass(frozen=True, slots=True, repr=False)
class _Matches:
    pattern: re.Pattern[str]
    words: str
    whole: bool = True

    def __call__(self, value: Any) -> str | None:
        match = self.pattern.fullmatch if self.whole else self.pattern.search
        return None if isinstance(value, str) and match(value) else f"must {self!r}"

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True, repr=False)
class _Satisfies:
    test: Callable[[Any], bool]
    words: str

    def __call__(self, value: Any) -> str | None:
        return None if self.test(value) else f"must {self!r}"

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True, repr=False)
class _Range:
    lowest: Number | None
    highest: Number | None

    def __call__(self, value: Any) -> str | None:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | Decimal)
            or (self.lowest is not None and value < self.lowest)
            or (self.highest is not None and value > self.highest)
        ):
            return f"must {self!r}"
        return None

    def __repr__(self) -> str:
        return f"be {_bounds(self.lowest, self.highest)}"


@dataclass(frozen=True, slots=True, repr=False)
class _Counted:
    classes: tuple[type[Any], ...]
    unit: str
    at_least: int
    at_most: int | None

    def __call__(self, value: Any) -> str | None:
        count = len(value) if isinstance(value, self.classes) else -1
        fits = self.at_least <= count and (self.at_most is None or count <= self.at_most)
        return None if fits else f"must {self!r}"

    def __repr__(self) -> str:
        last = self.at_least if self.at_most is None else self.at_most
        return f"have {_bounds(self.at_least or None, self.at_most)} {self.unit}{'' if last == 1 else 's'}"


@dataclass(frozen=True, slots=True, repr=False)
class _AnyOf:
    rules: tuple[Rule, ...]

    def __call__(self, value: Any) -> str | None:
        return None if any(rule(value) is None for rule in self.rules) else f"must {self!r}"

    def __repr__(self) -> str:
        return " or ".join(map(repr, self.rules))


@dataclass(frozen=True, slots=True, repr=False)
class _Alone:
    values: tuple[Any, ...]
    inside: str | None

    def __call__(self, value: Any) -> str | None:
        elements = map(self._looked_at, value if isinstance(value, tuple) else ())
        known = [element for element in elements if not isinstance(element, Unknown)]
        return f"must {self!r}" if len(known) > 1 and any(element in self.values for element in known) else None

    def _looked_at(self, element: Any) -> Any:
        return element.get(self.inside) if self.inside is not None and isinstance(element, dict) else element

    def __repr__(self) -> str:
        whose = "" if self.inside is None else f"one whose {self.inside} is "
        return f"have no other element beside {whose}{' or '.join(map(_word, self.values))}"


@dataclass(frozen=True, slots=True, repr=False)
class _Without:
    characters: str

    def __call__(self, value: Any) -> str | None:
        fits = isinstance(value, str) and not set(self.characters) & set(value)
        return None if fits else f"must {self!r}"

    def __repr__(self) -> str:
        return f"have none of these characters: {' '.join(map(_character, self.characters))}"


@dataclass(frozen=True, slots=True, repr=False)
class _Whole:
    bits: int | None

    def __call__(self, value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return f"must {self!r}"
        fits = self.bits is None or -(2 ** (self.bits - 1)) <= value < 2 ** (self.bits - 1)
        return None if fits else f"must be a whole number of at most {self.bits} bits"

    def __repr__(self) -> str:
        return "be a whole number"


@dataclass(frozen=True, slots=True, repr=False)
class _Url:
    schemes: tuple[str, ...]

    def __call__(self, value: Any) -> str | None:
        try:
            parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
            well_formed = parts.scheme in self.schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            well_formed = False
        return None if well_formed and not re.search(r"\s", value) else f"must {self!r}"

    def __repr__(self) -> str:
        return f"be an absolute URL that begins with {' or '.join(s + '://' for s in self.schemes)}"


@dataclass(frozen=True, slots=True, repr=False)
class _Json:
    deepest: int

    def __call__(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return f"must {self!r}"
        try:
            # Numbers of any length: only the form counts.
            parsed = json.loads(value, parse_int=str, parse_float=str, parse_constant=_no_json)
        except json.JSONDecodeError as wrong:
            return f"must {self!r}, and is none from line {wrong.lineno}, column {wrong.colno} on"
        except (ValueError, RecursionError):
            return f"must {self!r}"
        return f"must {self!r}" if _deeper_than(self.deepest, parsed) else None

    def __repr__(self) -> str:
        levels = "" if self.deepest == _DEEPEST_JSON else f" with at most {self.deepest} levels"
        return f"be JSON{levels}"


def one_of(*values: Any, ignoring_case: bool = False) -> Rule:
    """Accept the given values, texts exactly or in any case; any, where the API writes them its own way."""
    return _OneOf(values, ignoring_case)


def none_of(*values: Any) -> Rule:
    """Accept everything but the given values."""
    return _NoneOf(values)


def equals(value: Any) -> Rule:
    """Accept one value only."""
    return _OneOf((value,))


def any_of(*rules: Rule) -> Rule:
    """Accept what at least one of `rules` accepts."""
    return _AnyOf(rules)


def satisfying(test: Callable[[Any], bool], words: str) -> Rule:
    """Accept what `test` is true of, in words that follow "The value must": for what only one type knows."""
    return _Satisfies(test, words)


def matching(pattern: str, words: str) -> Rule:
    """Accept texts that match `pattern` (see `patterns.py`) whole; `words` says what that means."""
    return _Matches(compiled(pattern), words)


def searching(pattern: str, words: str) -> Rule:
    """Accept texts in which `pattern` (see `patterns.py`) matches somewhere; `words` says what that means."""
    # With "anything" in front, Python would try every place of a long text with all that follows.
    return _Matches(compiled(re.sub(r"\A\.\*\??", "", pattern)), words, whole=False)


def guid() -> Rule:
    """Accept a GUID in its usual form."""
    return _Matches(_GUID, "be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301")


def guid_or_domain() -> Rule:
    """Accept a GUID or a DNS domain name."""
    return _Matches(
        # ASCII: without it, some letters of other alphabets equal Latin ones when case does not count.
        re.compile(f"{_GUID.pattern}|{_DOMAIN.pattern}", re.IGNORECASE | re.ASCII),
        "be a GUID or a domain name such as contoso.onmicrosoft.com",
    )


def email() -> Rule:
    """Accept an e-mail address whose parts are not quoted (RFC 5321, section 4.1.2)."""
    local = rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_ATOM.pattern}(\.{_ATOM.pattern})*"
    return _Matches(
        re.compile(f"{local}@{_DOMAIN.pattern}", re.IGNORECASE | re.ASCII),
        "be an e-mail address such as ana@example.com",
    )


def rfc3339() -> Rule:
    """Accept a date and time of RFC 3339, section 5.6, in capital letters and without leap seconds."""
    return _Satisfies(_is_rfc3339, "be a date and time such as 2026-01-31T09:30:00Z (RFC 3339)")


def iso8601_duration() -> Rule:
    """Accept a duration of ISO 8601."""
    return _Satisfies(_is_iso8601_duration, "be a duration such as P30D or PT1H30M (ISO 8601)")


def go_duration() -> Rule:
    """Accept a duration in Go's form."""
    return _Satisfies(_is_go_duration, "be a duration such as 30s or 1h30m (units: ns, us, ms, s, m, h)")


def is_json(deepest: int = _DEEPEST_JSON) -> Rule:
    """Accept JSON (RFC 8259) with objects and arrays inside each other to `deepest` levels."""
    return _Json(deepest)


def base64() -> Rule:
    """Accept base64 (RFC 4648, section 4) on one line."""
    return _Satisfies(_is_base64, "be base64 on one line, with padding (RFC 4648)")


def ascii_only() -> Rule:
    """Accept texts without any character beyond ASCII."""
    return _Satisfies(_is_ascii, "have ASCII characters only")


def without_characters(characters: str) -> Rule:
    """Accept texts in which none of `characters` occurs."""
    return _Without(characters)


def length(at_least: int = 0, at_most: int | None = None) -> Rule:
    """Accept texts of this many characters, both numbers included; no upper bound where that is None."""
    return _Counted((str,), "character", at_least, at_most)


def size(at_least: int = 0, at_most: int | None = None) -> Rule:
    """Accept lists, sets and maps of this many elements, both numbers included; no upper bound where that is None."""
    return _Counted((tuple, dict), "element", at_least, at_most)


def alone(*values: Any, inside: str | None = None) -> Rule:
    """Accept lists and sets in which none of `values` has another element beside it.

    `inside` names the attribute to look at where the elements are objects. What is unknown counts for nothing.
    """
    return _Alone(values, inside)


def between(lowest: Number | None, highest: Number | None = None) -> Rule:
    """Accept numbers from `lowest` to `highest`, both included; no bound where that is None."""
    return _Range(lowest, highest)


def whole(bits: int | None = None) -> Rule:
    """Accept numbers without a fraction, and those only that fit into so many bits, the sign included."""
    return _Whole(bits)


def url(*schemes: str) -> Rule:
    """Accept absolute URLs of these schemes, https and http where none is given."""
    return _Url(schemes or ("https", "http"))


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _word(value: Any) -> str:
    """Return a value as it reads best between others in a sentence."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else literal(value)


def _character(character: str) -> str:
    return "(blank)" if character == " " else character if character.isprintable() else f"U+{ord(character):04X}"


def _bounds(lowest: Number | None, highest: Number | None) -> str:
    if highest is None:
        return f"at least {lowest or 0}"
    if lowest is None:
        return f"at most {highest}"
    return f"exactly {lowest}" if lowest == highest else f"from {lowest} to {highest}"


def _is_rfc3339(value: Any) -> bool:
    found = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def _is_base64(value: Any) -> bool:
    return isinstance(value, str) and len(value) % 4 == 0 and _BASE64.fullmatch(value) is not None


def _is_ascii(value: Any) -> bool:
    return isinstance(value, str) and value.isascii()


def _is_go_duration(value: Any) -> bool:
    return isinstance(value, str) and _parses(go_seconds, value)


def _is_iso8601_duration(value: Any) -> bool:
    return isinstance(value, str) and _parses(iso8601, value)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except MalformedDuration:
        return False
    return True


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _deeper_than(levels: int, parsed: Any) -> bool:
    inside = [parsed]
    for _ in range(levels + 1):
        here = [value for value in inside if isinstance(value, dict | list)]
        if not here:
            return False
        inside = [part for value in here for part in (value.values() if isinstance(value, dict) else value)]
    return True
