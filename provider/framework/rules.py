"""Rules that a configured value must keep.

Each rule is a small value behind a lower-case function. Called with a known value it returns what
is wrong with it, or None; its `repr` reads as the end of the sentence "The value must …", which
messages and documentation both use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from provider.framework.values import Unknown

Rule = Callable[[Any], str | None]

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, repr=False)
class _OneOf:
    values: tuple[str, ...]

    def __call__(self, value: str) -> str | None:
        return None if value in self.values else f"must {self!r}"

    def __repr__(self) -> str:
        return f"be one of {', '.join(self.values)}"


@dataclass(frozen=True, slots=True, repr=False)
class _Matches:
    pattern: re.Pattern[str]
    words: str

    def __call__(self, value: str) -> str | None:
        return None if self.pattern.fullmatch(value) else f"must {self.words}"

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True, repr=False)
class _Range:
    lowest: int
    highest: int | None

    def __call__(self, value: Any) -> str | None:
        if value < self.lowest or (self.highest is not None and value > self.highest):
            return f"must {self!r}"
        return None

    def __repr__(self) -> str:
        return f"be at least {self.lowest}" if self.highest is None else f"be from {self.lowest} to {self.highest}"


@dataclass(frozen=True, slots=True, repr=False)
class _Whole:
    def __call__(self, value: Any) -> str | None:
        return None if isinstance(value, int) else f"must {self!r}"

    def __repr__(self) -> str:
        return "be a whole number"


@dataclass(frozen=True, slots=True, repr=False)
class _Url:
    schemes: tuple[str, ...]

    def __call__(self, value: str) -> str | None:
        try:
            parts = urlsplit(value)
            well_formed = parts.scheme in self.schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            well_formed = False
        return None if well_formed and not re.search(r"\s", value) else f"must {self!r}"

    def __repr__(self) -> str:
        return f"be an absolute URL that begins with {' or '.join(s + '://' for s in self.schemes)}"


@dataclass(frozen=True, slots=True, repr=False)
class _Each:
    rule: Rule

    def __call__(self, value: Any) -> str | None:
        known = (element for element in value if element is not None and not isinstance(element, Unknown))
        wrong = next(filter(None, map(self.rule, known)), None)
        return wrong and f"has an element that {wrong}"

    def __repr__(self) -> str:
        return f"have elements that each {self.rule!r}"


def each(rule: Rule) -> Rule:
    """Accept lists whose elements all keep `rule`; those that are null or unknown are passed over."""
    return _Each(rule)


def one_of(*values: str) -> Rule:
    """Accept exactly the given texts."""
    return _OneOf(values)


def matching(pattern: str, words: str) -> Rule:
    """Accept texts that match `pattern` whole; `words` says what that means."""
    return _Matches(re.compile(pattern), words)


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


def between(lowest: int, highest: int | None = None) -> Rule:
    """Accept numbers from `lowest` to `highest`, both included; no upper bound where that is None."""
    return _Range(lowest, highest)


def whole() -> Rule:
    """Accept numbers without a fraction."""
    return _Whole()


def url(*schemes: str) -> Rule:
    """Accept absolute URLs of these schemes, https and http where none is given."""
    return _Url(schemes or ("https", "http"))
