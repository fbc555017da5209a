"""What tests need of a Markdown file: its blocks of code, links, headings and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="([^"]+)">')


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code."""

    language: str
    code: str


def blocks(text: str) -> list[Block]:
    """Return the blocks of code, in order."""
    return [Block(found["language"], found["code"]) for found in _FENCE.finditer(text)]


def marked(path: Path, name: str) -> Block:
    """Return the block that follows the mark `<!-- test: name -->` in the file at `path`.

    Raises:
        AssertionError: the mark is not there once, or no block follows it.
    """
    before, *after = path.read_text(encoding="utf-8").split(f"<!-- test: {name} -->\n")
    assert before, path
    assert len(after) == 1, f"{path} has the mark {name!r} {len(after)} times"
    found = _FENCE.match(after[0].lstrip("\n"))
    assert found, f"in {path}, no block of code follows the mark {name!r}"
    return Block(found["language"], found["code"])


def links(text: str) -> list[str]:
    """Return the targets of all links outside code."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "``", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """Return what a link to a part of this text may name: headings as GitHub and the registry do, and explicit ones."""
    prose = _FENCE.sub("", text)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose)}
    return slugs | set(_ANCHOR.findall(prose))


def front_matter(text: str) -> dict[str, str]:
    """Return the fields before the text, in the simple YAML of the registry's pages; empty where there are none.

    Raises:
        AssertionError: a line is neither `name: value`, nor the indented line of a text.
    """
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    fields: dict[str, str] = {}
    name = ""
    for line in found[1].splitlines() if found else ():
        if line.startswith("  "):
            fields[name] = f"{fields[name]} {line.strip()}".strip()
            continue
        field = re.fullmatch(r'(\w+): (?:"(.*)"|\|-)', line)
        assert field, f"front matter: {line!r}"
        name = field[1]
        fields[name] = field[2] or ""
    return fields


def first_cells(text: str) -> list[tuple[str, ...]]:
    """Return, for each row of each table, the code spans in its first cell."""
    rows = (line for line in _FENCE.sub("", text).splitlines() if line.startswith("| "))
    return [tuple(re.findall(r"`([^`]+)`", row.split(" | ")[0])) for row in rows]
