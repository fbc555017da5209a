"""Terraform's part of the cycle: what it asks the provider in which order, and what it holds against each answer.

Source: `internal/terraform/node_resource_abstract_instance.go` (plan, apply, refresh) and
`node_resource_apply_instance.go` (the second plan, once everything is known).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from provider.framework.paths import Key, Path, Step
from provider.framework.schema import Schema
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.cycle import laws, wire
from tests.cycle.oracles.core import Action, Judged, final_plan_problems, judge
from tests.cycle.oracles.plans import plan_problems
from tests.cycle.oracles.proposal import proposed_new
from tests.cycle.oracles.results import result_problems, unknown_problems, write_only_problems
from tests.cycle.schemas import MARK
from tests.cycle.server import Server

_CAPABLE = pb.ClientCapabilities(write_only_attributes_allowed=True)


class Refused(AssertionError):
    """An answer that Terraform would refuse, or that breaks a promise."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that passed: the action, the planned state, and the private state that goes with it."""

    action: Action
    state: Any
    private: bytes


@dataclass(slots=True)
class Terraform:
    """One resource under Terraform's management: what its state has, and how often the provider was asked."""

    server: Server
    name: str
    schema: Schema
    state: Any = None
    private: bytes = b""
    tainted: bool = False
    asked: Counter[str] = field(default_factory=Counter)

    def validate(self, config: Any) -> None:
        """Have a configuration validated: ours are all valid."""
        answer = self._call("ValidateResourceConfig", config=self._packed(config), client_capabilities=_CAPABLE)
        self._check_diagnostics(answer, "validating")

    def load(self) -> None:
        """Have the stored state brought up to date, as at the start of each run."""
        if self.state is None:
            return
        stored = wire.state_text(self.state, self.schema.type).encode()
        answer = self._call("UpgradeResourceState", version=self.schema.version, raw_state=pb.RawState(json=stored))
        self._check_diagnostics(answer, "upgrading the state")
        self._check("upgrading the state", [] if answer.upgraded_state.json == stored else ["the state changes"])

    def refresh(self, *, steady: bool) -> None:
        """Read the object; where `steady`, nothing can have changed since, so the answer is what was sent."""
        if self.state is None:
            return
        sent = self._packed(self.state)
        answer = self._call("ReadResource", current_state=sent, private=self.private, client_capabilities=_CAPABLE)
        self._check_diagnostics(answer, "reading")
        state = self._unpacked(answer.new_state)
        problems = [*unknown_problems(self.schema, state), *write_only_problems(self.schema, state)]
        if steady and answer.new_state.msgpack != sent.msgpack:
            problems.append(f"it reads differently than it was:\n  {self.state}\n  {state}")
        self._check("reading", problems)
        self.state, self.private = (None, b"") if state is None else (state, answer.private)

    def take_in(self, identifier: str) -> None:
        """Forget the object, and import it by its id."""
        answer = self._call("ImportResourceState", id=identifier, client_capabilities=_CAPABLE)
        self._check_diagnostics(answer, "importing")
        (imported,) = answer.imported_resources
        self.state, self.private = self._unpacked(imported.state), imported.private

    def plan(self, config: Any) -> Planned:
        """Plan, twice where the plan is to replace; raise Refused for a plan that Terraform would not take."""
        prior = None if self.tainted else self.state
        private = b"" if self.tainted else self.private
        planned, judged = self._plan(config, prior, private)
        if self.state is not None and (self.tainted or judged.action is Action.REPLACE):
            if not self.tainted:
                planned, _ = self._plan(config, None, planned.private)
            return Planned(Action.REPLACE, planned.state, planned.private)
        return planned

    def plan_destroy(self) -> Planned:
        """Plan to destroy the object."""
        answer = self._call(
            "PlanResourceChange",
            prior_state=self._packed(self.state),
            proposed_new_state=self._packed(None),
            config=self._packed(None),
            prior_private=self.private,
            client_capabilities=_CAPABLE,
        )
        self._check_diagnostics(answer, "planning to destroy")
        planned = self._unpacked(answer.planned_state)
        self._check("planning to destroy", [] if planned is None else ["something is planned all the same"])
        return Planned(Action.DELETE, None, answer.planned_private)

    def apply(self, plan: Planned, config: Any, *, failing: bool = False, create_first: bool = False) -> None:
        """Apply a plan, now that all of the configuration is known; `failing` is whether the store fails meanwhile."""
        if plan.action is Action.NONE:
            return
        if plan.action is Action.DELETE:
            self._destroy(plan.private, failing=failing)
            return
        old = self.state, self.private, self.tainted
        if plan.action is Action.REPLACE:
            if not create_first:
                self._destroy(plan.private, failing=failing)
                if failing:
                    return
            self.state, self.private, self.tainted = None, b"", False
        final, judged = self._plan(config, self.state, self.private)
        first = Action.CREATE if plan.action is Action.REPLACE else plan.action
        problems = final_plan_problems(self.schema, (first, plan.state), (judged.action, final.state))
        self._check("planning again while applying", problems)
        if judged.action is not Action.NONE:
            self._write(final, config, failing=failing)
        if plan.action is Action.REPLACE and create_first and not failing:
            mine = self.state, self.private, self.tainted
            self.state, self.private, self.tainted = old
            self._destroy(plan.private, failing=False)
            self.state, self.private, self.tainted = mine

    def _plan(self, config: Any, prior: Any, private: bytes) -> tuple[Planned, Judged]:
        self.validate(config)
        answer = self._call(
            "PlanResourceChange",
            prior_state=self._packed(prior),
            proposed_new_state=self._packed(proposed_new(self.schema, prior, config)),
            config=self._packed(config),
            prior_private=private,
            client_capabilities=_CAPABLE,
        )
        self._check_diagnostics(answer, "planning")
        planned = self._unpacked(answer.planned_state)
        marked = {"marked": True} if MARK in self.schema.attributes else {}
        asked = frozenset(map(_path, answer.requires_replace))
        judged = judge(self.schema, prior, planned, asked)
        problems = [
            *write_only_problems(self.schema, planned),
            *plan_problems(self.schema, prior, config, planned),
            *judged.problems,
            *laws.broken(self.schema, prior, config, planned, asked, judged.action),
        ]
        if answer.legacy_type_system:
            problems.append("it claims to be of the old kind that Terraform forgives everything")
        if _private(answer.planned_private) != {**_private(private), **marked}:
            problems.append("the private state changes, although nobody changes it")
        self._check("planning", problems)
        return Planned(judged.action, planned, answer.planned_private), judged

    def _write(self, plan: Planned, config: Any, *, failing: bool) -> None:
        answer = self._apply(self.state, plan, config)
        state = self._unpacked(answer.new_state)
        if failing:
            self._check("failing", self._failure_problems(answer, state))
            self.tainted = self.state is None and state is not None
            self.state, self.private = state, answer.private
            return
        self._check_diagnostics(answer, "applying")
        self._check("applying", result_problems(self.schema, plan.state, state))
        self.state, self.private, self.tainted = state, answer.private, False

    def _failure_problems(self, answer: Any, state: Any) -> list[str]:
        """Return what is wrong with the answer of a write that has failed halfway: what exists must not be lost."""
        problems = [*unknown_problems(self.schema, state), *write_only_problems(self.schema, state)]
        if not any(d.severity == pb.Diagnostic.ERROR for d in answer.diagnostics):
            problems.append("nothing is said of the failure")
        if state is None or not state["id"]:
            problems.append("the object that was made is lost")
        return problems

    def _destroy(self, private: bytes, *, failing: bool) -> None:
        answer = self._apply(self.state, Planned(Action.DELETE, None, private), None)
        state = self._unpacked(answer.new_state)
        if failing:
            same = state == self.state
            self._check(
                "failing to destroy", [*self._failure_problems(answer, state), *([] if same else ["it changes"])]
            )
            self.private = answer.private
            return
        self._check_diagnostics(answer, "destroying")
        self._check("destroying", [] if state is None else ["something is left in the state"])
        self._check("destroying", [] if not answer.private else ["a private state is left"])
        self.state, self.private, self.tainted = None, b"", False

    def _apply(self, prior: Any, plan: Planned, config: Any) -> Any:
        return self._call(
            "ApplyResourceChange",
            prior_state=self._packed(prior),
            planned_state=self._packed(plan.state),
            config=self._packed(config),
            planned_private=plan.private,
        )

    def _call(self, rpc: str, **fields: Any) -> Any:
        self.asked[rpc] += 1
        return self.server.call(rpc, getattr(pb, rpc).Request(type_name=self.name, **fields))

    def _packed(self, value: Any) -> pb.DynamicValue:
        return pb.DynamicValue(msgpack=wire.pack(value, self.schema.type))

    def _unpacked(self, message: pb.DynamicValue) -> Any:
        return wire.unpack(message.msgpack, self.schema.type)

    def _check_diagnostics(self, answer: Any, doing: str) -> None:
        self._check(doing, [f"{d.summary}: {d.detail}" for d in answer.diagnostics])

    def _check(self, doing: str, problems: list[str]) -> None:
        if problems:
            raise Refused("\n".join([f"While {doing}:", *problems]))


def _private(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data) if data else {}
    return found


def _path(message: pb.AttributePath) -> Path:
    return tuple(map(_step, message.steps))


def _step(step: pb.AttributePath.Step) -> Step:
    match step.WhichOneof("selector"):
        case "attribute_name":
            return step.attribute_name
        case "element_key_string":
            return Key(step.element_key_string)
    return step.element_key_int
