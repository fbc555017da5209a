"""Patterns in RE2's syntax: what they match is what Go's regexp matches."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.framework.patterns import UnknownPattern, compiled
from tests.framework.strategies import MANY

# Pattern, texts in which Go finds it, texts in which it does not. Each line was held against Go's regexp.
FOUND: list[tuple[str, list[str], list[str]]] = [
    (r"a$", ["a", "ba"], ["a\n", "ab"]),
    (r"^a$|^b$", ["a", "b"], ["a\n", "b\n", "\na"]),
    (r"a\z", ["a"], ["a\n"]),
    (r"\Aa", ["ab"], ["ba", "\na"]),
    (r"[$]", ["$"], [""]),
    (r"\$", ["$"], [""]),
    (r"^\d$", ["7"], ["\u0667", "\uff17"]),
    (r"^[\d]$", ["7"], ["\u0667"]),
    (r"^\D$", ["x", "\u0667"], ["7"]),
    (r"^\w$", ["x", "_", "7"], ["\u00e9", "-"]),
    (r"^\W$", ["\u00e9", "-"], ["x", "_"]),
    (r"^\s$", [" ", "\t", "\n", "\r", "\f"], ["\v", "\u00a0", "\x85"]),
    (r"^[\s]$", [" ", "\n"], ["\v", "\u00a0"]),
    (r"^\S$", ["x", "\v", "\u00a0"], [" ", "\n"]),
    (r"^[\S]$", ["x", "\v", "\u00a0"], [" ", "\n"]),
    (r"^[^\s]$", ["x", "\v", "\u00a0"], [" ", "\n"]),
    (r"^[^\S]$", [" ", "\n"], ["x", "\v", "\u00a0"]),
    (r"\bx\b", ["x", "a x b", "\u00e9x\u00e9"], ["ax", "_x"]),
    (r"^.$", ["\r", "\u2028", "x"], ["\n", "", "xx"]),
    (r"(?s)^.$", ["\n"], [""]),
    (r"(?i)ab", ["AB", "aB"], ["a"]),
    (r"a(?i)b", ["ab", "aB"], ["AB"]),
    (r"a(?i)b|c", ["ab", "aB", "c", "C"], ["A", "B"]),
    (r"(a(?i)b|c)d", ["abd", "aBd", "cd", "Cd"], ["ABd", "abD"]),
    (r"(?is)^a.b$", ["A\nB"], ["ab"]),
    (r"(?i)a(?s).b|C$", ["A\nB", "c"], ["c\n", "A\n"]),
    (r"((?i)a(?s).b|C)d", ["a\nBd", "cd"], ["a\nBD"]),
    (r"(?i:a)b", ["Ab"], ["aB"]),
    (r"^(?:a|b$)", ["ax", "b"], ["b\n"]),
    (r"(?P<n>a)b", ["ab"], ["b"]),
    (r"^[]a]$", ["]", "a"], ["b"]),
    (r"^[^]a]$", ["b"], ["]", "a"]),
    (r"^[[a]$", ["[", "a"], ["]"]),
    (r"^[a&&b]$", ["a", "b", "&"], ["x"]),
    (r"^[a||b~~]$", ["a", "|", "~"], ["x"]),
    (r"^[a\-z]$", ["a", "-", "z"], ["m"]),
    (r"^[\w\]\\]$", ["]", "\\", "_"], ["-"]),
    (r"^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
    (r"^a{,2}$", ["a{,2}"], ["a", "aa"]),
    (r"^{$", ["{"], [""]),
    (r"^x*?y+?$", ["y", "xxyy"], ["x"]),
    (r"^\x41\x{e9}[\x{61}-\x{63}]$", ["A\u00e9b"], ["A\u00e9d"]),
    (r"^(|a)$", ["", "a"], ["b"]),
    (r"^\.\/\_\#\ $", ["./_# "], ["x/_# "]),
    # In use as they are, in providers whose configurations this one takes.
    (
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$",
        ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.5+01:00"],
        ["2026-01-31T09:30:00", "2026-01-31T09:30:00Z\n", "2026-01-31 09:30:00Z"],
    ),
    (
        r"^[A-Za-z0-9'.\-_!#^~]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
        ["o'neil~#@a.example", "a^b@x.yz"],
        ["a@b", "a&b@x.yz", "@x.yz", "\u0131@x.yz"],
    ),
    (r"^[^\s]([^<>()&|$'\",;^]*[^\s])?$", ["a", "a b", "\v"], ["", " a", "a ", "a|b", "a$b"]),
    (r"^(http|https|file)://.*$|^(/|./|../).*$", ["file://x", "/x", "x/", "../x"], ["ftp//", "", "http://a\nb"]),
    (
        r"^(?i)(created|updated|deleted)(\s*,\s*(created|updated|deleted))*$",
        ["created", "Updated , DELETED", "created,\n deleted"],
        ["created,", "created\n", "created,\vdeleted", "made"],
    ),
    (r"^\+?[\d\s\-\(\)\.]+$", ["+49 (30) 1.2-3"], ["+", "12a", "\u0661"]),
    (r".*\.pkg$", ["a.pkg", ".pkg", "a\nb.pkg"], ["a.pkg\n", "apkg"]),
    (r"^CN=", ["CN=a"], ["cn=a", " CN=a"]),
    (r"^.*$", ["", "a"], ["a\nb", "\n"]),
]


@pytest.mark.parametrize(("pattern", "found", "missed"), FOUND, ids=[case[0] for case in FOUND])
def test_a_pattern_means_what_it_means_to_go(pattern: str, found: list[str], missed: list[str]) -> None:
    read = compiled(pattern)

    assert [text for text in found if not read.search(text)] == []
    assert [text for text in missed if read.search(text)] == []


REFUSED = [
    r"(?=a)",
    r"(?!a)",
    r"(?<!a)b",
    r"(?>a)",
    r"(?#a)",
    r"(a)\1",
    r"a**",
    r"a*+",
    r"a{2}{3}",
    r"*a",
    r"(a",
    r"a)",
    r"[a",
    "a\\",
    r"\Z",
    r"\pL",
    r"\Qa\E",
    r"\x4",
    r"\x{110000}",
    r"\u0041",
    r"[[:alpha:]]",
    r"[\b]",
    r"(?m)^a$",
    r"(?U)a*",
    r"(?-i:a)",
    r"(?x) a",
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_one_of_the_two_does_not_know_is_refused(pattern: str) -> None:
    with pytest.raises(UnknownPattern, match=r"^'.*' "):
        compiled(pattern)


@MANY
@given(st.text("ab[]^()?:isP<n>*+{}1,\\dsSwxz$|.&~-\n", max_size=12))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compiled(text).search("ab1")
        except UnknownPattern as cause:
            assert repr(text) in str(cause)  # noqa: PT017
