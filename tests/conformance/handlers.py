"""A resource whose objects lie in the store, from nothing but its schema.

An object is made and changed by two requests: the first does all but the attribute `second`, so that there is something
to be done in part. What is create-only the store never tells again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from provider.framework import json, types
from provider.framework.diagnostics import Failure, error
from provider.framework.resource import Operation, Resource
from provider.framework.schema import Attribute, Nested, Nesting, Schema
from provider.framework.types import Type
from provider.framework.values import known_or_null
from tests.conformance.filling import filled
from tests.conformance.store import Store

Values = Mapping[str, Any]
Spelled = Callable[[dict[str, Any]], dict[str, Any]]


def as_stored(values: dict[str, Any]) -> dict[str, Any]:
    """Spell nothing in another way."""
    return values


def stored(name: str, schema: Schema, *, spelled: Spelled = as_stored, **more: Any) -> Resource[Store]:
    """Return a resource of the store; `spelled` is the store's own way to write what it is given."""
    attributes = schema.attributes

    def told(values: Values) -> dict[str, Any]:
        shown = {part: value for part, value in values.items() if not attributes[part].create_only}
        return {part: _disordered(schema.type.attributes[part], value) for part, value in spelled(shown).items()}

    def load(store: Store, identifier: str) -> dict[str, Any] | None:
        text = store.read(name, identifier)
        return None if text is None else dict(json.decode(text, schema.type))

    def save(store: Store, identifier: str, values: Values) -> None:
        store.write(name, identifier, json.encode(values))

    def values_of(operation: Operation[Store], identifier: str, revision: int) -> dict[str, Any]:
        values = _with_secrets(attributes, filled(attributes, operation.planned or {}, identifier), operation.config)
        values |= {"id": identifier}
        return values | ({"revision": revision} if "revision" in attributes else {})

    def create(operation: Operation[Store]) -> Values:
        store, identifier = operation.meta, secrets.token_hex(6)
        values = values_of(operation, identifier, 1)
        store.at("create_before", values.get("name"), operation.cancel)
        now = values | ({"second": None} if "second" in attributes else {})
        save(store, identifier, now)
        operation.private |= {"made": identifier, "updates": 0}
        operation.keep(**known_or_null(told(now)))
        store.at("create_between", values.get("name"), operation.cancel)
        save(store, identifier, values)
        store.note("private", {"step": "create", **operation.private})
        return told(values)

    def read(operation: Operation[Store]) -> Values | None:
        store = operation.meta
        assert operation.prior is not None
        store.at("read_before", operation.prior.get("name"), operation.cancel)
        store.note("private", {"step": "read", **operation.private})
        values = load(store, operation.prior["id"])
        return None if values is None else told(values)

    def update(operation: Operation[Store]) -> Values:
        store, prior = operation.meta, operation.prior
        assert prior is not None
        before = load(store, prior["id"])
        if before is None:
            raise Failure(error("There is no such object", f"The store has no {name} {prior['id']}."))
        values = values_of(operation, prior["id"], before.get("revision", 0) + 1)
        store.at("update_before", values.get("name"), operation.cancel)
        now = values | ({"second": before["second"]} if "second" in attributes else {})
        save(store, prior["id"], now)
        operation.private["updates"] += 1
        operation.keep(**told(now))
        store.at("update_between", values.get("name"), operation.cancel)
        save(store, prior["id"], values)
        store.note("private", {"step": "update", **operation.private})
        return told(values)

    def delete(operation: Operation[Store]) -> None:
        store = operation.meta
        assert operation.prior is not None
        store.at("delete_before", operation.prior.get("name"), operation.cancel)
        store.note("private", {"step": "delete", **operation.private})
        store.delete(name, operation.prior["id"])

    return Resource(name, schema, create, read, delete, **{"update": update, **more})


def _with_secrets(attributes: Mapping[str, Attribute], values: Values, config: Any) -> dict[str, Any]:
    """Return values with those that are write-only, which no plan has, from the configuration."""
    return {name: _with_secret(attributes[name], part, config[name]) for name, part in values.items()}


def _with_secret(attribute: Attribute, value: Any, config: Any) -> Any:
    kind = attribute.kind
    if attribute.write_only:
        return config
    if not isinstance(kind, Nested) or not value or not config:
        return value
    match kind.nesting:
        case Nesting.SINGLE:
            return _with_secrets(kind.attributes, value, config)
        case Nesting.LIST:
            return tuple(_with_secrets(kind.attributes, *pair) for pair in zip(value, config, strict=True))
        case Nesting.MAP:
            return {key: _with_secrets(kind.attributes, part, config[key]) for key, part in value.items()}
    return value


def _disordered(type_: Type, value: Any) -> Any:
    """Return a value with each set the other way round, and its last element twice."""
    match type_:
        case types.Collection("set", element) if value:
            turned = [_disordered(element, part) for part in reversed(value)]
            return [*turned, turned[0]]
        case types.Collection("map", element) if value:
            return {name: _disordered(element, part) for name, part in reversed(value.items())}
        case types.Collection("list", element) if value:
            return [_disordered(element, part) for part in value]
        case types.Object(attributes) if value:
            return {name: _disordered(attributes[name], part) for name, part in value.items()}
    return value
