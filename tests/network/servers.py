"""Servers on loopback, good and bad, that a session is sent to: each in a thread, gone with its block."""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

# A step of a relay or of a silent server waits at most this long.
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of its own, and the certificate of a server that it issued."""

    ca: bytes
    """The authority's certificate, PEM."""
    server: bytes
    """The server's certificate and key, PEM."""

    def write_ca(self, folder: Path, name: str = "ca.pem") -> Path:
        path = folder / name
        path.write_bytes(self.ca)
        return path


@cache
def authority(label: str, *names: str, self_signed_leaf: bool = False) -> Authority:
    """Return an authority and a server certificate for `names`, by default those of loopback.

    With `self_signed_leaf` there is no authority: the server's certificate has signed itself and is no CA.
    """
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate(f"{label} authority", ca_key, None, ca_key, ca=True)
    alternative = [_alternative(name) for name in names or ("127.0.0.1", "localhost")]
    if self_signed_leaf:
        leaf = _certificate(f"{label} server", key, None, key, names=alternative)
        ca = leaf
    else:
        leaf = _certificate(f"{label} server", key, ca, ca_key, names=alternative)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Authority(ca.public_bytes(Encoding.PEM), leaf.public_bytes(Encoding.PEM) + private)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool = False,
    names: list[x509.GeneralName] | None = None,
) -> x509.Certificate:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers a request with."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str
    requests: list[Seen] = field(default_factory=list)

    @property
    def place(self) -> str:
        """host:port"""
        return self.url.rpartition("/")[2]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that does not trust the server breaks the connection, as it should."""


@contextmanager
def serve(
    answer: Callable[[Seen], Answer] | Answer = Answer(),
    *,
    tls: Authority | None = None,
    folder: Path | None = None,
) -> Iterator[Server]:
    """Serve HTTP, or HTTPS with the certificate of `tls` (written into `folder`, as Python's `ssl` wants it)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            server.requests.append(seen)
            given = answer(seen) if callable(answer) else answer
            self.send_response(given.status)
            for name, value in ({"Content-Length": str(len(given.body))} | dict(given.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
            """Keep the test's output clean."""

    listening = _Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        assert folder is not None
        certificate = folder / f"server-{listening.server_port}.pem"
        certificate.write_bytes(tls.server)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    server = Server(f"{'https' if tls else 'http'}://127.0.0.1:{listening.server_port}")
    with _running(listening):
        yield server


@contextmanager
def proxy(user: str | None = None, *, tls: Authority | None = None, folder: Path | None = None) -> Iterator[Server]:
    """Serve a proxy for CONNECT that asks for the credentials `user` ("name:password") where that is given."""
    from base64 import b64encode

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            server.requests.append(Seen("CONNECT", self.path, dict(self.headers.items()), b""))
            expected = user and f"Basic {b64encode(user.encode()).decode()}"
            if expected and self.headers.get("Proxy-Authorization") != expected:
                self.send_response(407)
                self.send_header("Proxy-Authenticate", "Basic")
                self.end_headers()
                return
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port)), _PATIENCE) as onward:
                self.send_response(200)
                self.end_headers()
                _relay(self.connection, onward)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
            """Keep the test's output clean."""

    listening = _Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        assert folder is not None
        certificate = folder / f"proxy-{listening.server_port}.pem"
        certificate.write_bytes(tls.server)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    server = Server(f"{'https' if tls else 'http'}://127.0.0.1:{listening.server_port}")
    with _running(listening):
        yield server


@contextmanager
def raw(behave: Callable[[socket.socket], object]) -> Iterator[Server]:
    """Accept connections and hand each to `behave`, whatever HTTP says."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                behave(self.request)

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with _running(listening := Threads(("127.0.0.1", 0), Handler)):
        yield Server(f"http://127.0.0.1:{listening.server_address[1]}")


@contextmanager
def never_accepting() -> Iterator[Server]:
    """Give an address at which connections are never completed: its queue is full."""
    with ExitStack() as open_sockets:
        listening = open_sockets.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield Server(f"http://127.0.0.1:{listening.getsockname()[1]}")


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _relay(one: socket.socket, other: socket.socket) -> None:
    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join(_PATIENCE)
