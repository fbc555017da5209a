"""A connection on which something is wrong costs itself: the process goes on, and the other connection's calls too."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.plugin import http2
from tests.plugin.encryption import tls
from tests.plugin.host import Plugin, channel, eventually
from tests.scale import shape
from tests.scale.host import plan

Fault = Callable[[ssl.SSLSocket], None]

PLAN = "/tfplugin6.Provider/PlanResourceChange"
SCHEMA = "/tfplugin6.Provider/GetProviderSchema"
REQUEST = plan(shape.USUAL, shape.fullest(shape.USUAL)).SerializeToString()


def garbage(connection: ssl.SSLSocket) -> None:
    connection.sendall(bytes(range(256)) * 64)


def garbage_after_the_opening(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + bytes(range(256)) * 64)


def garbage_in_the_header_fields(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.frame(http2.HEADERS, 4, 1, bytes(range(128, 256))))


def nothing_after_the_opening(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening())
    connection.recv(1)


def half_an_opening(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.PREFACE[:10])


def half_a_frame(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.headers(PLAN) + http2.message(REQUEST)[:100])


def half_a_message(connection: ssl.SSLSocket) -> None:
    connection.sendall(
        http2.opening() + http2.headers(PLAN) + http2.message(REQUEST[:100], declared=len(REQUEST), last=False)
    )


def a_message_that_ends_too_early(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.headers(PLAN) + http2.message(REQUEST[:100], declared=len(REQUEST)))
    connection.recv(1)


def a_message_that_claims_four_gigabytes(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.headers(PLAN) + http2.message(REQUEST, declared=2**32 - 1, last=False))
    connection.recv(1)


def a_message_that_is_not_compressed_as_it_says(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.headers(PLAN) + http2.message(REQUEST, compressed=True))
    connection.recv(1)


def a_host_that_vanishes_before_its_answer(connection: ssl.SSLSocket) -> None:
    connection.sendall(http2.opening() + http2.headers(PLAN) + http2.message(REQUEST))


def a_host_that_vanishes_in_the_middle_of_an_answer(connection: ssl.SSLSocket) -> None:
    # Without updates of its window no more than 64 KiB come: the rest waits.
    connection.sendall(http2.opening() + http2.headers(SCHEMA) + http2.message(b""))
    http2.await_data(connection)


def a_host_that_aborts_in_the_middle_of_an_answer(connection: ssl.SSLSocket) -> None:
    a_host_that_vanishes_in_the_middle_of_an_answer(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


FAULTS: list[Fault] = [
    garbage,
    garbage_after_the_opening,
    garbage_in_the_header_fields,
    nothing_after_the_opening,
    half_an_opening,
    half_a_frame,
    half_a_message,
    a_message_that_ends_too_early,
    a_message_that_claims_four_gigabytes,
    a_message_that_is_not_compressed_as_it_says,
    a_host_that_vanishes_before_its_answer,
    a_host_that_vanishes_in_the_middle_of_an_answer,
    a_host_that_aborts_in_the_middle_of_an_answer,
]


def files(plugin: Plugin) -> int:
    """Return how many files and sockets the process has open."""
    return sum(1 for _ in Path(f"/proc/{plugin.process.pid}/fd").iterdir())


def works(plugin: Plugin) -> bool:
    """Tell whether the process plans a resource for its host."""
    return not plugin.call("PlanResourceChange", REQUEST).diagnostics


def test_the_call_by_hand_is_answered(plugin: Plugin) -> None:
    """What the faults are made of is right by itself."""
    assert plugin.handshake.certificate is not None
    for method, content in ((PLAN, REQUEST), (SCHEMA, b"")):
        with tls(plugin.handshake.connect(), plugin.pair, plugin.handshake.certificate) as connection:
            connection.sendall(http2.opening() + http2.headers(method) + http2.message(content))
            http2.await_data(connection)


def test_a_fault_costs_its_connection_only(plugin: Plugin) -> None:
    assert plugin.handshake.certificate is not None
    assert works(plugin)
    before = files(plugin)
    for _ in range(3):
        for fault in FAULTS:
            with tls(plugin.handshake.connect(), plugin.pair, plugin.handshake.certificate) as connection:
                fault(connection)
            assert works(plugin), fault.__name__
    for _ in eventually():
        if files(plugin) <= before:
            break


def test_a_host_that_vanishes_with_many_calls_under_way(plugin: Plugin) -> None:
    assert works(plugin)
    before = files(plugin)
    for _ in range(3):
        other = channel(plugin.handshake, plugin.pair)
        call: Any = other.unary_unary(PLAN)
        begun = [call.future(REQUEST) for _ in range(200)]
        assert begun[0].result()
        other.close()
        assert works(plugin)
    for _ in eventually():
        if files(plugin) <= before:
            break
