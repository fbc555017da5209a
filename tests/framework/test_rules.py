"""Rules: what each accepts, what it says of the rest, and how it reads in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from provider.framework import types
from provider.framework.patterns import UnknownPattern
from provider.framework.rules import (
    Rule,
    alone,
    any_of,
    ascii_only,
    base64,
    between,
    email,
    equals,
    go_duration,
    guid,
    guid_or_domain,
    is_json,
    iso8601_duration,
    length,
    matching,
    none_of,
    one_of,
    rfc3339,
    satisfying,
    searching,
    size,
    url,
    whole,
    without_characters,
)
from provider.framework.values import UNKNOWN, Dynamic
from tests.framework.strategies import FEW, typed_values

GUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
LABEL = "a" * 63

RULES: list[tuple[Rule, str, list[Any], list[Any]]] = [
    # rule, how it reads after "The value must …", what it accepts, what it refuses
    (one_of("public", "china"), "be one of public, china", ["public", "china"], ["", "Public", "public ", "publi"]),
    (one_of("a"), "be a", ["a"], ["b", None]),
    (one_of("Ab", "c", ignoring_case=True), "be one of Ab, c, in any case", ["Ab", "aB", "C"], ["", "abc", 1, None]),
    (
        one_of("", "two words", "a,b", 'say "a"', 1, True),
        r'be one of "", two words, "a,b", "say \"a\"", 1, true',
        ["", "a,b", 1, True],
        ["two", 2],
    ),
    (none_of("a", "b"), "be none of a, b", ["c", "", "A"], ["a", "b"]),
    (none_of("0"), "not be 0", ["1"], ["0"]),
    (equals(False), "be false", [False], [True]),
    (equals(Decimal("1.5")), "be 1.5", [Decimal("1.5")], [1, Decimal("1.4")]),
    (any_of(one_of("All", "None"), guid()), f"be one of All, None or be a GUID such as {GUID}", ["All", GUID], ["all"]),
    (any_of(between(1), equals("all")), "be at least 1 or be all", [1, "all"], [0, "", "1"]),
    (satisfying(str.isupper, "be in capital letters"), "be in capital letters", ["A"], ["a", ""]),
    (matching("a+", "be some a"), "be some a", ["a", "aaa"], ["", "ab", "ba", "a\n"]),
    (matching(r"^\d+$|x", "be digits"), "be digits", ["1", "x"], ["", "1\n", "\u0661", "xx"]),
    (searching("a+", "have some a"), "have some a", ["a", "bab", "\na\n"], ["", "b", "A"]),
    (searching("^a$", "be an a"), "be an a", ["a"], ["a\n", "\na", "aa"]),
    (searching(r".*\.pkg$", "end in .pkg"), "end in .pkg", ["a.pkg", ".pkg", "a\nb.pkg"], ["a.pkg\n", "apkg", ""]),
    (searching(r".*?a|b", "have a or b"), "have a or b", ["xa", "b"], ["", "x"]),
    (length(1), "have at least 1 character", ["a", "\n", "\u00e9", "\U0001f600"], [""]),
    (length(at_most=2), "have at most 2 characters", ["", "ab", "\u00e9\u00e9", "\U0001f600" * 2], ["abc"]),
    (length(at_most=1), "have at most 1 character", ["a"], ["ab"]),
    (length(2, 4), "have from 2 to 4 characters", ["ab", "abcd"], ["a", "abcde"]),
    (length(2, 2), "have exactly 2 characters", ["ab"], ["a", "abc"]),
    (length(1, 1), "have exactly 1 character", ["a"], ["", "ab"]),
    (size(1), "have at least 1 element", [("a",), {"a": 1}, (None,), (UNKNOWN,)], [(), {}]),
    (size(at_most=2), "have at most 2 elements", [(), ("a", "b"), {}], [("a", "b", "c"), {"a": 1, "b": 2, "c": 3}]),
    (size(2, 3), "have from 2 to 3 elements", [("a", "b")], [("a",), ("a",) * 4]),
    (
        alone("All", "None"),
        "have no other element beside All or None",
        [(), ("All",), ("a", "b"), ("All", UNKNOWN), (UNKNOWN, UNKNOWN)],
        [("All", "a"), ("a", "None"), ("All", "None"), ("All", "All"), ("All", None), ("All", "a", UNKNOWN)],
    ),
    (
        alone("AllUsers", inside="target"),
        "have no other element beside one whose target is AllUsers",
        [({"target": "AllUsers"},), ({"target": "a"}, {"target": "b"}), ({"target": "AllUsers"}, UNKNOWN)],
        [({"target": "AllUsers"}, {"target": "b"}), ({"target": None}, {"target": "AllUsers"})],
    ),
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
    (between(None, 5), "be at most 5", [5, -(10**30), Decimal("4.9")], [6, Decimal("5.1")]),
    (between(3, 3), "be exactly 3", [3], [2, 4]),
    (between(Decimal("0.5"), 1), "be from 0.5 to 1", [1, Decimal("0.5")], [0, Decimal("0.4")]),
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
    (
        email(),
        "be an e-mail address such as ana@example.com",
        [
            "ana@example.com",
            "a.b+c@x-1.example",
            "O'Neil_{x}@EXAMPLE.COM",
            "1@1.example",
            "a" * 64 + "@example.com",
        ],
        [
            "",
            "ana",
            "@example.com",
            "ana@",
            "ana@example",
            "ana@@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a b@example.com",
            '"a b"@example.com',
            "Ana <ana@example.com>",
            "ana@example.com\n",
            "ana@-a.com",
            "ana@127.0.0.1",
            "\u00e4na@example.com",
            "\u017fana@example.com",
            "a" * 65 + "@example.com",
            "a@" + "b." * 126 + "com",
        ],
    ),
    (
        rfc3339(),
        "be a date and time such as 2026-01-31T09:30:00Z (RFC 3339)",
        [
            "2026-01-31T09:30:00Z",
            "2024-02-29T23:59:59.123456789+14:00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T00:00:00-00:00",
        ],
        [
            "",
            "2026-01-31",
            "2026-01-31T09:30:00",
            "2026-01-31T09:30Z",
            "2026-01-31 09:30:00Z",
            "2026-01-31t09:30:00z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T23:60:00Z",
            "2026-01-31T23:59:60Z",
            "2026-01-31T09:30:00.Z",
            "2026-01-31T09:30:00,5Z",
            "2026-01-31T09:30:00+1:00",
            "2026-01-31T09:30:00+24:00",
            "2026-01-31T09:30:00+0100",
            "2026-01-31T09:30:00Z\n",
            "\u0662026-01-31T09:30:00Z",
        ],
    ),
    (
        iso8601_duration(),
        "be a duration such as P30D or PT1H30M (ISO 8601)",
        ["P30D", "PT1H30M", "P2W", "PT0.5S"],
        ["", "P", "30d", "1h", "P1D\n"],
    ),
    (
        go_duration(),
        "be a duration such as 30s or 1h30m (units: ns, us, ms, s, m, h)",
        ["0", "30s", "1h30m", "1.5h", "-2h"],
        ["", "30", "1d", "PT1H", "1h\n"],
    ),
    (
        base64(),
        "be base64 on one line, with padding (RFC 4648)",
        ["", "YQ==", "YWI=", "YWJj", "+/+/", "A" * 4_000_000],
        ["Y", "YQ", "YQ=", "YWI", "YQ===", "Y===", "====", "YWJj====", "Y=Q=", "-_-_", "YWJj\n", "YW\nJj", "YW Jj"],
    ),
    (ascii_only(), "have ASCII characters only", ["", "a\n\x7f"], ["\u00e9", "a\u0301"]),
    (
        without_characters('@("\\ \t'),
        'have none of these characters: @ ( " \\ (blank) U+0009',
        ["", "abc", "\n"],
        ["a@b", "(", " ", "a\t", "\\"],
    ),
    (
        is_json(),
        "be JSON",
        ["{}", '[1, "a"]', "null", "1e400", "9" * 5000, ' {"a": {"a": 1}} ', "[" * 100 + "]" * 100],
        [],
    ),
    (
        is_json(2),
        "be JSON with at most 2 levels",
        ["1", "{}", "[[], {}]", '{"a": [1]}'],
        ["[[[]]]", '{"a": {"b": []}}'],
    ),
    (is_json(0), "be JSON with at most 0 levels", ['"["'], ["[]"]),
    (url("https"), "be an absolute URL that begins with https://", ["https://a"], ["http://a"]),
]


def _name(case: Any) -> str:
    return ascii(case)[:60]


READABLE = [repr(rule) for rule, *_ in RULES]


@pytest.mark.parametrize(("rule", "words"), [(rule, words) for rule, words, *_ in RULES], ids=READABLE)
def test_reads_as_the_end_of_a_sentence(rule: Rule, words: str) -> None:
    assert repr(rule) == words


@pytest.mark.parametrize(
    ("rule", "value"), [(rule, value) for rule, _, accepted, _ in RULES for value in accepted], ids=_name
)
def test_accepts(rule: Rule, value: Any) -> None:
    assert rule(value) is None


@pytest.mark.parametrize(
    ("rule", "value"), [(rule, value) for rule, _, _, refused in RULES for value in refused], ids=_name
)
def test_refuses_in_its_own_words(rule: Rule, value: Any) -> None:
    assert rule(value) == f"must {rule!r}"


NO_JSON: list[tuple[str, str]] = [
    ("", "must be JSON, and is none from line 1, column 1 on"),
    ("{a: 1}", "must be JSON, and is none from line 1, column 2 on"),
    ('{\n  "a": 1,\n}', "must be JSON, and is none from line 3, column 1 on"),
    ("{} {}", "must be JSON, and is none from line 1, column 4 on"),
    ('"a\nb"', "must be JSON, and is none from line 1, column 3 on"),
    ("\ufeff{}", "must be JSON, and is none from line 1, column 1 on"),
    ("NaN", "must be JSON"),
    ("[-Infinity]", "must be JSON"),
    ("[" * 101 + "]" * 101, "must be JSON"),
    ("[" * 1_000_000, "must be JSON"),
]


@pytest.mark.parametrize(("text", "problem"), NO_JSON, ids=[ascii(text[:20]) for text, _ in NO_JSON])
def test_what_is_no_json_is_told_with_the_place(text: str, problem: str) -> None:
    assert is_json()(text) == problem


def test_a_search_of_a_long_text_takes_no_time() -> None:
    # 100,000 places, each with all that follows, would be five thousand million steps.
    assert searching(r".*\.pkg$", "end in .pkg")(".pkg" * 25_000 + "\n")


@pytest.mark.parametrize("make", [matching, searching])
def test_a_pattern_is_read_when_it_is_declared(make: Any) -> None:
    with pytest.raises(UnknownPattern):
        make("(?=a)", "be an a")


EQUAL: list[Any] = [
    *(guid, guid_or_domain, url, email, rfc3339, iso8601_duration, go_duration, is_json, base64, ascii_only, whole),
    *(length, size),
    lambda: one_of("a", "b"),
    lambda: none_of("a"),
    lambda: any_of(equals(1), between(3)),
    lambda: matching("a", "b"),
    lambda: searching("a", "b"),
    lambda: alone("a", inside="b"),
    lambda: without_characters("ab"),
]


@pytest.mark.parametrize("make", EQUAL)
def test_equal_rules_are_equal(make: Any) -> None:
    assert make() == make()
    assert len({make(), make()}) == 1


def test_a_pattern_for_the_whole_is_another_rule_than_one_for_a_part() -> None:
    assert matching("a", "b") != searching("a", "b")


# Only a dynamic attribute can bring a value of another type; a rule of texts takes no number for one.
@pytest.mark.parametrize("value", [True, 1, Decimal("1.5"), "a", ("a",), {"a": "b"}], ids=repr)
def test_a_value_of_another_type_breaks_the_rule(value: Any) -> None:
    texts = [guid(), email(), rfc3339(), go_duration(), iso8601_duration(), base64(), ascii_only(), is_json(), url()]
    texts += [length(), matching(".*", "m"), searching("", "s"), without_characters("x")]
    wrong = {repr(rule) for rule in texts if rule(value) is None and not isinstance(value, str)}
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)

    assert wrong == set()
    assert (between(None, 9)(value) is None) is number
    assert (whole()(value) is None) is (value == 1 and number)
    assert (size()(value) is None) is isinstance(value, tuple | dict)


@FEW
@given(typed_values())
def test_any_value_is_taken_or_refused(made: tuple[types.Type, Any]) -> None:
    type_, value = made
    for rule, *_ in RULES:
        for found in (value, Dynamic(type_, value)):
            if rule.__class__.__name__ != "_Satisfies" or repr(rule) != "be in capital letters":
                assert rule(found) in (None, f"must {rule!r}") or repr(rule).startswith("be JSON")
