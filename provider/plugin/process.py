"""The plugin process from start to end, as the host starts it and as a person starts it with `--debug`."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import os
import sys
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, NoReturn

from provider.plugin import keypair, logs, platform, server
from provider.plugin.front import Front, listen_tcp, listen_unix, server_context
from provider.plugin.handshake import PLUGIN_PROTOCOL, Address, Host, Refused, line, read_host
from provider.plugin.lifetime import HostLifetime, Lifetime
from provider.plugin.services import PluginServices

if TYPE_CHECKING:
    import grpc

# Settings of the process: how long it waits for its host, and a switch to TCP where Unix sockets would do.
_PATIENCE = "M365_PLUGIN_CONNECT_SECONDS"
_FORCE_TCP = "M365_PLUGIN_TCP"

_log = logging.getLogger(__name__)

MakeHandler = Callable[[], "grpc.GenericRpcHandler"]


def serve(make_handler: MakeHandler) -> NoReturn:
    """Be the plugin of the host that started this process, and serve what `make_handler` makes.

    The process ignores Ctrl-C already: see `platform.ignore_interrupt`.
    """
    started, parent_gone = time.monotonic(), platform.parent_watch()
    platform.guard_standard_streams()
    say = platform.take_stdout()
    logs.start(os.environ)
    _Process().run(lambda process: _for_host(process, make_handler, say, started, parent_gone))


def debug(make_handler: MakeHandler, address: str) -> NoReturn:
    """Serve any number of hosts, which reattach as the provider `address`, until a person ends it."""
    logs.start(os.environ)
    process = _Process()
    platform.on_interrupt(process.end)
    process.run(lambda process: _for_debugging(process, make_handler, address))


class _Process:
    """The process, with the private folder that it must not leave behind."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.server: grpc.aio.Server | None = None

    def run(self, main: Callable[[_Process], Coroutine[None, None, None]]) -> NoReturn:
        platform.on_terminate(self.end)
        try:
            asyncio.run(main(self))
        except Refused as refused:
            sys.stderr.write(f"{refused}\n")
        except OSError as cause:
            sys.stderr.write(f"The provider cannot listen for Terraform: {cause}\n")
        except Exception as cause:  # noqa: BLE001 - whatever it is, the folder goes
            _log.exception("The provider could not start.")
            sys.stderr.write(f"The provider could not start ({type(cause).__name__}). TF_LOG=ERROR shows more.\n")
        self.end(1)

    def end(self, status: int = 0) -> NoReturn:
        platform.remove_folder(self.folder)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):
                continue
        # The host waits for the exit: leave without the interpreter's own farewell.
        os._exit(status)

    async def listen(self, host: Host, make_handler: MakeHandler, lifetime: Lifetime) -> tuple[Address, bytes | None]:
        """Open the server and its front; return where it listens and the certificate that it shows, if any."""
        by_socket = platform.HAS_UNIX_SOCKETS and os.environ.get(_FORCE_TCP) != "1"
        self.folder = platform.private_folder(host.socket_folder) if by_socket else None
        pair = keypair.make()
        self.server, connect = await server.start([PluginServices(lifetime.goodbye), make_handler()], self.folder, pair)
        context, expected = server_context(host, pair)
        front = Front(connect, expected, lifetime)
        if self.folder is not None:
            address = await listen_unix(front, f"{self.folder}/plugin.sock", context)
        else:
            address = await listen_tcp(front, host.ports, context)
        return address, pair.certificate if context is not None else None


async def _for_host(
    process: _Process,
    make_handler: MakeHandler,
    say: Callable[[str], None],
    started: float,
    parent_gone: Callable[[], bool],
) -> None:
    host = read_host(os.environ)
    patience = _patience() - (time.monotonic() - started)
    lifetime = HostLifetime(process.end, parent_gone, patience)
    address, certificate = await process.listen(host, make_handler, lifetime)
    # What was made until now stays: the collector need not look at it again.
    gc.freeze()
    say(line(address, certificate))
    await asyncio.Event().wait()


def _patience() -> float:
    text = os.environ.get(_PATIENCE) or "60"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise Refused(f"{_PATIENCE} must be a number of seconds. Found: {text}.")
    return seconds


async def _for_debugging(process: _Process, make_handler: MakeHandler, provider: str) -> None:
    host = Host(client_certificate=None, ports=range(1), socket_folder=None)
    import json

    address, _ = await process.listen(host, make_handler, Lifetime())
    reattach = {
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PLUGIN_PROTOCOL,
            "Pid": os.getpid(),
            "Test": True,
            "Addr": {"Network": address.network, "String": address.text},
        }
    }
    sys.stdout.write(
        "The provider runs until you press Ctrl-C. In another terminal, set this variable, then use Terraform as "
        "usual:\n\n"
        f"  export TF_REATTACH_PROVIDERS='{json.dumps(reattach)}'\n\n"
    )
    sys.stdout.flush()
    await asyncio.Event().wait()
