"""The inputs that are kept: `<target>.txt`, one on each line, in hexadecimal digits."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parent


def read(target: str) -> list[bytes]:
    """Return the inputs that are kept for a target."""
    return [bytes.fromhex(line) for line in (_FOLDER / f"{target}.txt").read_text(encoding="ascii").splitlines()]


def write(target: str, inputs: Iterable[bytes]) -> None:
    """Keep these inputs for a target, and no others."""
    lines = [f"{data.hex()}\n" for data in sorted(set(inputs), key=lambda data: (len(data), data))]
    (_FOLDER / f"{target}.txt").write_text("".join(lines), encoding="ascii")
