"""What 170 types cost a process that starts, against five of a usual size."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.plugin import http2
from tests.plugin.encryption import tls
from tests.plugin.host import Plugin
from tests.scale import shape
from tests.scale.host import SERVE
from tools.bench.measuring import Row, interleaved, row

TARGET = 1.1


def rows(runs: int) -> list[Row]:
    """Measure the start of a process of each size, to its handshake and to the first byte of its schemas."""
    with TemporaryDirectory(prefix="bench-") as all_types, TemporaryDirectory(prefix="bench-") as five_types:
        shape.compile_into(Path(all_types), shape.names())
        shape.compile_into(Path(five_types), shape.FIVE)
        handshakes = interleaved(2 * runs, partial(_handshake, all_types), partial(_handshake, five_types))
        schemas = interleaved(2 * runs, partial(_first_byte, all_types), partial(_first_byte, five_types))
    return [
        row("handshake_170_types", handshakes[0], handshakes[1], TARGET),
        row("schema_170_types", schemas[0], schemas[1], TARGET),
    ]


def _handshake(folder: str) -> float:
    """Return the seconds from the start of a process to its handshake line."""
    with Plugin(SERVE, {"SCALE_FOLDER": folder}) as plugin:
        assert plugin.handshake.protocol == "6"
        return time.monotonic() - plugin.started


def _first_byte(folder: str) -> float:
    """Return the seconds from the start of a process to the first byte of its answer with all schemas.

    The call is made by hand, on the socket: a gRPC client would tell of the answer only when all of it is there.
    Sending 5 MB takes as long as it takes, so it is left out; reading them from the file, and all that gRPC does before
    it sends, are in it.
    """
    with Plugin(SERVE, {"SCALE_FOLDER": folder}) as plugin:
        assert plugin.handshake.certificate is not None
        with tls(plugin.handshake.connect(), plugin.pair, plugin.handshake.certificate) as connection:
            call = http2.headers("/tfplugin6.Provider/GetProviderSchema") + http2.message(b"")
            connection.sendall(http2.opening() + call)
            http2.await_data(connection)
            return time.monotonic() - plugin.started
