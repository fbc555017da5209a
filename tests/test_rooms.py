"""The arrows between the rooms point one way: who calls whom is decided here, and nothing calls up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Room → the rooms that it may import, itself left out. `main` and `cli` stand above all.
ROOMS = {
    "provider.framework": set[str](),
    "provider.catalogue": set[str](),
    "provider.config": {"provider.framework"},
    "provider.protocol": {"provider.framework"},
    "provider.network": {"provider", "provider.framework", "provider.config"},
    "provider.plugin": {"provider.framework", "provider.protocol"},
    "provider.auth": {"provider.framework", "provider.config", "provider.network"},
    "provider.graph": {"provider.framework", "provider.config", "provider.network", "provider.auth"},
    "provider.data_sources": {"provider.framework", "provider.graph"},
    "tenant": set[str](),
}

# What the rules of a room keep out of it, besides our own rooms.
FOREIGN = {
    "provider.framework": {"grpc", "google", "requests", "msal", "socket", "ssl", "asyncio"},
    "provider.config": {"grpc", "google", "requests", "msal"},
    "provider.protocol": {"requests", "msal", "socket", "ssl"},
    "provider.auth": {"grpc", "google"},
    "provider.data_sources": {"grpc", "google", "requests", "msal"},
    "tenant": {"provider"},
}


def sources(room: str) -> list[Path]:
    place = ROOT / room.replace(".", "/")
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def imports(source: Path) -> Iterator[str]:
    """Yield the full name of each module or member that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name: str) -> str | None:
    """Return the room that an imported name belongs to, None for what is not ours."""
    parts = name.split(".")
    if parts[0] == "tenant":
        return "tenant"
    if parts[0] != "provider":
        return None
    return ".".join(parts[:2]) if (ROOT / "provider" / parts[1]).is_dir() or len(parts) > 2 else "provider"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    up = {
        f"{source.relative_to(ROOT)} imports {name}"
        for source in sources(room)
        for name in imports(source)
        if (to := room_of(name)) is not None and to != room and to not in ROOMS[room]
    }
    assert not up


@pytest.mark.parametrize("room", FOREIGN)
def test_a_room_keeps_out_what_its_rule_excludes(room: str) -> None:
    found = {
        f"{source.relative_to(ROOT)} imports {name}"
        for source in sources(room)
        if "stubs" not in source.parts
        for name in imports(source)
        if name.split(".")[0] in FOREIGN[room]
    }
    assert not found


def test_every_folder_of_the_provider_is_a_room_of_the_table() -> None:
    folders = {f"provider.{init.parent.name}" for init in (ROOT / "provider").glob("*/__init__.py")}
    assert folders - {"provider.cli"} <= ROOMS.keys()
