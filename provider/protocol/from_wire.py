"""Messages into values."""

from __future__ import annotations

from typing import Any

from provider.framework import msgpack
from provider.framework.diagnostics import Failure, error
from provider.framework.schema import Schema
from provider.protocol.stubs import tfplugin6_pb2 as pb


def config(value: pb.DynamicValue, schema: Schema) -> dict[str, Any]:
    """Return the configuration of a block with `schema`; raise Failure where `value` holds none."""
    try:
        decoded = msgpack.decode(value.msgpack, schema.type)
    except msgpack.MalformedValue as cause:
        raise Failure(
            error("Unreadable configuration", f"Terraform sent a configuration that does not fit the schema: {cause}.")
        ) from None
    # A block that is not written at all arrives as null.
    return decoded if isinstance(decoded, dict) else dict.fromkeys(schema.attributes)
