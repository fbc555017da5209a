"""The TLS front: what the host connects to.

It ends TLS with Python's `ssl`, lets in only who shows the one certificate that the host announced, and relays
bytes to the gRPC port behind. (The TLS inside gRPC refuses that certificate: its key is on P-521.) Where the host
announced none it speaks plain text, and so does the front. It tells the process's lifetime who comes and goes.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import cast

from provider.plugin.handshake import Address, Host, Refused
from provider.plugin.keypair import KeyPair
from provider.plugin.lifetime import Lifetime
from provider.plugin.platform import load_pair

_HANDSHAKE_SECONDS = 10

_log = logging.getLogger(__name__)

Connect = Callable[[Callable[[], asyncio.Protocol]], Awaitable[tuple[asyncio.Transport, asyncio.Protocol]]]


class Front:
    """One listening front."""

    def __init__(self, connect: Connect, expected: bytes | None, lifetime: Lifetime) -> None:
        """Relay to what `connect` reaches, for who shows `expected` (DER; None: anybody); tell `lifetime`."""
        self.lifetime = lifetime
        self._connect = connect
        self._expected = expected
        self._opening: set[asyncio.Task[None]] = set()

    def accept(self) -> asyncio.Protocol:
        """Return the protocol of a new connection, for asyncio's servers."""
        return _Outer(self)

    def admits(self, transport: asyncio.Transport) -> bool:
        """Tell whether the other side of `transport`, whose TLS handshake succeeded, is the host."""
        if self._expected is None:
            return True
        session = transport.get_extra_info("ssl_object")
        # The host's certificate can sign others, and OpenSSL would trust them: only itself will do.
        return session is not None and session.getpeercert(binary_form=True) == self._expected

    def relay(self, outer: _Outer) -> None:
        """Begin to relay a connection that was let in."""
        task = asyncio.get_running_loop().create_task(self._join(outer))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _join(self, outer: _Outer) -> None:
        inner = _Half()
        inner.other = outer.transport
        try:
            transport, _ = await self._connect(lambda: inner)
        except OSError as cause:
            _log.error("The gRPC port behind the front does not answer: %s", cause)
            outer.transport.abort()
            return
        outer.join(transport)


class _Half(asyncio.Protocol):
    """One side of a relay: what it receives it writes to the other."""

    transport: asyncio.Transport
    other: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        # Large messages pass through: fewer, larger pieces.
        self.transport.set_write_buffer_limits(high=1 << 20)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self.other is not None:
            self.other.close()

    def pause_writing(self) -> None:
        if self.other is not None and not self.other.is_closing():
            self.other.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and not self.other.is_closing():
            self.other.resume_reading()


class _Outer(_Half):
    """The side of a relay that the host sees."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._admitted = False
        self._early = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._front.admits(self.transport):
            _log.warning("A connection with another certificate than the host's was refused.")
            self.transport.abort()
            return
        self._admitted = True
        self.transport.pause_reading()
        self._front.lifetime.connected()
        self._front.relay(self)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            # Older versions of Python (3.11.2) read on where reading was paused while the connection was made.
            self._early += data
        else:
            self.other.write(data)

    def join(self, inner: asyncio.Transport) -> None:
        self.other = inner
        if self.transport.is_closing():
            inner.close()
        else:
            inner.write(bytes(self._early))
            self._early.clear()
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._admitted:
            self._front.lifetime.disconnected()


def server_context(host: Host, pair: KeyPair) -> tuple[ssl.SSLContext | None, bytes | None]:
    """Return the TLS context of the front and the certificate (DER) to insist on; both None for plain text."""
    if host.client_certificate is None:
        return None, None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        expected = ssl.PEM_cert_to_DER_cert(host.client_certificate.strip())
        context.load_verify_locations(cadata=expected)
    except (ValueError, ssl.SSLError) as cause:
        raise Refused(f"PLUGIN_CLIENT_CERT holds no certificate in PEM form: {cause}.") from None
    context.set_alpn_protocols(["h2"])
    load_pair(context, pair)
    return context, expected


async def listen_unix(front: Front, path: str, context: ssl.SSLContext | None) -> Address:
    """Listen on a Unix socket at `path`."""
    await asyncio.get_running_loop().create_unix_server(
        front.accept, path, ssl=context, ssl_handshake_timeout=_limit(context)
    )
    return Address("unix", path)


async def listen_tcp(front: Front, ports: range, context: ssl.SSLContext | None) -> Address:
    """Listen on the first free loopback port of `ports`; raise OSError where there is none."""
    loop = asyncio.get_running_loop()
    for port in ports:
        try:
            server = await loop.create_server(
                front.accept, "127.0.0.1", port, ssl=context, ssl_handshake_timeout=_limit(context)
            )
        except OSError:
            continue
        return Address("tcp", f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    raise OSError(f"no free port from {ports.start} to {ports.stop - 1} on 127.0.0.1")


def _limit(context: ssl.SSLContext | None) -> float | None:
    return None if context is None else _HANDSHAKE_SECONDS
