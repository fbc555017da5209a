"""The first words between Terraform and a plugin.

Terraform starts the executable with a cookie and a few variables in its environment; the plugin answers
with one line on stdout and then speaks gRPC. Source: go-plugin, "docs/internals.md" and `server.go`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

CORE_PROTOCOL = 1
PLUGIN_PROTOCOL = 6

_COOKIE = ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")


class Refused(Exception):
    """The host asks for something that this plugin does not speak."""


@dataclass(frozen=True, slots=True)
class Host:
    """What the environment tells of the host.

    `client_certificate` is the PEM certificate that it will show, or None where it speaks plain text;
    `ports` bounds the TCP port where there is one; `socket_folder` is where it wants Unix sockets, or None.
    """

    client_certificate: str | None
    ports: range
    socket_folder: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: `network` is "unix" or "tcp", `text` a path or host:port."""

    network: str
    text: str


def started_by_host(environment: Mapping[str, str]) -> bool:
    """Tell whether Terraform, not a person, started this process."""
    name, value = _COOKIE
    return environment.get(name) == value


def read_host(environment: Mapping[str, str]) -> Host:
    """Return what the host's variables say; raise Refused if it does not speak protocol 6."""
    versions = environment.get("PLUGIN_PROTOCOL_VERSIONS", "")
    offered = {part.strip() for part in versions.split(",") if part.strip()}
    # A host that is too old to send the list speaks protocol 4 or 5.
    if str(PLUGIN_PROTOCOL) not in offered:
        raise Refused(
            f"This provider speaks Terraform's plugin protocol {PLUGIN_PROTOCOL}; the program that started it "
            f"offers {versions or 'none'}. It needs Terraform 1.0 or later, or OpenTofu."
        )
    return Host(
        client_certificate=environment.get("PLUGIN_CLIENT_CERT") or None,
        ports=_ports(environment),
        socket_folder=environment.get("PLUGIN_UNIX_SOCKET_DIR") or None,
    )


def line(address: Address, certificate: bytes | None) -> str:
    """Return the handshake line for a server at `address` that shows `certificate` (DER), if any."""
    fields = [str(CORE_PROTOCOL), str(PLUGIN_PROTOCOL), address.network, address.text, "grpc"]
    if certificate is not None:
        fields.append(b64encode(certificate).decode().rstrip("="))
    return "|".join(fields) + "\n"


def _ports(environment: Mapping[str, str]) -> range:
    try:
        lowest = int(environment.get("PLUGIN_MIN_PORT") or 0)
        highest = int(environment.get("PLUGIN_MAX_PORT") or lowest)
    except ValueError:
        raise Refused("PLUGIN_MIN_PORT and PLUGIN_MAX_PORT must be whole numbers.") from None
    if not 0 <= lowest <= highest <= 65535:
        raise Refused(f"PLUGIN_MIN_PORT and PLUGIN_MAX_PORT give no range of ports: {lowest} to {highest}.")
    return range(lowest, highest + 1)
