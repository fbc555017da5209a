"""go-plugin's own services, and gRPC's health service.

The controller ends the process. The stdio and broker streams carry nothing here (stdout belongs to the handshake,
the log goes to stderr), but the host opens them and expects them to stay open. Source: go-plugin's
`grpc_controller.go`, `grpc_stdio.go`, `grpc_broker.go`; the gRPC health checking protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc

_EMPTY = b""

Context = grpc.aio.ServicerContext[bytes, bytes]


class PluginServices(grpc.GenericRpcHandler):
    """Answers every method of these services. `shutdown` is called when the host says goodbye."""

    def __init__(self, shutdown: Callable[[], None]) -> None:
        """Keep what the controller calls."""
        self._shutdown = shutdown
        self._methods: dict[str, Any] = {
            "/plugin.GRPCController/Shutdown": grpc.unary_unary_rpc_method_handler(self._goodbye),
            "/plugin.GRPCStdio/StreamStdio": grpc.unary_stream_rpc_method_handler(_silence),
            "/plugin.GRPCBroker/StartStream": grpc.stream_stream_rpc_method_handler(_hold),
            "/grpc.health.v1.Health/Check": grpc.unary_unary_rpc_method_handler(_health),
            "/grpc.health.v1.Health/Watch": grpc.unary_stream_rpc_method_handler(_watch_health),
        }

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return the handler of a method, or None for a method of another service."""
        return self._methods.get(handler_call_details.method)

    async def _goodbye(self, _request: bytes, _context: Context) -> bytes:
        self._shutdown()
        return _EMPTY


async def _silence(_request: bytes, _context: Context) -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield _EMPTY


async def _hold(requests: AsyncIterator[bytes], _context: Context) -> AsyncIterator[bytes]:
    async for _ in requests:
        continue
    # Never an answer: no sub-connections are offered.
    answers: tuple[bytes, ...] = ()
    for answer in answers:
        yield answer


async def _health(request: bytes, context: Context) -> bytes:
    from provider.protocol.stubs import health_pb2 as pb

    if pb.HealthCheckRequest.FromString(request).service not in ("", "plugin"):
        await context.abort(grpc.StatusCode.NOT_FOUND, "The only service here is 'plugin'.")
    return pb.HealthCheckResponse(status=pb.HealthCheckResponse.SERVING).SerializeToString()


async def _watch_health(request: bytes, context: Context) -> AsyncIterator[bytes]:
    yield await _health(request, context)
    await asyncio.Event().wait()
