"""Writes the generated pages and sections of `docs/` from the declarations and the examples.

    python tools/docs.py [--check]

- `docs/index.md`: what stands between the marks; the rest of the page is written by hand.
- `docs/data-sources/NAME.md`: the whole page, one for each data source.

Writes only what differs. With --check it writes nothing, names each file that is not current and exits with 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import isfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from provider import catalogue  # noqa: E402
from provider.config import block  # noqa: E402
from provider.framework import types  # noqa: E402
from provider.framework.hcl import literal  # noqa: E402
from provider.framework.schema import NO_DEFAULT, Attribute, Kind, Mode, Nested, Nesting  # noqa: E402

if TYPE_CHECKING:
    from provider.framework.provider import DataSource

_PREFIX = "microsoft365_"
_PRIMITIVES = {types.STRING: "String", types.NUMBER: "Number", types.BOOL: "Boolean", types.DYNAMIC: "Dynamic"}
_NESTED = {
    Nesting.SINGLE: "Attributes",
    Nesting.LIST: "Attributes List",
    Nesting.SET: "Attributes Set",
    Nesting.MAP: "Attributes Map",
}
# The order in which the registry's pages list attributes.
_SECTIONS = (
    ("Required", (Mode.REQUIRED,)),
    ("Optional", (Mode.OPTIONAL, Mode.OPTIONAL_COMPUTED)),
    ("Read-Only", (Mode.COMPUTED,)),
)


class DocumentError(Exception):
    """A page lacks what is to be written into it. The text says what, for the person at the terminal."""


def pages(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield each generated file below `root` with the text that it must have.

    Raises:
        DocumentError: a mark or an example is missing.
    """
    index = root / "docs/index.md"
    text = _replaced(_read(index), "example", _example(root / "examples/provider/provider.tf"))
    yield index, _replaced(text, "schema", "\n".join(schema(block.SCHEMA.attributes)))
    for name in catalogue.DATA_SOURCES:
        example = root / "examples/data-sources" / name / "data-source.tf"
        page = root / "docs/data-sources" / f"{name.removeprefix(_PREFIX)}.md"
        yield page, _data_source(catalogue.data_source(name), _example(example))


def schema(attributes: Mapping[str, Attribute]) -> Iterator[str]:
    """Yield the lines of the section on `attributes`, those of nested attributes behind them."""
    yield "## Schema"
    yield from _listed(attributes, ())


def _listed(attributes: Mapping[str, Attribute], path: tuple[str, ...]) -> Iterator[str]:
    for title, modes in _SECTIONS:
        rows = [(name, a) for name, a in sorted(attributes.items()) if a.mode in modes]
        if rows:
            yield from ("", f"{title}:" if path else f"### {title}", "")
            yield from (_row(name, attribute, path) for name, attribute in rows)
    for name, attribute in sorted(attributes.items()):
        if isinstance(attribute.kind, Nested):
            inner = (*path, name)
            yield from ("", f'<a id="{_anchor(inner)}"></a>', "", f"### Nested Schema for `{'.'.join(inner)}`")
            yield from _listed(attribute.kind.attributes, inner)


def _row(name: str, attribute: Attribute, path: tuple[str, ...]) -> str:
    notes = [_type(attribute.kind)]
    about = [attribute.about, *_rules(attribute)]
    if attribute.sensitive:
        notes.append("Sensitive")
    if attribute.write_only:
        notes.append("Write-only")
    if attribute.deprecated:
        notes.append("Deprecated")
        about.append(attribute.deprecated)
    if isinstance(attribute.kind, Nested):
        about.append(f"See [below for nested schema](#{_anchor((*path, name))}).")
    return f"- `{name}` ({', '.join(notes)}) {' '.join(about)}"


def _anchor(path: tuple[str, ...]) -> str:
    return f"nestedatt--{'--'.join(path)}"


def _type(kind: Kind | Nested) -> str:
    return _NESTED[kind.nesting] if isinstance(kind, Nested) else _type_name(kind.type)


def _type_name(type_: types.Type) -> str:
    match type_:
        case types.Primitive():
            return _PRIMITIVES[type_]
        case types.Collection(kind, element):
            return f"{kind.capitalize()} of {_type_name(element)}"
        case _:
            return "Object"


def _rules(attribute: Attribute) -> Iterator[str]:
    """Yield what a configuration has to keep to, and what comes of a change, each in a sentence."""
    kind = attribute.kind
    if attribute.configurable:
        words = [repr(rule) for rule in kind.rules if not _named(getattr(rule, "values", ()), attribute.about)]
        if words:
            yield f"Must {' and '.join(words)}."
        if isinstance(kind, Kind) and kind.element is not None and kind.element.rules:
            yield f"Each element must {' and '.join(map(repr, kind.element.rules))}."
        if isinstance(kind, Nested):
            yield from (_sentence(repr(relation)) for relation in kind.relations)
        yield from (_sentence(repr(modifier)) for modifier in attribute.modifiers if not isfunction(modifier))
    if attribute.default is not NO_DEFAULT:
        yield f"Default: `{literal(attribute.default)}`."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _named(values: Iterable[str], about: str) -> bool:
    """Tell whether `about` itself names all the values that are allowed."""
    allowed = list(values)
    return bool(allowed) and all(f"`{value}`" in about for value in allowed)


def _data_source(declared: DataSource[Any], example: str) -> str:
    lines = [
        "---",
        f'page_title: "{declared.name} Data Source - microsoft365"',
        'subcategory: ""',
        "description: |-",
        f"  {declared.schema.about}",
        "---",
        "",
        f"# {declared.name} (Data Source)",
        "",
        declared.schema.about,
        "",
        "## Example Usage",
        "",
        example,
        "",
        *schema(declared.schema.attributes),
    ]
    return "\n".join(lines) + "\n"


def _example(path: Path) -> str:
    return f"```terraform\n{_read(path).rstrip()}\n```"


def _replaced(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- {name}: written by tools/docs.py -->", f"<!-- {name}: end -->"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(found.findall(text)) != 1:
        raise DocumentError(f"docs/index.md must have {begin} and {end} once.")
    return found.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as cause:
        raise DocumentError(f"{path} cannot be read: {cause.strerror}.") from cause


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write, or check, the pages below `root`; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say what is not current")
    check: bool = parser.parse_args(arguments).check
    stale = []
    try:
        for path, text in pages(root):
            if path.exists() and _read(path) == text:
                continue
            stale.append(path.relative_to(root).as_posix())
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 1
    for name in stale:
        print(f"{name} {'is not current: run make docs' if check else 'written'}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
