"""The gRPC server, which stands behind this one function.

It listens where only this process can reach it: on a Unix socket in the private folder, or on a loopback port
that demands this process's own certificate. The front relays to it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence

import grpc

from provider.plugin.front import Connect
from provider.plugin.keypair import KeyPair
from provider.plugin.platform import load_pair

# The reference allows as much in both directions; gRPC's own limit is 4 MiB for what it receives.
LARGEST_MESSAGE = 256 << 20
_MOST_WAITING = 1 << 20

_OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ("grpc.so_reuseport", 0),
    # Calls that wait for a thread are not too many: without these, gRPC cancels some of them beyond the first 1000.
    ("grpc.server.max_pending_requests", _MOST_WAITING),
    ("grpc.server.max_pending_requests_hard_limit", _MOST_WAITING),
)


async def start(
    handlers: Sequence[grpc.GenericRpcHandler], folder: str | None, pair: KeyPair
) -> tuple[grpc.aio.Server, Connect]:
    """Serve `handlers`; return the server, which stops when nobody refers to it, and how the front connects to it.

    `folder` is the private folder for a Unix socket; where it is None a TCP port with TLS by `pair` is taken.
    """
    server = grpc.aio.server(options=_OPTIONS)
    server.add_generic_rpc_handlers(handlers)
    loop = asyncio.get_running_loop()
    if folder is not None:
        path = f"{folder}/grpc.sock"
        server.add_insecure_port(f"unix:{path}")
        await server.start()
        return server, lambda protocol: loop.create_unix_connection(protocol, path)
    credentials = grpc.ssl_server_credentials(
        [(pair.key_pem, pair.certificate_pem)], root_certificates=pair.certificate_pem, require_client_auth=True
    )
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    context = _client_context(pair)
    return server, lambda protocol: loop.create_connection(
        protocol, "127.0.0.1", port, ssl=context, server_hostname="localhost"
    )


def _client_context(pair: KeyPair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pair.certificate_pem.decode())
    context.set_alpn_protocols(["h2"])
    load_pair(context, pair)
    return context
