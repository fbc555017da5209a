"""As much of HTTP/2 as it takes to send a gRPC call by hand, whole or spoilt, and to see its answer begin.

Sources: RFC 9113 (frames), RFC 7541 (header fields), gRPC over HTTP/2.
"""

from __future__ import annotations

import socket
import struct

DATA, HEADERS, SETTINGS = 0, 1, 4
_END_STREAM, _END_HEADERS = 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Return one frame."""
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def opening() -> bytes:
    """Return what a client sends first."""
    return PREFACE + frame(SETTINGS, 0, 0)


def headers(method: str) -> bytes:
    """Return the header fields of a call, on stream 1."""

    def text(value: bytes) -> bytes:
        return bytes((len(value),)) + value

    fields = (
        b"\x83\x87"  # :method POST, :scheme https
        + (b"\x04" + text(method.encode()))  # :path
        + (b"\x01" + text(b"localhost"))  # :authority
        + (b"\x0f\x10" + text(b"application/grpc"))  # content-type
        + (b"\x00" + text(b"te") + text(b"trailers"))
    )
    return frame(HEADERS, _END_HEADERS, 1, fields)


def message(content: bytes, *, declared: int | None = None, compressed: bool = False, last: bool = True) -> bytes:
    """Return a gRPC message on stream 1; `declared` is the length that it claims, if another than its own."""
    prefix = struct.pack(">BI", compressed, len(content) if declared is None else declared)
    return frame(DATA, _END_STREAM if last else 0, 1, prefix + content)


def await_data(connection: socket.socket) -> None:
    """Return when the first byte of an answer has come; raise AssertionError if the connection closes before."""
    received = b""
    while True:
        part = connection.recv(1 << 16)
        assert part, "the connection closed without an answer"
        received += part
        while len(received) >= 9:
            length = int.from_bytes(received[:3])
            if received[3] == DATA and length and len(received) > 9:
                return
            if len(received) < 9 + length:
                break
            received = received[9 + length :]
