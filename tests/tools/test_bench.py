"""`tools/bench/`: the table has what was measured, and only a whole benchmark is written down."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
RESULT = CHECKOUT / ".build/bench.json"


@pytest.mark.parametrize(
    ("part", "rows"), [("codec", ["decode_1000_attributes", "decode_1mb"]), ("planning", ["plan_recursive_type"])]
)
def test_a_part_is_measured_and_printed(part: str, rows: list[str]) -> None:
    before = RESULT.read_bytes() if RESULT.exists() else None
    command = [sys.executable, "-m", "tools.bench", "--runs", "1", "--only", part]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["row", "value", "floor", "ratio", "target"]
    assert [line.split()[0] for line in lines] == rows
    for line in lines:
        found = re.fullmatch(r"\w+ +(\S+) s +(\S+) s +(\S+) +(\S+)", line)
        assert found is not None, line
        value, floor, ratio, target = map(float, found.groups())
        assert ratio == pytest.approx(value / floor, rel=0.02)
        assert target >= 1
    assert (RESULT.read_bytes() if RESULT.exists() else None) == before
