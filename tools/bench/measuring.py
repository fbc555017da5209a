"""What is measured, and how two variants are measured so that they can be compared."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One line of the table. `floor`, `ratio` and `target` are None where there is none."""

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    target: float | None


def timed(command: list[str], environment: Mapping[str, str], folder: Path) -> float:
    """Return the seconds that a command takes; end the benchmark where it fails."""
    begin = time.perf_counter()
    done = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True
    )
    taken = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return taken


def interleaved(runs: int, *variants: Callable[[], float]) -> list[list[float]]:
    """Run the variants in turn, once to warm up and then `runs` times; return what each of them gave."""
    for variant in variants:
        variant()
    results: list[list[float]] = [[] for _ in variants]
    for _ in range(runs):
        for variant, found in zip(variants, results, strict=True):
            found.append(variant())
    return results


def row(
    name: str,
    values: list[float],
    floors: list[float],
    target: float | None,
    pick: Callable[[list[float]], float] = median,
) -> Row:
    """Return the row of a measurement in seconds: what `pick` takes of the values, of the floors, and their ratio."""
    value, floor = pick(values), pick(floors)
    return Row(name, round(value, 9), "s", round(floor, 9), round(value / floor, 3), target)


def percentile99(values: list[float]) -> float:
    """Return the value that one in a hundred exceeds."""
    return quantiles(values, n=100)[98]
