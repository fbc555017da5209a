"""A host of our own for a plugin: go-plugin's client, as Terraform has it, in Python.

It starts an executable with cookie, versions and a client certificate, reads the handshake line, connects, calls,
says goodbye and waits for the end.
"""

from __future__ import annotations

import base64
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
import msgpack
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf.message_factory import GetMessageClass

from provider.protocol.stubs import go_plugin_pb2, health_pb2, tfplugin6_pb2
from tests.plugin.encryption import Pair, pair

ROOT = Path(__file__).resolve().parents[2]
REAL = (sys.executable, "-I", str(ROOT / "provider/__main__.py"))
PROBE = (sys.executable, "-I", str(Path(__file__).with_name("probe.py")))

COOKIE = {"TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"}
LARGEST_MESSAGE = 256 << 20
# What takes longer than this has failed. Generous: the machine may be busy.
PATIENCE = 30.0

_SERVICES = {
    service.full_name: service
    for file in (tfplugin6_pb2, go_plugin_pb2, health_pb2)
    for service in file.DESCRIPTOR.services_by_name.values()
}
PROVIDER = "tfplugin6.Provider"


@dataclass(frozen=True, slots=True)
class Handshake:
    """The line with which a plugin answers."""

    core: str
    protocol: str
    network: str
    address: str
    kind: str
    certificate: bytes | None
    """What the plugin will show (DER); None where it speaks plain text."""

    @classmethod
    def parse(cls, line: str) -> Handshake:
        """Read a line. Raises AssertionError if it is none."""
        fields = line.removesuffix("\n").split("|")
        assert line.endswith("\n"), f"no whole line: {line!r}"
        assert len(fields) in (5, 6), line
        certificate = None
        if len(fields) == 6:
            # go-plugin decodes base64 without padding.
            assert "=" not in fields[5]
            certificate = base64.b64decode(fields[5] + "=" * (-len(fields[5]) % 4), validate=True)
        core, protocol, network, address, kind = fields[:5]
        return cls(core, protocol, network, address, kind, certificate)

    def connect(self) -> socket.socket:
        """Open a connection to the plugin, in plain text."""
        connection = socket.socket(socket.AF_UNIX if self.network == "unix" else socket.AF_INET)
        connection.settimeout(PATIENCE)
        host, _, port = self.address.rpartition(":")
        connection.connect(self.address if self.network == "unix" else (host, int(port)))
        return connection

    @property
    def folder(self) -> Path:
        """The folder of the Unix socket."""
        assert self.network == "unix"
        return Path(self.address).parent


class Plugin:
    """A plugin that this host started."""

    def __init__(
        self,
        command: Sequence[str] = PROBE,
        environment: Mapping[str, str] | None = None,
        *,
        tls: bool = True,
        temporary: Path | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        """Start `command`. `environment` is added to a small one and wins; an empty value takes a variable away.

        `temporary` is the folder for temporary files that it gets, `tls` whether the host has a certificate.
        """
        self.pair = pair(ec.SECP256R1()) if tls else None
        self.stderr_file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        variables = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "PLUGIN_PROTOCOL_VERSIONS": "6,5",
            **COOKIE,
            **({} if temporary is None else {"TMPDIR": str(temporary)}),
            **({} if self.pair is None else {"PLUGIN_CLIENT_CERT": self.pair.certificate.decode()}),
            **(environment or {}),
        }
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            list(command),
            env={name: value for name, value in variables.items() if value},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=self.stderr_file,
            start_new_session=True,
        )
        self._channel: grpc.Channel | None = None
        self._handshake: Handshake | None = None

    def __enter__(self) -> Plugin:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def handshake(self) -> Handshake:
        """The handshake line, waited for."""
        if self._handshake is None:
            line = self._read_line()
            assert line, f"no handshake line; stderr: {self.stderr()}"
            self._handshake = Handshake.parse(line)
        return self._handshake

    @property
    def channel(self) -> grpc.Channel:
        """The connection, made when it is first asked for."""
        if self._channel is None:
            self._channel = channel(self.handshake, self.pair)
        return self._channel

    def call(self, name: str, request: Any = None, *, service: str = PROVIDER, timeout: float = PATIENCE) -> Any:
        """Call a method with one answer and return that; raise grpc.RpcError."""
        return self.begin(name, request, service=service, timeout=timeout).result()

    def begin(self, name: str, request: Any = None, *, service: str = PROVIDER, timeout: float = PATIENCE) -> Any:
        """Begin a call of a method with one answer; return gRPC's future."""
        return begin(self.channel, name, request, service=service, timeout=timeout)

    def stream(self, name: str, request: Any = None, *, service: str = PROVIDER, timeout: float = PATIENCE) -> Any:
        """Call a method that streams in either direction; `request` is an iterator where the requests stream."""
        return stream(self.channel, name, request, service=service, timeout=timeout)

    def configure(self, **block: Any) -> Any:
        """Configure the probe."""
        return self.call("ConfigureProvider", configuration(note=block.get("note"), wait=block.get("wait")))

    def read(self, name: str, *, timeout: float = PATIENCE, **config: Any) -> Any:
        """Read a data source and return the answer."""
        return self.call("ReadDataSource", data(name, **config), timeout=timeout)

    def value(self, name: str, **config: Any) -> dict[str, Any]:
        """Read a data source and return its values; raise AssertionError if it answers with a diagnostic."""
        answer = self.read(name, **config)
        assert not answer.diagnostics, answer.diagnostics
        return unpacked(answer.state)

    def shutdown(self) -> None:
        """Say goodbye as go-plugin does, and close the connection."""
        with suppress(grpc.RpcError):
            self.call("Shutdown", service="plugin.GRPCController", timeout=2)
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connection without a word."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for the end of the process and return its status."""
        return self.process.wait(seconds)

    def rest_of_stdout(self) -> bytes:
        """Return what came on stdout after the handshake line, once the process has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def stderr(self) -> str:
        """Return what came on stderr until now."""
        self.stderr_file.seek(0)
        return self.stderr_file.read().decode("utf-8", "backslashreplace")

    def close(self) -> None:
        """End the process, whatever it does."""
        self.disconnect()
        if self.process.poll() is None:
            self.process.kill()
            # What a killed process leaves is its host's to remove.
            if self._handshake is not None and self._handshake.network == "unix":
                remove(self._handshake.folder)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.stderr_file.close()

    def _read_line(self) -> str:
        assert self.process.stdout is not None
        number, line, until = self.process.stdout.fileno(), b"", time.monotonic() + PATIENCE
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([number], [], [], max(0, until - time.monotonic()))
            assert ready, f"no handshake line within {PATIENCE} s; stderr: {self.stderr()}"
            # One byte at a time: what follows the line belongs to whoever looks for stray output.
            byte = os.read(number, 1)
            if not byte:
                break
            line += byte
        return line.decode()


def channel(handshake: Handshake, own: Pair | None) -> grpc.Channel:
    """Connect to a plugin, with `own` as client certificate or in plain text."""
    target = f"unix:{handshake.address}" if handshake.network == "unix" else handshake.address
    options = [
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
        ("grpc.ssl_target_name_override", "localhost"),
        ("grpc.enable_http_proxy", 0),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if own is None:
        assert handshake.certificate is None, "the plugin wants TLS, the host has none"
        return grpc.insecure_channel(target, options)
    assert handshake.certificate is not None, "the plugin offers plain text only"
    credentials = grpc.ssl_channel_credentials(
        ssl.DER_cert_to_PEM_cert(handshake.certificate).encode(), own.key, own.certificate
    )
    return grpc.secure_channel(target, credentials, options)


def begin(to: grpc.Channel, name: str, request: Any, *, service: str = PROVIDER, timeout: float = PATIENCE) -> Any:
    """Begin a call of a method with one answer; return gRPC's future."""
    method = _SERVICES[service].methods_by_name[name]
    call = to.unary_unary(
        f"/{service}/{name}",
        request_serializer=_serialize,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    return call.future(GetMessageClass(method.input_type)() if request is None else request, timeout=timeout)


def stream(to: grpc.Channel, name: str, request: Any, *, service: str = PROVIDER, timeout: float = PATIENCE) -> Any:
    """Call a method that streams in either direction; `request` is an iterator where the requests stream."""
    method = _SERVICES[service].methods_by_name[name]
    kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
    call = getattr(to, kind)(
        f"/{service}/{name}",
        request_serializer=_serialize,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    if request is None:
        empty = GetMessageClass(method.input_type)()
        request = iter([empty]) if method.client_streaming else empty
    return call(request, timeout=timeout)


def _serialize(message: Any) -> bytes:
    return message if isinstance(message, bytes) else bytes(message.SerializeToString())


def packed(values: Mapping[str, Any] | None) -> tfplugin6_pb2.DynamicValue:
    """Return values as Terraform sends them."""
    return tfplugin6_pb2.DynamicValue(msgpack=msgpack.packb(values))


UNKNOWN = msgpack.ExtType(0, b"\x00")


def unpacked(value: tfplugin6_pb2.DynamicValue) -> dict[str, Any]:
    """Return the values that a plugin sent."""
    values: dict[str, Any] = msgpack.unpackb(value.msgpack)
    return values


def configuration(**block: Any) -> tfplugin6_pb2.ConfigureProvider.Request:
    """Return the request of ConfigureProvider for a provider block."""
    return tfplugin6_pb2.ConfigureProvider.Request(terraform_version="1.11.4", config=packed(block))


def data(name: str, **config: Any) -> tfplugin6_pb2.ReadDataSource.Request:
    """Return the request of ReadDataSource; an attribute that is not given is null."""
    return tfplugin6_pb2.ReadDataSource.Request(type_name=name, config=packed(config))


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that its parent has not been told of counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/status")
    try:
        return bool(re.search(r"^State:\s+Z", status.read_text(encoding="utf-8"), re.MULTILINE))
    except OSError:
        return status.parent.parent.exists() and not status.exists()


def eventually(seconds: float = PATIENCE) -> Iterator[None]:
    """Yield again and again for at most `seconds`; raise AssertionError after that."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(0.02)
    raise AssertionError(f"it did not come to pass within {seconds} s")


def remove(folder: Path) -> None:
    """Remove the folder of a socket, if it is there."""
    for file in folder.glob("*"):
        file.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        folder.rmdir()


@contextmanager
def debugging(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a provider as a person does, with `--debug`; give the process and what follows `TF_REATTACH_PROVIDERS=`."""
    with subprocess.Popen(
        [*command, "--debug"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"TF_REATTACH_PROVIDERS='(.*)'", line):
                    yield process, found[1]
                    break
            else:
                raise AssertionError("it printed no line with TF_REATTACH_PROVIDERS")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
