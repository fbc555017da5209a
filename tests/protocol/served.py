"""A provider inside the process of the tests: the bytes of a request in, the bytes of the answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgpack

from provider.framework.cancellation import CancelToken
from provider.framework.normal import OWN, read
from provider.framework.provider import Configured, Provider, PutOff
from provider.framework.resource import Operation, Resource
from provider.framework.schema import Attribute, Schema, optional, string
from provider.protocol.calls import answer
from provider.protocol.constants import compile_outlines
from provider.protocol.rpcs import RPCS
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import UNKNOWN

META = "meta"
READY = Configured(META)
PUT_OFF = PutOff((("tenant",),))
CAN_WAIT = pb.ClientCapabilities(deferral_allowed=True)


def never(_argument: Any) -> Any:
    """Stand for a function that must not be called."""
    raise AssertionError("this was not to be called")


def resource(
    attributes: Mapping[str, Attribute], act: Callable[[Operation[str]], Any] = never, *, version: int = 0, **more: Any
) -> Resource[str]:
    """Return the resource `test_thing`, all of whose operations are `act` where nothing else is said."""
    functions = {"create": act, "read": act, "update": act, "delete": act, **more}
    return Resource(name="test_thing", schema=Schema(attributes, "A thing.", version), **functions)


def provider(*resources: Resource[str], **more: Any) -> Provider[str]:
    """Return a provider that has these resources."""
    named = {made.name: made for made in resources}
    plain: Provider[str] = Provider(
        name="test",
        schema=lambda: Schema({"tenant": optional(string(), "T.")}, "A provider."),
        constant=never,
        data_source_names=(),
        data_source=never,
        validate=never,
        configure=lambda _config, _version, _token: never(None),
        resource_names=tuple(named),
        resource=named.get,
    )
    return replace(plain, **{"outline": compile_outlines(plain).get, **more})


def session(
    *resources: Resource[str], configured: Configured[str] | PutOff | None = READY, **more: Any
) -> Session[str]:
    """Return the session of such a provider, configured where nothing else is said."""
    return Session(provider(*resources, **more), configured)


def call(to: Session[Any], rpc: str, *, token: CancelToken | None = None, **fields: Any) -> Any:
    """Call an RPC about `test_thing` and return its answer."""
    request = getattr(pb, rpc).Request(**{"type_name": "test_thing", **fields})
    data = answer(to, RPCS[rpc], request.SerializeToString(), token or CancelToken())
    return getattr(pb, rpc).Response.FromString(data)


def sent(declared: Resource[Any], values: Mapping[str, Any] | None) -> pb.DynamicValue:
    """Return values as Terraform sends them: sorted by name, what is not given null."""
    whole = None if values is None else read(values, declared.schema.type, OWN)
    return pb.DynamicValue(msgpack=msgpack.packb(_sorted(whole)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(part) for name, part in sorted(value.items())}
    if isinstance(value, tuple):
        return [_sorted(part) for part in value]
    return UNKNOWN if repr(value) == "(known after apply)" else value


def received(value: pb.DynamicValue) -> Any:
    """Return the values that an answer holds, without those that are null."""
    found = msgpack.unpackb(value.msgpack, ext_hook=lambda _code, _data: "unknown")
    return {name: part for name, part in found.items() if part is not None} if isinstance(found, dict) else found


def told(response: Any) -> list[tuple[str, str]]:
    """Return severity and summary of each diagnostic of an answer."""
    return [(pb.Diagnostic.Severity.Name(found.severity), found.summary) for found in response.diagnostics]
