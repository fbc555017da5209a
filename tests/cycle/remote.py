"""The remote store: a resource's own code as an API would have it.

It gives computed values, takes what was planned, and tells what it has in its own spelling: sets in another order,
texts in another case, JSON with other white space, null for empty. What is create-only it does not tell.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from provider.framework import types
from provider.framework.diagnostics import Failure, error
from provider.framework.resource import Modified, Operation, Planning, Resource
from provider.framework.schema import Attribute, Kind, Mode, Nested, Nesting, Schema
from provider.framework.types import Type
from provider.framework.values import UNKNOWN, Dynamic, Unknown
from tests.cycle import configurations
from tests.cycle.meanings import EQUAL_JSON, IGNORING_CASE, object_key, object_respelled
from tests.cycle.oracles.forms import allows, canonical, is_unknown, unknown
from tests.cycle.schemas import MARK

MARKED = "this is ours"

Attributes = Mapping[str, Attribute]
Object = dict[str, Any]


@dataclass(slots=True)
class Remote:
    """All objects of one type, by id, and the code that the framework calls for them.

    `expected` is the configuration that the next write must get, `failing` makes that write fail halfway. `imported` is
    whether the next read is of something that Terraform knows by its id only.
    """

    schema: Schema
    rng: Random
    objects: dict[str, Object] = field(default_factory=dict)
    given: int = 0
    expected: Object | None = None
    failing: bool = False
    imported: bool = False

    def resource(self, name: str) -> Resource[Any]:
        """Return the declaration whose own code this is."""
        modify = _mark if MARK in self.schema.attributes else None
        return Resource(name, self.schema, self.create, self.read, self.delete, self.update, modify)

    def create(self, operation: Operation[Any]) -> Object:
        """Make an object, give what is unknown in its plan."""
        assert operation.prior is None, "a create has a prior state"
        marked = {"marked": True} if MARK in self.schema.attributes else {}
        assert operation.private == marked, f"a new object has the private state {operation.private}"
        values = self._settled(operation)
        operation.private["serial"] = 1
        self.objects[values["id"]] = values
        if self.failing:
            operation.keep(id=values["id"])
        return self._written(operation, values)

    def update(self, operation: Operation[Any]) -> Object:
        """Change an object to what is planned."""
        assert operation.prior is not None, "an update has no prior state"
        key = operation.prior["id"]
        self._check_private(operation)
        values = self._settled(operation)
        assert values["id"] == key, "the id of an object changes"
        operation.private["serial"] += 1
        if self.failing:
            names = self.rng.sample([*values], self.rng.randint(0, len(values)))
            values = {**self.objects[key], **{name: values[name] for name in names}}
            operation.keep(**{name: values[name] for name in names if not self.schema.attributes[name].write_only})
        self.objects[key] = values
        return self._written(operation, values)

    def read(self, operation: Operation[Any]) -> Object | None:
        """Tell what an object is."""
        assert operation.prior is not None, "a read has no prior state"
        assert operation.planned is None, "a read has a plan"
        if self.imported:
            others = {name: value for name, value in operation.prior.items() if name != "id" and value is not None}
            assert others == {}, f"an import knows more than the id: {others}"
            assert operation.private == {}, f"an import has the private state {operation.private}"
            operation.private["serial"] = 0
        self._check_private(operation)
        values = self.objects.get(operation.prior["id"])
        return None if values is None else self._told(values, [*values])

    def delete(self, operation: Operation[Any]) -> None:
        """Destroy an object."""
        assert operation.prior is not None, "a delete has no prior state"
        assert operation.planned is None, "a delete has a plan"
        if self.failing:
            raise Failure(error("The store fails", "It was told to."))
        del self.objects[operation.prior["id"]]

    def drift(self, key: str) -> None:
        """Change an object behind Terraform's back."""
        values = self.objects[key]
        names = [n for n, a in self.schema.attributes.items() if n != "id" and not a.write_only and not a.create_only]
        if names:
            name = self.rng.choice(names)
            values[name] = self._drifted(self.schema.attributes[name], values[name])

    def _check_private(self, operation: Operation[Any]) -> None:
        serial = operation.private.get("serial")
        assert isinstance(serial, int), f"the private state is lost: {operation.private}"

    def _settled(self, operation: Operation[Any]) -> Object:
        """Return what is planned, with a value for everything unknown in it."""
        assert operation.config is not None, "a write has no configuration"
        assert operation.planned is not None, "a write has no plan"
        config = canonical(self.schema.type, operation.config)
        assert config == self.expected, f"the write got another configuration: {config}"
        old = self.objects.get(operation.prior["id"]) if operation.prior else None
        return self._object(self.schema.attributes, dict(operation.planned), old)

    def _written(self, operation: Operation[Any], values: Object) -> Object:
        """Answer a write: with everything, or with what was unknown only."""
        if self.failing:
            raise Failure(error("The store fails", "It was told to."))
        planned = operation.planned or {}
        learnt = [name for name in values if next(unknown(planned[name]), None) is not None]
        return self._told(values, learnt if self.rng.random() < 0.4 else [*values])

    def _told(self, values: Object, names: list[str]) -> Object:
        attributes = {name: self.schema.attributes[name] for name in names}
        told = {name: _hidden(self.rng, attribute, values[name]) for name, attribute in attributes.items()}
        spelled = object_respelled(self.rng, attributes, told)
        # What an API does not tell is not there, or null.
        return {
            name: _loose(self.rng, attributes[name].kind.type, value)
            for name, value in spelled.items()
            if told[name] is not None or values[name] is None or self.rng.random() < 0.5
        }

    def _object(self, attributes: Attributes, planned: Object, old: Any) -> Object:
        before = old if isinstance(old, dict) else dict.fromkeys(attributes)
        return {name: self._value(a, planned[name], before[name]) for name, a in attributes.items()}

    def _value(self, attribute: Attribute, planned: Any, old: Any) -> Any:
        kind = attribute.kind
        if is_unknown(planned):
            assert attribute.computed, "something is still unknown that is not computed"
            return self._known(attribute, planned, old)
        if planned is None or not isinstance(kind, Nested):
            assert next(unknown(planned), None) is None, "something is still unknown inside a configured value"
            return planned
        return self._nested(kind, planned, old)

    def _nested(self, kind: Nested, planned: Any, old: Any) -> Any:
        def one(part: Any, before: Any = None) -> Any:
            return self._object(kind.attributes, part, before) if isinstance(part, dict) else part

        match kind.nesting:
            case Nesting.SINGLE:
                return one(planned, old)
            case Nesting.MAP:
                return {name: one(part, (old or {}).get(name)) for name, part in planned.items()}
            case Nesting.LIST:
                before = [*(old or ()), *[None] * len(planned)]
                return tuple(one(part, before[index]) for index, part in enumerate(planned))
            case Nesting.SET:
                return tuple(map(one, planned))

    def _known(self, attribute: Attribute, placeholder: Any, old: Any) -> Any:
        """Return what an unknown value turns out to be: what it was, or something new."""
        if isinstance(placeholder, Dynamic):
            return Dynamic(placeholder.type, self._of(placeholder.type))
        if old is not None and self.rng.random() < 0.4 and allows(placeholder, attribute.kind.type, old):
            return _given_only(attribute.kind, old)
        return self._new(attribute, placeholder)

    def _new(self, attribute: Attribute, placeholder: Unknown = UNKNOWN) -> Any:
        """Return a value that the provider gives."""
        kind = attribute.kind
        nullable = not placeholder.not_null and not attribute.never_null
        if nullable and self.rng.random() < 0.15:
            return None
        made = self._new_nested(kind) if isinstance(kind, Nested) else self._new_simple(kind)
        return canonical(kind.type, made)

    def _new_nested(self, kind: Nested) -> Any:
        def one() -> Object:
            # What only a configuration can give, no provider gives, nor what it could not tell again.
            return {n: self._new(a) if a.computed and not a.create_only else None for n, a in kind.attributes.items()}

        match kind.nesting:
            case Nesting.SINGLE:
                return one()
            case Nesting.MAP:
                return {name: one() for name in ("k", "given")[: self.rng.randint(0, 2)]}
            case _:
                made = [one() for _ in range(self.rng.randint(0, 2))]
                # Two elements of a set that mean the same are one.
                one_each = {repr(object_key(kind.attributes, element)): element for element in made}
                return tuple(one_each.values() if kind.nesting is Nesting.SET else made)

    def _new_simple(self, kind: Kind) -> Any:
        if kind.type == types.STRING:
            return self._text(kind)
        if isinstance(kind.type, types.Collection):
            element = kind.element or Kind(kind.type.element)
            parts = [self._new_simple(element) for _ in range(self.rng.randint(0, 2))]
            return dict(zip(("k", "given"), parts, strict=False)) if kind.type.kind == "map" else tuple(parts)
        return self._of(types.STRING if kind.type == types.DYNAMIC else kind.type, dynamic=kind.type == types.DYNAMIC)

    def _text(self, kind: Kind) -> str:
        """Return a text that no configuration has, and no other object."""
        self.given += 1
        if kind.same == EQUAL_JSON:
            return f'{{"given": {self.given}, "more": []}}'
        return f"Given-{self.given}" if kind.same == IGNORING_CASE else f"given-{self.given}"

    def _of(self, type_: Type, *, dynamic: bool = False) -> Any:
        if dynamic:
            return Dynamic(type_, self._of(type_))
        match type_:
            case types.STRING:
                return self._text(Kind(type_))
            case types.BOOL:
                return self.rng.random() < 0.5
            case types.NUMBER:
                self.given += 1
                return 1000 + self.given
            case types.Collection("map", element):
                return {"given": self._of(element)}
            case types.Collection(_, element):
                return (self._of(element),)
            case types.Tuple(elements):
                return tuple(map(self._of, elements))
            case types.Object(attributes):
                return {name: self._of(inner) for name, inner in attributes.items()}
        raise AssertionError(f"no value of {types.to_json(type_)}")

    def _drifted(self, attribute: Attribute, old: Any) -> Any:
        if attribute.mode is Mode.COMPUTED:
            return self._new(attribute)
        if attribute.mode is not Mode.BLOCK and not attribute.never_null and self.rng.random() < 0.2:
            return None
        if old is not None and self.rng.random() < 0.4:
            return old
        made = configurations.value(self.rng, attribute.kind, block=attribute.mode is Mode.BLOCK)
        return self._filled(attribute.kind, made)

    def _filled(self, kind: Kind | Nested, value: Any) -> Any:
        """Return a configured value with what the provider adds."""
        if not isinstance(kind, Nested):
            return value

        def one(part: Any) -> Any:
            if not isinstance(part, dict):
                return part
            return {
                name: None
                if a.write_only or (a.create_only and part[name] is None)
                else self._new(a)
                if a.computed and part[name] is None
                else self._filled(a.kind, part[name])
                for name, a in kind.attributes.items()
            }

        if value is None or kind.nesting is Nesting.SINGLE:
            return one(value)
        if kind.nesting is Nesting.MAP:
            return {name: one(part) for name, part in value.items()}
        return tuple(map(one, value))


def _mark(planning: Planning[Any]) -> Modified:
    """Plan what a resource's own code knows ahead."""
    if planning.whole.planned is None:
        return Modified()
    return Modified(planned={MARK: MARKED}, private={**planning.whole.private, "marked": True})


def _given_only(kind: Kind | Nested, value: Any) -> Any:
    """Return what of a value a provider can have given."""
    if value is None or not isinstance(kind, Nested):
        return value

    def one(part: Any) -> Any:
        if not isinstance(part, dict):
            return part
        return {n: _given_only(a.kind, part[n]) if a.computed else None for n, a in kind.attributes.items()}

    match kind.nesting:
        case Nesting.SINGLE:
            return one(value)
        case Nesting.MAP:
            return {name: one(part) for name, part in value.items()}
        case _:
            return tuple(map(one, value))


def _hidden(rng: Random, attribute: Attribute, value: Any) -> Any:
    """Return a value without what an API does not tell; a secret that it gives back all the same."""
    kind = attribute.kind
    if attribute.write_only:
        return configurations.value(rng, kind) if rng.random() < 0.3 else None
    if attribute.create_only and rng.random() < 0.7:
        return None
    if value is None or not isinstance(kind, Nested):
        return value

    def one(part: Any) -> Any:
        return {n: _hidden(rng, a, part[n]) for n, a in kind.attributes.items()} if isinstance(part, dict) else part

    match kind.nesting:
        case Nesting.SINGLE:
            return one(value)
        case Nesting.MAP:
            return {name: one(part) for name, part in value.items()}
        case _:
            return tuple(map(one, value))


def _loose(rng: Random, type_: Type, value: Any) -> Any:
    """Return a value as raw data: an attribute of an object that is null may be left out."""
    if value is None:
        return value
    match type_:
        case types.Object(attributes):
            return {
                name: _loose(rng, attributes[name], part)
                for name, part in value.items()
                if part is not None or rng.random() < 0.8
            }
        case types.Collection("map", element):
            return {name: _loose(rng, element, part) for name, part in value.items()}
        case types.Collection(_, element):
            return [_loose(rng, element, part) for part in value]
        case types.STRING if rng.random() < 0.3:
            # The same letters, put together from other characters.
            return unicodedata.normalize("NFD", value)
    return value
