r"""Regular expressions as providers write them: in the syntax of RE2, which Go reads, and with its meaning.

Python reads most of them, but some differently: its `$` also matches before a line feed at the end, `\d` takes the
digits of every alphabet, `\s` the vertical tab, a flag in the middle is an error. `compiled` translates what differs,
and refuses what one of the two does not know. Source: https://github.com/google/re2/wiki/Syntax.

One difference is left: where case does not count (`(?i)`), RE2 also takes U+017F for an s and U+212A for a k.
"""

from __future__ import annotations

import re
from functools import cache

_ESCAPE = r"\\x[0-9a-fA-F]{2}|\\x\{[0-9a-fA-F]{1,6}\}|\\."
_TOKEN = re.compile(
    rf"""(?P<escape>{_ESCAPE})
    | (?P<class>\[\^?\]?(?:\\.|\[:\^?\w*:\]|[^\]\\])*\])
    | (?P<flags>\(\?[a-zA-Z]+\))
    | (?P<open>\((?!\?)|\(\?(?:P<\w+>|[a-zA-Z]*:))
    | (?P<repeat>(?:[*+?]|\{{\d+(?:,\d*)?\}})\??)
    | (?P<plain>[^\\\[(])""",
    re.VERBOSE | re.DOTALL,
)
_CLASS_PART = re.compile(rf"{_ESCAPE}|\[:\^?\w*:\]|.", re.DOTALL)

# What both know, in the ASCII mode of Python.
_SAME = frozenset("dDwWbBAnrtfva")
_SPACE = r"\t\n\f\r "
_ESCAPES = {r"\s": f"[{_SPACE}]", r"\S": f"[^{_SPACE}]", r"\z": r"\Z"}
_CLASS_ESCAPES = {r"\s": _SPACE, r"\S": r"\S\v"}
_FLAGS = frozenset("is")
_WARNED = frozenset("[&|~")


class UnknownPattern(ValueError):
    """A pattern that RE2 or Python does not know, or that means different things to them."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern in Python's form; raise UnknownPattern."""
    try:
        return re.compile(_translated(pattern), re.ASCII)
    except re.error as cause:
        raise UnknownPattern(f"{pattern!r} is no regular expression: {cause}") from None


def _translated(pattern: str) -> str:
    result: list[str] = []
    # For each group that is open, the flags that were set in it: they hold to its end, through all alternatives.
    flags: list[str] = [""]
    repeated = False
    position = 0
    while position < len(pattern):
        found = _TOKEN.match(pattern, position)
        if found is None:
            raise UnknownPattern(f"{pattern!r} has something that is not understood at {position}")
        position = found.end()
        kind, text = str(found.lastgroup), found[0]
        if kind == "repeat" and repeated:
            raise UnknownPattern(f"{pattern!r} repeats a repetition at {found.start()}")
        repeated = kind == "repeat"
        match kind:
            case "flags":
                added = _known_flags(pattern, text[2:-1])
                flags[-1] += added
                result.append(_groups(added))
            case "open":
                if text.startswith("(?") and not text.startswith("(?P"):
                    _known_flags(pattern, text[2:-1])
                flags.append("")
                result.append(text)
            case "escape":
                result.append(_escape(pattern, text, _ESCAPES))
            case "class":
                result.append(_class(pattern, text))
            case "repeat":
                result.append(text)
            case _:
                result.append(_plain(text, flags))
    return "".join(result) + ")" * len(flags[-1])


def _plain(text: str, flags: list[str]) -> str:
    match text:
        case ")":
            return ")" * len(flags.pop() if len(flags) > 1 else "") + ")"
        case "|":
            return ")" * len(flags[-1]) + "|" + _groups(flags[-1])
        case "$":
            return r"\Z"
        case "{":
            return r"\{"
    return text


def _groups(flags: str) -> str:
    return "".join(f"(?{flag}:" for flag in flags)


def _known_flags(pattern: str, flags: str) -> str:
    if not set(flags) <= _FLAGS:
        raise UnknownPattern(f"{pattern!r} has a flag that is none of {', '.join(sorted(_FLAGS))}")
    return flags


def _escape(pattern: str, text: str, translations: dict[str, str]) -> str:
    if text.startswith(r"\x{"):
        return f"\\U{text[3:-1]:0>8}"
    if text in translations:
        return translations[text]
    if text[1] in _SAME or len(text) > 2 or not (text[1].isalnum() or ord(text[1]) > 0x7F):
        return text
    raise UnknownPattern(f"{pattern!r} has {text}, which is not understood")


def _class(pattern: str, text: str) -> str:
    start = re.match(r"\[\^?\]?", text)
    assert start is not None  # so begins every class
    parts = [start[0].replace("]", r"\]")]
    for part in _CLASS_PART.findall(text[start.end() : -1]):
        if part.startswith("[:") or part in (r"\b", r"\B", r"\A"):
            raise UnknownPattern(f"{pattern!r} has {part} in a class, which is not understood")
        if part.startswith("\\"):
            parts.append(_escape(pattern, part, _CLASS_ESCAPES))
        else:
            # Python warns of these, since they may mean something else in a later version.
            parts.append(f"\\{part}" if part in _WARNED else part)
    return "".join(parts) + "]"
