"""The provider's own service, in this process, on a Unix socket: every call crosses gRPC as Terraform's do."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from provider.framework import outline
from provider.framework.provider import Configured, Provider
from provider.framework.resource import Resource
from provider.framework.schema import Schema
from provider.framework.state import Stored
from provider.protocol.service import Service
from provider.protocol.stubs import tfplugin6_pb2 as pb

_NOTHING = Schema({}, "For a test.")


@dataclass(slots=True)
class Server:
    """A running service, and the resource types that it has at the moment, by name."""

    channel: grpc.Channel
    resources: dict[str, Resource[Any]]
    calls: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def call(self, name: str, request: Any) -> Any:
        """Call an RPC and return its answer; raise grpc.RpcError."""
        if name not in self.calls:
            messages = getattr(pb, name)
            self.calls[name] = self.channel.unary_unary(
                f"/tfplugin6.Provider/{name}",
                request_serializer=messages.Request.SerializeToString,
                response_deserializer=messages.Response.FromString,
            )
        return self.calls[name](request, timeout=60)


@contextmanager
def serving() -> Iterator[Server]:
    """Serve a provider that has no resource types yet."""
    resources: dict[str, Resource[Any]] = {}
    handler = Service(_provider(resources))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{Path(folder) / 'socket'}"
        server = asyncio.run_coroutine_threadsafe(_start(handler, address), loop).result()
        with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            served = Server(channel, resources)
            served.call("ConfigureProvider", pb.ConfigureProvider.Request(config=pb.DynamicValue(msgpack=b"\x80")))
            yield served
        asyncio.run_coroutine_threadsafe(server.stop(None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _start(handler: grpc.GenericRpcHandler, address: str) -> grpc.aio.Server:
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(address)
    await server.start()
    return server


def _provider(resources: dict[str, Resource[Any]]) -> Provider[None]:
    def outlined(name: str) -> bytes | None:
        found = resources.get(name)
        return None if found is None else outline.write(Stored(found.schema.version, found.schema.type))

    def no_constant(rpc: str) -> bytes:
        raise AssertionError(f"{rpc} is not part of a cycle")

    return Provider(
        name="cycle",
        schema=lambda: _NOTHING,
        constant=no_constant,
        data_source_names=(),
        data_source=lambda _name: None,
        validate=lambda _config: (),
        configure=lambda _config, _version, _token: Configured(None),
        resource=resources.get,
        outline=outlined,
    )
