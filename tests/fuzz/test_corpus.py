"""What the fuzzer has found interesting is tried again each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import corpus
from tests.fuzz.targets import TARGETS


def test_each_target_has_its_corpus() -> None:
    """The tool takes its targets from the files."""
    assert {file.stem for file in Path(__file__).parent.glob("*.txt")} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_each_input_ends_as_it_should(target: str) -> None:
    inputs = corpus.read(target)

    assert len(inputs) > 20
    for data in inputs:
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_cut_off_ends_as_it_should(target: str) -> None:
    for data in corpus.read(target):
        for at in range(0, len(data), 1 + len(data) // 16):
            TARGETS[target](data[:at])
