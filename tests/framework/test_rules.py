"""Rules: what each accepts, what it says of the rest, and how it reads in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from provider.framework.rules import Rule, between, guid, guid_or_domain, matching, one_of, url, whole

GUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
LABEL = "a" * 63

RULES: list[tuple[Rule, str, list[Any], list[Any]]] = [
    # rule, how it reads after "The value must …", what it accepts, what it refuses
    (one_of("public", "china"), "be one of public, china", ["public", "china"], ["", "Public", "public ", "publi"]),
    (matching("a+", "be some a"), "be some a", ["a", "aaa"], ["", "ab", "ba", "a\n"]),
    (
        guid(),
        "be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        [GUID, GUID.upper(), "00000000-0000-0000-0000-000000000000"],
        ["", GUID[:-1], GUID + "0", f"{{{GUID}}}", GUID.replace("-", ""), GUID + "\n", "g" + GUID[1:], f" {GUID}"],
    ),
    (
        guid_or_domain(),
        "be a GUID or a domain name such as contoso.onmicrosoft.com",
        [
            GUID,
            GUID.upper(),
            "contoso.onmicrosoft.com",
            "Contoso.COM",
            "a.de",
            "x-1.example",
            "1.example",
            "xn--bcher-kva.example",
            f"{LABEL}.{LABEL}.{LABEL}.com",
        ],
        [
            "",
            "contoso",
            "common",
            "contoso.",
            ".contoso.com",
            "contoso..com",
            "-a.com",
            "a-.com",
            "a_b.com",
            "a b.com",
            "127.0.0.1",
            "contoso.com\n",
            "bücher.example",
            "conto\u017fo.com",
            "\u212aontoso.com",
            f"a{LABEL}.com",
            f"{LABEL}.{LABEL}.{LABEL}.{LABEL}.com",
            "https://contoso.com",
            "contoso.com/",
        ],
    ),
    (between(0), "be at least 0", [0, 1, 10**30, Decimal("0.5")], [-1, Decimal("-0.1")]),
    (between(0, 100), "be from 0 to 100", [0, 100, Decimal("99.9")], [-1, 101, Decimal("100.1"), 10**30]),
    (whole(), "be a whole number", [0, -5, 10**30], [Decimal("1.5"), Decimal("1e-9")]),
    (
        url(),
        "be an absolute URL that begins with https:// or http://",
        [
            "https://a",
            "http://a.example:8080/path?x=1#y",
            "HTTPS://A.EXAMPLE",
            "https://[::1]:8443",
            "https://127.0.0.1/",
            "https://user:word@host",
        ],
        [
            "",
            "a.example",
            "//a.example",
            "https:a.example",
            "https://",
            "https://:443",
            "https:///path",
            "ftp://a.example",
            "https://a:99999",
            "https://a:0",
            "https://a:port",
            "https://[::1",
            "https://a b",
            "https://a\n",
            "\thttps://a",
        ],
    ),
    (url("https"), "be an absolute URL that begins with https://", ["https://a"], ["http://a"]),
]
READABLE = [repr(rule) for rule, *_ in RULES]


@pytest.mark.parametrize(("rule", "words"), [(rule, words) for rule, words, *_ in RULES], ids=READABLE)
def test_reads_as_the_end_of_a_sentence(rule: Rule, words: str) -> None:
    assert repr(rule) == words


@pytest.mark.parametrize(
    ("rule", "value"), [(rule, value) for rule, _, accepted, _ in RULES for value in accepted], ids=repr
)
def test_accepts(rule: Rule, value: Any) -> None:
    assert rule(value) is None


@pytest.mark.parametrize(
    ("rule", "value"), [(rule, value) for rule, _, _, refused in RULES for value in refused], ids=repr
)
def test_refuses_in_its_own_words(rule: Rule, value: Any) -> None:
    assert rule(value) == f"must {rule!r}"


@pytest.mark.parametrize("make", [lambda: one_of("a", "b"), lambda: matching("a", "b"), guid, guid_or_domain, url])
def test_equal_rules_are_equal(make: Any) -> None:
    assert make() == make()
    assert len({make(), make()}) == 1
