"""Random resources live through random runs of Terraform, over gRPC; no answer is one that Terraform would refuse.

And no promise of a declaration is broken, and a second plan is always empty. `python -m tests.cycle` runs more of them,
and tells the story of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.cycle import difficult
from tests.cycle.cycle import live
from tests.cycle.scenarios import SCENARIOS, Scenario, scenario
from tests.cycle.server import Server, serving

LIVES = 100
CHUNKS = 10


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_lives(server: Server, chunk: int, record_property: Callable[[str, object], None]) -> None:
    asked: Counter[str] = Counter()
    for seed in range(chunk * LIVES, (chunk + 1) * LIVES):
        try:
            asked += live(server, scenario(Random(seed)))
        except Exception as wrong:
            wrong.add_note(f"python -m tests.cycle --story {seed} tells the least of it that fails")
            raise

    record_property("judged", dict(asked))
    # So many there are at least: 10,000 cases in all.
    assert asked["PlanResourceChange"] > 800
    assert asked["ApplyResourceChange"] > 250
    assert asked["ReadResource"] > 450
    assert asked["ImportResourceState"] > 10


@pytest.mark.parametrize("name", difficult.LIVES)
def test_difficult_lives(server: Server, name: str) -> None:
    for seed in range(difficult.TIMES):
        live(server, replace(difficult.LIVES[name], seed=seed))


@given(SCENARIOS)
@settings(
    max_examples=100,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_lives_by_hypothesis(server: Server, life: Scenario) -> None:
    """Fewer of them, and of another kind of chance."""
    live(server, life)
