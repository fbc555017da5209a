"""The gRPC service `tfplugin6.Provider`: every call in a thread, with a token that ends it.

StopProvider is answered in the event loop itself: it must arrive whatever all threads do.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc

from provider.framework.cancellation import CancelToken
from provider.protocol.rpcs import RPCS, Rpc, Stop, Stream
from provider.protocol.session import Session

if TYPE_CHECKING:
    from provider.framework.provider import Provider

_log = logging.getLogger(__name__)

_PREFIX = "/tfplugin6.Provider/"
# Handlers block on the network; Terraform's own limit of parallel operations can be set to any number.
_THREADS = 256
# A call that was told to stop may answer for itself within this time, then it is answered for.
_STOP_SECONDS = 0.2

Context = grpc.aio.ServicerContext[bytes, bytes]


class Service(grpc.GenericRpcHandler):
    """Serves one provider. All messages are bytes here: they are read and made in the call's thread."""

    def __init__(self, provider: Provider[Any]) -> None:
        """Serve `provider`."""
        self._session: Session[Any] = Session(provider)
        self._threads = _threads()
        self._running: set[CancelToken] = set()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return the handler of a method, or None for a method of another service."""
        method = handler_call_details.method
        if not method.startswith(_PREFIX):
            return None
        name = method.removeprefix(_PREFIX)
        if name == "StopProvider":
            return grpc.unary_unary_rpc_method_handler(self._stop)
        rpc = RPCS.get(name)
        if rpc is None:
            return None

        async def unary(request: bytes, _context: Context) -> bytes:
            return await self._call(rpc, request)

        async def answers(request: bytes, _context: Context) -> AsyncIterator[bytes]:
            yield await self._call(rpc, request)

        async def requests(parts: AsyncIterator[bytes], _context: Context) -> bytes:
            async for _ in parts:
                continue
            return await self._call(rpc, b"")

        match rpc.stream:
            case Stream.NONE:
                return grpc.unary_unary_rpc_method_handler(unary)
            case Stream.ANSWER:
                return grpc.unary_stream_rpc_method_handler(answers)
            case Stream.REQUEST:
                return grpc.stream_unary_rpc_method_handler(requests)

    async def _stop(self, _request: bytes, _context: Context) -> bytes:
        # Only what runs now: a host that reattached may go on with other calls.
        for token in list(self._running):
            token.cancel()
        # What blocks in there may do so for minutes, and must not take the threads of those calls.
        self._threads = _threads()
        return b""

    async def _call(self, rpc: Rpc, request: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        token = CancelToken()
        self._running.add(token)
        work = loop.run_in_executor(self._threads, _answer, self._session, rpc, request, token)
        if rpc.stop is Stop.AT_ONCE:
            token.on_cancel(partial(loop.call_soon_threadsafe, partial(loop.call_later, _STOP_SECONDS, work.cancel)))
        try:
            return await work
        except asyncio.CancelledError:
            if token.cancelled:
                return _interrupted(rpc, token)
            # The host took the call back.
            token.cancel()
            raise
        finally:
            self._running.discard(token)


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="call")


def _answer(session: Session[Any], rpc: Rpc, request: bytes, token: CancelToken) -> bytes:
    if rpc.constant:
        try:
            return session.provider.constant(rpc.name)
        except Exception:  # noqa: BLE001 - whatever it is, the host gets an answer
            from provider.protocol.calls import crashed

            return crashed(rpc)
    # Loaded with the first call that has to be understood.
    begin = time.perf_counter()
    from provider.protocol.calls import answer

    response = answer(session, rpc, request, token)
    _log.debug("%s took %.3f s", rpc.name, time.perf_counter() - begin)
    return response


def _interrupted(rpc: Rpc, token: CancelToken) -> bytes:
    from provider.protocol.calls import interrupted

    return interrupted(rpc, token)
