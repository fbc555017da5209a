"""Paths to a value inside a configuration, a plan or a state.

A path is a tuple of steps: `Attribute` names as plain `str`, list indexes as `int`, and map
keys as `Key`, as in the protocol's AttributePath.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A step into a map by its key."""

    name: str


Step = str | int | Key
Path = tuple[Step, ...]


def show(path: Path) -> str:
    """Return `path` as HCL writes it: `entra_id_options.client_id`, `rules[0]`, `tags["a"]`."""
    text = ""
    for step in path:
        match step:
            case str():
                text += f".{step}" if text else step
            case int():
                text += f"[{step}]"
            case Key(name):
                text += f'["{name}"]'
    return text
