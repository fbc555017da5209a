"""Messages into values."""

from __future__ import annotations

from typing import Any

from provider.framework import json, msgpack
from provider.framework.diagnostics import Failure, error
from provider.framework.normal import MalformedValue
from provider.framework.schema import Schema
from provider.framework.types import Type
from provider.framework.values import Unknown
from provider.protocol.stubs import tfplugin6_pb2 as pb


def value(message: pb.DynamicValue, type_: Type) -> Any:
    """Return a value of type `type_` in normal form; raise Failure where `message` holds none."""
    try:
        return json.decode(message.json, type_) if message.json else msgpack.decode(message.msgpack, type_)
    except MalformedValue as wrong:
        raise Failure(
            error("Unreadable value", f"Terraform sent a value that does not fit the schema: {wrong}.")
        ) from None


def present(message: pb.DynamicValue, schema: Schema) -> dict[str, Any] | None:
    """Return a configuration, plan or state, or None where there is none; raise Failure where it cannot be read."""
    found = value(message, schema.type)
    if isinstance(found, Unknown):
        raise Failure(error("Unreadable value", "Terraform sent an object that is unknown as a whole."))
    return found if isinstance(found, dict) else None


def config(message: pb.DynamicValue, schema: Schema) -> dict[str, Any]:
    """Return the configuration of a block; one that is not written at all is one without values."""
    return present(message, schema) or dict.fromkeys(schema.attributes)
