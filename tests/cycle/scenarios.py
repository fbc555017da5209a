"""Random lives of a resource: a schema, and what its user and the world do to it, one step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any

from hypothesis import strategies as st

from provider.framework.schema import Schema
from tests.cycle import configurations, schemas


class Event(Enum):
    """What happens before Terraform is run."""

    CONFIGURED = "the configuration is what it is"
    RESPELLED = "the configuration says the same in other words"
    DRIFTED = "the object changes behind Terraform's back"
    VANISHED = "the object is gone"
    IMPORTED = "Terraform has forgotten the object, and imports it"
    FAILS = "the store fails while it applies"


@dataclass(frozen=True, slots=True)
class Step:
    """One run of Terraform: the configuration while planning, what it is while applying, and what happens before."""

    event: Event
    planned: dict[str, Any]
    known: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A schema and the life of one resource of it; `seed` decides what the remote store gives."""

    schema: Schema
    steps: tuple[Step, ...]
    seed: int


def scenario(rng: Random) -> Scenario:
    """Return a random life."""
    schema = schemas.schema(rng)
    steps: list[Step] = []
    known = configurations.configuration(rng, schema)
    for number in range(rng.randint(2, 4)):
        event = Event.CONFIGURED if number == 0 else rng.choice([*Event, Event.CONFIGURED, Event.CONFIGURED])
        if number and event in (Event.CONFIGURED, Event.FAILS):
            known = configurations.changed(rng, schema, known)
        elif event is Event.RESPELLED:
            known = configurations.other_spelling(rng, schema, known)
        hidden = event is not Event.RESPELLED and rng.random() < 0.5
        planned = configurations.veiled(rng, schema, known) if hidden else known
        steps.append(Step(event, planned, known))
    return Scenario(schema, tuple(steps), rng.getrandbits(32))


SCENARIOS: st.SearchStrategy[Scenario] = st.randoms(use_true_random=False).map(scenario)
"""For hypothesis."""
