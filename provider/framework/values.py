"""What a Terraform value is in Python, and the two things that every value can be instead.

| Terraform      | Python                                                  |
| -------------- | ------------------------------------------------------- |
| null           | `None`                                                  |
| unknown        | an `Unknown`                                            |
| string, bool   | `str`, `bool`                                           |
| number         | `int` where it is whole, else `decimal.Decimal`         |
| list, set, tuple | `tuple`                                               |
| map, object    | `dict`                                                  |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from provider.framework.paths import Path


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that Terraform learns only while it applies."""

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN = Unknown()


def unknown_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each unknown value inside `value`, in the order in which they stand."""
    if isinstance(value, Unknown):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from unknown_paths(part, (*path, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from unknown_paths(part, (*path, index))
