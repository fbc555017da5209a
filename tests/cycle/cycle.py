"""One life of a resource, from its first plan to its end: every answer of the provider is judged."""

from __future__ import annotations

from collections import Counter
from itertools import count
from random import Random

from tests.cycle.oracles.core import Action
from tests.cycle.remote import Remote
from tests.cycle.scenarios import Event, Scenario, Step
from tests.cycle.schemas import any_change_replaces
from tests.cycle.server import Server
from tests.cycle.terraform import Refused, Terraform

_NUMBERS = count()


def live(server: Server, scenario: Scenario) -> Counter[str]:
    """Have a resource live; return how often each RPC was called; raise Refused, or what a call raises."""
    remote = Remote(scenario.schema, Random(scenario.seed))
    # A name of its own each time: nothing that is remembered of one type can serve another.
    name = f"cycle_{next(_NUMBERS)}"
    server.resources[name] = remote.resource(name)
    terraform = Terraform(server, name, scenario.schema)
    try:
        for step in scenario.steps:
            _step(terraform, remote, step)
        _end(terraform, remote, scenario.steps[-1])
    finally:
        del server.resources[name]
    return terraform.asked


def _step(terraform: Terraform, remote: Remote, step: Step) -> None:
    _happen(terraform, remote, step.event)
    _run(terraform, remote, step)
    if terraform.tainted or step.event is Event.FAILS:
        # The next run mends what is left.
        _run(terraform, remote, Step(Event.CONFIGURED, step.planned, step.known))
    _settled(terraform, remote, step)


def _happen(terraform: Terraform, remote: Remote, event: Event) -> None:
    if terraform.state is None:
        return
    if event is Event.DRIFTED:
        remote.drift(terraform.state["id"])
    elif event is Event.VANISHED:
        remote.objects.clear()
    elif event is Event.IMPORTED:
        terraform.take_in(terraform.state["id"])
        remote.imported = True


def _run(terraform: Terraform, remote: Remote, step: Step) -> None:
    """Run Terraform once: load the state, read, plan, apply."""
    if not remote.imported:
        terraform.load()
    terraform.refresh(steady=step.event is Event.RESPELLED)
    learnt, remote.imported = remote.imported, False
    plan = terraform.plan(step.planned)
    told = step.planned == step.known and not any_change_replaces(remote.schema.attributes)
    if learnt and told and plan.action is Action.REPLACE:
        raise Refused(f"What has just been imported is to be replaced:\n  {terraform.state}\n  {plan.state}")
    if step.event is Event.RESPELLED and plan.action is not Action.NONE:
        raise Refused(f"The configuration means what it did, but the plan is to {plan.action.value}: {plan.state}")
    remote.expected, remote.failing = step.known, step.event is Event.FAILS
    create_first = not remote.failing and remote.rng.random() < 0.3
    terraform.apply(
        plan, step.known, failing=remote.failing and plan.action is not Action.NONE, create_first=create_first
    )
    remote.failing = False


def _settled(terraform: Terraform, remote: Remote, step: Step) -> None:
    """After an apply nothing is left to do, however often Terraform asks."""
    terraform.load()
    terraform.refresh(steady=True)
    plan = terraform.plan(step.known)
    if plan.action is not Action.NONE:
        raise Refused(f"A second plan is not empty, it is to {plan.action.value}:\n  {terraform.state}\n  {plan.state}")
    if len(remote.objects) != 1:
        raise Refused(f"There is one resource, but the store has {len(remote.objects)} objects")


def _end(terraform: Terraform, remote: Remote, last: Step) -> None:
    plan = terraform.plan_destroy()
    remote.failing = last.event is Event.FAILS
    terraform.apply(plan, None, failing=remote.failing)
    if remote.failing:
        remote.failing = False
        terraform.refresh(steady=True)
        terraform.apply(terraform.plan_destroy(), None)
    if terraform.state is not None or remote.objects:
        raise Refused("The resource is destroyed, but something is left of it")
