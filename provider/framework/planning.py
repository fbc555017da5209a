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
from functools import partial
from typing import Any

from provider.framework.consistency import plan_problems
from provider.framework.diagnostics import Diagnostic, error
from provider.framework.meaning import match, same
from provider.framework.modifiers import Change, Whole
from provider.framework.normal import OWN, read
from provider.framework.paths import Key, Path, show
from provider.framework.resource import Planning, Resource
from provider.framework.schema import NO_DEFAULT, Attribute, Kind, Mode, Nested, Nesting, Schema, objects
from provider.framework.values import UNKNOWN, Unknown, as_map, as_set, is_known

Object = Mapping[str, Any]

_NOT_NULL = Unknown(not_null=True)


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
    plan = plan_attributes(resource.schema, config, prior, private)
    if resource.modify is None:
        return plan
    modified = resource.modify(Planning(meta, Whole(config, prior, plan.planned, private)))
    diagnostics = (*plan.diagnostics, *modified.diagnostics)
    kept = private if modified.private is None else modified.private
    if plan.planned is None or config is None:
        return Plan(None, (), diagnostics, kept)
    planned = read({**plan.planned, **modified.planned}, resource.schema.type, OWN)
    bugs = tuple(
        error(
            "The provider plans what it must not",
            f"{show(path)} of {resource.name} {problem}. This is a bug of the provider, not of your configuration: "
            "please report it.",
            path,
        )
        for path, problem in plan_problems(resource.schema.attributes, config, prior, planned)
    )
    return Plan(planned, _sorted((*plan.replace, *modified.replace)), (*diagnostics, *bugs), kept)


def plan_attributes(schema: Schema, config: Object | None, prior: Object | None, private: Object) -> Plan:
    """Return the plan for a configuration and a prior state, both in normal form; None is none at all."""
    if config is None:
        return Plan(None, private=private)
    drawn = _Draft(changes=False).object(schema.attributes, config, prior, ())
    changes = drawn != prior
    if changes:
        drawn = _Draft(changes=True).object(schema.attributes, config, prior, ())
    whole = Whole(config, prior, drawn, private)
    judged = _Draft(changes=changes, whole=whole)
    planned = judged.object(schema.attributes, config, prior, ())
    return Plan(planned, _sorted(judged.replace), tuple(judged.diagnostics), private)


def _sorted(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(sorted(set(paths), key=show))


@dataclass(slots=True)
class _Draft:
    """One way through a resource: `changes` marks what the provider gives as unknown, `whole` calls the modifiers.

    `place` is the set that all of this is in: no path of Terraform's leads into one.
    """

    changes: bool
    whole: Whole | None = None
    place: Path | None = None
    replace: list[Path] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def object(
        self, attributes: Mapping[str, Attribute], config: Object, prior: Object | None, path: Path
    ) -> dict[str, Any]:
        """Draft an object from what is configured and what was."""
        fresh = prior is None
        return {
            name: self._attribute(
                attribute,
                config[name],
                None if prior is None else prior[name],
                (*path, name) if self.place is None else self.place,
                fresh,
            )
            for name, attribute in attributes.items()
        }

    def _attribute(self, attribute: Attribute, config: Any, prior: Any, path: Path, fresh: bool) -> Any:
        if attribute.write_only:
            return None
        if self.whole is None or not attribute.modifiers:
            return self.value(attribute, config, prior, path)
        drawn = _Draft(self.changes).value(attribute, config, prior, path)
        planned = drawn
        for modifier in attribute.modifiers:
            change = Change(path, config, prior, planned, fresh, attribute.create_only, self.whole)
            verdict = modifier(change)
            planned = verdict.planned
            self.diagnostics += verdict.diagnostics
            if verdict.replace:
                self.replace.append(path)
        # What a modifier planned is final; else those of the attributes inside have their turn.
        return planned if planned is not drawn else self.value(attribute, config, prior, path)

    def value(self, attribute: Attribute, config: Any, prior: Any, path: Path) -> Any:
        """Draft a value without the modifiers of its attribute."""
        if config is None and attribute.default is not NO_DEFAULT:
            config = attribute.default
        elif config is None and attribute.computed:
            if self.changes:
                return _NOT_NULL if attribute.never_null else UNKNOWN
            return None if _only_configured(attribute, prior) else prior
        if config is None or isinstance(config, Unknown) or isinstance(attribute.kind, Kind):
            # Terraform takes a prior value in place of a configured one, but not in place of none.
            return prior if config is not None and prior is not None and same(attribute.kind, config, prior) else config
        if _means_prior(attribute, config, prior):
            return prior
        return self._nested(attribute.kind, config, prior, path)

    def _nested(self, kind: Nested, config: Any, prior: Any, path: Path) -> Any:
        def one(part: Any, before: Any, at: Path) -> Any:
            return self.object(kind.attributes, part, before, at) if isinstance(part, dict) else part

        match kind.nesting:
            case Nesting.SINGLE:
                return one(config, prior, path)
            case Nesting.LIST:
                before = [*(prior or ())]
                before += [None] * (len(config) - len(before))
                return tuple(one(part, before[index], (*path, index)) for index, part in enumerate(config))
            case Nesting.MAP:
                return as_map(
                    (name, one(part, (prior or {}).get(name), (*path, Key(name)))) for name, part in config.items()
                )
            case Nesting.SET:
                pairs = match(
                    config,
                    prior or (),
                    partial(_unchanged, kind.attributes),
                    partial(_could_come_from, kind.attributes),
                )
                inside = self if self.place is not None else replace(self, place=path)
                return as_set(
                    inside.object(kind.attributes, part, before, path) if isinstance(part, dict) else part
                    for part, before in pairs
                )


def _means_prior(attribute: Attribute, config: Any, prior: Any) -> bool:
    """Tell whether nested attributes say of themselves, as a whole, that they mean what was. Blocks cannot."""
    own = attribute.kind.same
    return (
        own is not None
        and attribute.mode is not Mode.BLOCK
        and prior is not None
        and is_known(config)
        and own(config, prior)
    )


def _only_configured(attribute: Attribute, prior: Any) -> bool:
    """Tell whether a prior value cannot stay without its configuration, although the attribute is computed."""
    return (
        attribute.mode is Mode.OPTIONAL_COMPUTED
        and isinstance(attribute.kind, Nested)
        and _holds_configured(attribute.kind, prior)
    )


def _holds_configured(kind: Nested, value: Any) -> bool:
    """Tell whether a prior value holds something that only a configuration can have given."""
    return any(
        not same(part.kind, element[name], None)
        and (not part.computed or (isinstance(part.kind, Nested) and _holds_configured(part.kind, element[name])))
        for _, element in objects(kind.nesting, value)
        for name, part in kind.attributes.items()
    )


def _unchanged(attributes: Mapping[str, Attribute], config: Any, prior: Any) -> bool:
    """Tell whether an element that was is what the one that is configured comes to."""
    return _could_come_from(attributes, config, prior) and (
        not isinstance(config, dict) or _Draft(changes=False).object(attributes, config, prior, ()) == prior
    )


def _could_come_from(attributes: Mapping[str, Attribute], config: Any, prior: Any) -> bool:
    """Tell whether an element that was can have been made from one that is configured: it adds computed values only."""
    if not isinstance(config, dict) or not isinstance(prior, dict):
        return bool(config == prior)
    return all(_fits(attribute, config[name], prior[name]) for name, attribute in attributes.items())


def _fits(attribute: Attribute, config: Any, prior: Any) -> bool:
    kind = attribute.kind
    if same(kind, config, prior) or (attribute.computed and config is None):
        return True
    if not isinstance(kind, Nested) or isinstance(config, Unknown) or config is None:
        return False
    if prior is None:
        return True
    fits = partial(_could_come_from, kind.attributes)
    match kind.nesting:
        case Nesting.SINGLE:
            return fits(config, prior)
        case Nesting.LIST:
            return len(prior) <= len(config) and all(map(fits, config, prior))
        case Nesting.MAP:
            return all(name in config and fits(config[name], element) for name, element in prior.items())
        case Nesting.SET:
            return all(found is not None for _, found in match(prior, config, lambda before, part: fits(part, before)))
