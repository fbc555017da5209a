"""What a resource will be: its configuration and its prior state in, its planned state out.

In this order (docs/development/framework.md):

1. The draft: what is configured, else the default, else what the provider gave before. A configured value that means
   the same as the prior one leaves that in place.
2. If the draft differs from the prior state, what the provider gives is unknown: it may change as well.
3. The modifiers of the attributes, from the outside in.
4. The modifier of the resource.

Sources: Terraform's `internal/plans/objchange` (what Terraform itself proposes, and what a provider may plan), and
terraform-plugin-framework (the steps).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from provider.framework.consistency import plan_problems
from provider.framework.diagnostics import Diagnostic, error
from provider.framework.drafting import Draft
from provider.framework.modifiers import Whole
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Path, show
from provider.framework.resource import Modified, Planning, Resource
from provider.framework.schema import Schema
from provider.framework.types import Type

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned state, None where the resource is to be destroyed.

    `replace` has the paths of the changes that only a new resource can have, `private` the private state that goes with
    the planned one.
    """

    planned: dict[str, Any] | None
    replace: tuple[Path, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    private: Object = field(default_factory=dict)


def plan_resource(
    resource: Resource[Any], config: Object | None, prior: Object | None, private: Object, meta: Any
) -> Plan:
    """Return the plan of a resource: that of its attributes, changed by its own code; `config` None is a destruction.

    What its own code plans is held against Terraform's rules here, before Terraform does it.
    """
    try:
        plan, foreign = _plan(resource.schema, config, prior, private)
        if resource.modify is not None:
            modified = resource.modify(Planning(meta, Whole(config, prior, plan.planned, private)))
            plan, foreign = _with(plan, modified, resource.schema.type), True
    except MalformedValue as wrong:
        return Plan(None, diagnostics=(_bug(resource.name, wrong.path, f"cannot be planned: {wrong.problem}"),))
    if plan.planned is None or config is None or not foreign:
        return plan
    problems = plan_problems(resource.schema.attributes, config, prior, plan.planned)
    bugs = tuple(_bug(resource.name, path, problem) for path, problem in problems)
    return replace(plan, diagnostics=(*plan.diagnostics, *bugs))


def plan_attributes(schema: Schema, config: Object | None, prior: Object | None, private: Object) -> Plan:
    """Return the plan for a configuration and a prior state, both in normal form; None is none at all."""
    return _plan(schema, config, prior, private)[0]


def _plan(schema: Schema, config: Object | None, prior: Object | None, private: Object) -> tuple[Plan, bool]:
    """Return a plan, and whether a modifier planned something of its own; raise MalformedValue for what is no value."""
    if config is None:
        return Plan(None, private=private), False
    drawn = Draft(changes=False).object(schema.attributes, config, prior, ())
    # What differs may be what a modifier takes back.
    changes = drawn != prior and (
        prior is None
        or Draft(False, Whole(config, prior, drawn, private)).object(schema.attributes, config, prior, ()) != prior
    )
    if changes:
        drawn = Draft(changes=True).object(schema.attributes, config, prior, ())
    whole = Whole(config, prior, drawn, private)
    judged = Draft(changes=changes, whole=whole)
    planned = judged.object(schema.attributes, config, prior, ())
    return Plan(planned, _sorted(judged.replace), tuple(judged.diagnostics), private), bool(judged.foreign)


def _with(plan: Plan, modified: Modified, type_: Type) -> Plan:
    """Return a plan with what a resource's own code makes of it."""
    planned = None if plan.planned is None else read({**plan.planned, **modified.planned}, type_, OWN)
    return Plan(
        planned,
        () if planned is None else _sorted((*plan.replace, *modified.replace)),
        (*plan.diagnostics, *modified.diagnostics),
        plan.private if modified.private is None else modified.private,
    )


def _bug(name: str, path: Path, problem: str) -> Diagnostic:
    where = f"{show(path)} of {name}" if path else name
    detail = f"{where} {problem}. This is a bug of the provider, not of your configuration: please report it."
    return error("The provider plans what it must not", detail, path or None)


def _sorted(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(set(paths), key=show))
