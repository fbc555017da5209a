"""The HTTPS server: both services on one address, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator
from email.utils import format_datetime
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tenant.entra.refusals import RefusalError, answer
from tenant.entra.urls import ENDPOINTS as ENTRA_ENDPOINTS
from tenant.evidence import assumed
from tenant.graph.urls import ENDPOINTS as GRAPH_ENDPOINTS
from tenant.service import Endpoint, Service

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# How long a connection may take to part politely; an idle client may never do.
_GRACE_SECONDS = 0.1


async def _statistics(service: Service, _request: Request) -> Response:
    return JSONResponse(service.statistics.to_json())


OWN_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/_tenant/statistics", ("GET",), _statistics, assumed("no behaviour of Microsoft's: of the simulation alone")
    ),
)


def make_app(service: Service) -> ASGIApp:
    """Return the application that answers for Entra ID and for Graph.

    An address that is none of the token service's is taken for Graph's, which says what is wrong with it.
    """

    def route(endpoint: Endpoint) -> Route:
        async def handle(request: Request) -> Response:
            return await endpoint.handler(service, request)

        return Route(endpoint.path, handle, methods=list(endpoint.methods))

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, RefusalError)
        return answer(service, error, request.headers)

    async def plain(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return PlainTextResponse("", status_code=error.status_code, headers=error.headers)

    app = Starlette(
        routes=[route(each) for each in (*OWN_ENDPOINTS, *ENTRA_ENDPOINTS, *GRAPH_ENDPOINTS)],
        exception_handlers={RefusalError: refuse, HTTPException: plain},
    )
    return _with_date(app, service)


def _with_date(app: ASGIApp, service: Service) -> ASGIApp:
    """Return `app` with the service's own time in `Date`, which may be set apart from this machine's."""

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(service.store.now(), usegmt=True).encode("ascii")
                headers = [(name, value) for name, value in message["headers"] if name != b"date"]
                if not any(name == b"strict-transport-security" for name, _value in headers):
                    headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
                message = {**message, "headers": [*headers, (b"date", date)]}
            await send(message)

        await app(scope, receive, send_dated)

    return dated


class Server:
    """A server on a bound socket. `run` returns after `end` was called, from a signal handler too."""

    def __init__(self, app: ASGIApp, certificate: Path, key: Path, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            http="h11",
            ws="none",
            loop="asyncio",
        )
        self._server = _QuietServer(config, on_ready)

    def run(self, bound: socket.socket) -> None:
        """Serve on `bound`."""
        asyncio.run(self._server.serve(sockets=[bound]))

    def end(self) -> None:
        """Have `run` return soon."""
        self._server.should_exit = True


class _QuietServer(uvicorn.Server):
    """uvicorn's server, which leaves signals to the process and tells when it serves."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for bound in sockets or ():
            bound.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.connections:
            await asyncio.sleep(_GRACE_SECONDS)
        for connection in list(self.server_state.connections):
            transport = connection.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
