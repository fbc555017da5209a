"""The property test bites: a few mistakes in the framework are each caught, and all of the others can still be made.

`make mutants` makes all of them.
"""

from __future__ import annotations

import pytest

from tests.cycle.mutants import MUTANTS, ROOT, Mutant, run

# One of each module, and caught within the first lives.
QUICK = (
    "defaults are not planned",
    "nothing keeps its value",
    "empty and null make a difference",
    "each read changes the state",
    "nested secrets get into the state",
    "0.1 is another number when an API tells it",
)


def test_there_are_enough() -> None:
    assert len({mutant.why for mutant in MUTANTS}) == len(MUTANTS) > 50


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.why)
def test_it_can_be_made(mutant: Mutant) -> None:
    text = (ROOT / mutant.path).read_text(encoding="utf-8")

    assert text.count(mutant.old) == 1
    # It has to be a mistake that runs.
    compile(text.replace(mutant.old, mutant.new), mutant.path, "exec")


@pytest.mark.parametrize("why", QUICK)
def test_it_is_caught(why: str) -> None:
    (mutant,) = (mutant for mutant in MUTANTS if mutant.why == why)

    assert run(mutant, lives=60).caught
