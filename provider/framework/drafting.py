"""The draft of a plan: one way through configuration and prior state, attribute by attribute from the outside in.

It takes what is configured, else the default, else what was; or, where something changes, leaves open what the provider
gives. `planning.py` makes a plan of one or more drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from provider.framework.diagnostics import Diagnostic
from provider.framework.matching import decisive, match
from provider.framework.meaning import less_sure, same
from provider.framework.modifiers import Change, Whole
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import Key, Path
from provider.framework.schema import NO_DEFAULT, Attribute, Kind, Mode, Nested, Nesting, objects
from provider.framework.values import UNKNOWN, Unknown, as_map, as_set, is_known

Object = Mapping[str, Any]

_NOT_NULL = Unknown(not_null=True)


@dataclass(slots=True)
class Draft:
    """One way through a resource: `changes` marks what the provider gives as unknown, `whole` calls the modifiers.

    `place` is the set that all of this is in: no path of Terraform's leads into one. `foreign` has the places where a
    modifier planned something of its own.
    """

    changes: bool
    whole: Whole | None = None
    place: Path | None = None
    replace: list[Path] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    foreign: list[Path] = field(default_factory=list)

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
        drawn = Draft(self.changes).value(attribute, config, prior, path)
        planned = drawn
        for modifier in attribute.modifiers:
            change = Change(path, config, prior, planned, fresh, attribute.create_only, self.whole)
            verdict = modifier(change)
            planned = verdict.planned
            self.diagnostics += verdict.diagnostics
            # To say the same in other words is no change, as null for what the API calls empty after an import.
            if verdict.replace and not same(attribute.kind, planned, prior):
                self.replace.append(path)
        # What a modifier planned is final; else those of the attributes inside have their turn.
        if planned is drawn:
            return self.value(attribute, config, prior, path)
        if planned is prior:
            return planned
        self.foreign.append(path)
        try:
            return read(planned, attribute.kind.type, OWN)
        except MalformedValue as wrong:
            raise MalformedValue(wrong.problem, (*path, *wrong.path)) from None

    def value(self, attribute: Attribute, config: Any, prior: Any, path: Path) -> Any:
        """Draft a value without the modifiers of its attribute."""
        if config is None and attribute.default is not NO_DEFAULT:
            config = attribute.default
        elif config is None and attribute.computed:
            if self.changes or _only_configured(attribute, prior):
                return _NOT_NULL if attribute.never_null else UNKNOWN
            return prior
        if config is None:
            # Terraform takes a prior value in place of a configured one, but not in place of none.
            return None
        if isinstance(config, Unknown):
            if isinstance(attribute.kind, Nested):
                self._learn(attribute.kind, prior, path)
            return _unknown(attribute, config, prior)
        if isinstance(attribute.kind, Kind):
            if prior is None:
                return config
            return prior if same(attribute.kind, config, prior) else less_sure(attribute.kind, config)
        if _means_prior(attribute, config, prior):
            return prior
        return self._nested(attribute.kind, config, prior, path)

    def _learn(self, kind: Nested, prior: Any, path: Path) -> None:
        """Ask the modifiers inside of nested attributes that are not known yet whether that takes a new resource.

        Terraform plans again when they are known, and a plan may not turn from an update into a replacement then.
        """
        if self.whole is not None:
            inside = self._inside(kind, path)
            config = {name: UNKNOWN if part.configurable else None for name, part in kind.attributes.items()}
            for at, element in objects(kind.nesting, prior, path):
                inside.object(kind.attributes, config, element, at)

    def _inside(self, kind: Nested, path: Path) -> Draft:
        return replace(self, place=path) if kind.nesting is Nesting.SET and self.place is None else self

    def _nested(self, kind: Nested, config: Any, prior: Any, path: Path) -> Any:
        alone = Nested(Nesting.SINGLE, kind.attributes)

        def one(part: Any, before: Any, at: Path) -> Any:
            if isinstance(part, Unknown):
                self._learn(alone, before, at)
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
                key = decisive(kind.attributes, prior or ())
                pairs = tuple(match(config, prior or (), *_alike(kind, config), key=key))
                inside = self._inside(kind, path)
                if not is_known(config):
                    taken = {id(before) for _, before in pairs}
                    self._learn(kind, tuple(before for before in prior or () if id(before) not in taken), path)
                return as_set(
                    inside.object(kind.attributes, part, before, path) if isinstance(part, dict) else part
                    for part, before in pairs
                )


def _unknown(attribute: Attribute, config: Unknown, prior: Any) -> Unknown:
    """Return what is known of a configured value that is not known yet: no more than what holds for its plan."""
    if attribute.computed and not config.not_null:
        # It may turn out to be null, and then it is the default, or what the provider gives.
        return _NOT_NULL if attribute.never_null or attribute.default is not NO_DEFAULT else UNKNOWN
    return config if prior is None else less_sure(attribute.kind, config)


def _alike(kind: Nested, config: Any) -> tuple[Callable[[Any, Any], bool], ...]:
    """Return how elements of a set find the ones that they were, the surest way first.

    What is not known yet may turn out to fit better: as long as there is something, nothing is guessed.
    """
    sure = partial(_unchanged, kind.attributes)
    return (sure, partial(_could_come_from, kind.attributes)) if is_known(config) else (sure,)


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
        not isinstance(config, dict) or Draft(changes=False).object(attributes, config, prior, ()) == prior
    )


def _could_come_from(attributes: Mapping[str, Attribute], config: Any, prior: Any) -> bool:
    """Tell whether an element that was can have been made from one that is configured: it adds computed values only."""
    if not isinstance(config, dict) or not isinstance(prior, dict):
        return bool(config == prior)
    return all(_fits(attribute, config[name], prior[name]) for name, attribute in attributes.items())


def _fits(attribute: Attribute, config: Any, prior: Any) -> bool:
    kind = attribute.kind
    if config is None and attribute.default is not NO_DEFAULT:
        config = attribute.default
    if same(kind, config, prior) or (attribute.computed and config is None):
        return True
    if attribute.create_only and prior is None:
        # It was imported: no read could tell.
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
            pairs = match(config, prior, *_alike(kind, config), key=decisive(kind.attributes, prior))
            return sum(before is not None for _, before in pairs) == len(prior)
