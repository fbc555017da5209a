"""A provider for tests, named `probe`: its data sources misbehave on demand.

It is declared with the provider's own framework and served by its own process, and contains nothing of Microsoft.
Started by a host it is a plugin; `probe.py --debug` waits for hosts that reattach.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
import warnings
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from json import dumps
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

import grpc

from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.diagnostics import Failure, error
from provider.framework.provider import Configured, DataSource, Provider
from provider.framework.redaction import protect
from provider.framework.schema import (
    Kind,
    Schema,
    computed,
    integer,
    list_of,
    optional,
    required,
    string,
)
from provider.plugin import platform, process
from provider.plugin.handshake import started_by_host
from provider.protocol.constants import compile_constants
from provider.protocol.service import Service

ADDRESS = "registry.terraform.io/local/probe"

_log = logging.getLogger("provider.probe")

Config = Mapping[str, Any]
Meta = Config


def _echo(config: Config, meta: Meta, token: CancelToken) -> Config:
    return {"back": config["text"], "note_of_provider": meta["note"]}


def _wait(config: Config, meta: Meta, token: CancelToken) -> Config:
    """Wait as a handler should, and leave signs in the folder that the configuration names."""
    begun = time.monotonic()
    _sign(config, f"waiting {os.getpid()}")
    try:
        token.wait(config["seconds"])
    except Cancelled:
        _sign(config, f"stopped {os.getpid()}")
        raise
    return {"waited": int(time.monotonic() - begun)}


def _block(config: Config, meta: Meta, token: CancelToken) -> Config:
    """Read from a socket on which nothing comes: a handler that knows nothing of its token."""
    _sign(config, f"waiting {os.getpid()}")
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(config["seconds"])
        with suppress(TimeoutError):
            here.recv(1)
    return {"waited": config["seconds"]}


def _sign(config: Config, text: str) -> None:
    if config["sign"] is not None:
        file = Path(config["sign"])
        (file.parent / f"{file.name}.new").write_text(text, encoding="utf-8")
        (file.parent / f"{file.name}.new").replace(file)


def _print(config: Config, meta: Meta, token: CancelToken) -> Config:
    print(config["text"])  # noqa: T201
    sys.stdout.write(config["text"] + "\n")
    sys.stdout.flush()
    os.write(1, config["text"].encode() + b"\n")
    os.system(f"echo '{config['text']}'")
    warnings.warn(config["text"], stacklevel=1)
    return {}


class _Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even the error has a text")


def _crash(config: Config, meta: Meta, token: CancelToken) -> Config:
    if config["secret"]:
        protect(config["secret"])
    match config["how"]:
        case "error":
            raise ValueError(f"the secret is {config['secret']}")
        case "exit":
            sys.exit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "recursion":
            return _crash(config, meta, token)
        case "memory":
            raise MemoryError
        case "no text":
            raise _Broken
        case "wrong value":
            return {"nothing": 1}
        case "no mapping":
            return None  # type: ignore[return-value]
        case "surrogate":
            raise Failure(error("No such file", "It is /tmp/\udcff.pfx."))
        case "callback":
            token.on_cancel(_raise)
            token.wait(60)
    raise Failure(error("Unknown way to crash", repr(config["how"])))


def _raise() -> NoReturn:
    raise RuntimeError("the callback of a stopped call fails")


class _Counted:
    """Counts how often it is made a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.built = 0

    def __str__(self) -> str:
        self.built += 1
        return self.text


def _write_log(config: Config, meta: Meta, token: CancelToken) -> Config:
    text = config["text"]
    counted = _Counted(" | ".join(_disguises(text)) if config["secret"] else text)
    if config["secret"]:
        protect(text)
    for number in (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG, 5):
        _log.log(number, "%s", counted)
    # A line whose arguments do not fit costs that line, never the call.
    _log.error("%d", text)
    if config["secret"]:
        raise Failure(error(f"Refused: {text}", " | ".join(_disguises(text))))
    return {"built": counted.built}


def _disguises(secret: str) -> list[str]:
    raw = secret.encode()
    inside = f"id:{secret}:end".encode()
    return [
        secret,
        b64encode(raw).decode(),
        b64encode(inside).decode(),
        urlsafe_b64encode(raw).decode(),
        quote(secret, safe=""),
        quote_plus(secret),
        dumps({"value": secret}),
        dumps({"value": secret}, ensure_ascii=False),
        dumps(dumps({"value": secret})),
    ]


def _inside(config: Config, meta: Meta, token: CancelToken) -> Config:
    """Tell which modules are loaded, and on which addresses this process listens."""
    return {"modules": tuple(sorted(sys.modules)), "listening": tuple(_listening())}


def _listening() -> list[str]:
    found = []
    for number in range(3, 256):
        try:
            copy = socket.socket(fileno=os.dup(number))
        except OSError:
            continue
        with copy:
            if copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                name = copy.getsockname()
                found.append(name if isinstance(name, str) else f"{name[0]}:{name[1]}")
    return sorted(found)


_TEXT = required(string(), "What is said.")
_SECONDS = required(integer(), "How long.")
_SIGN = optional(string(), "The file that tells what the handler does.")
_SECRET: Kind = string()

DATA_SOURCES: dict[str, DataSource[Meta]] = {
    source.name: source
    for source in (
        DataSource(
            "probe_echo",
            Schema(
                {
                    "text": _TEXT,
                    "back": computed(string(), "The text."),
                    "note_of_provider": computed(string(), "The note in the provider block."),
                },
                "Gives back what it gets.",
            ),
            _echo,
        ),
        DataSource(
            "probe_wait",
            Schema(
                {"seconds": _SECONDS, "sign": _SIGN, "waited": computed(integer(), "How long.")}, "Waits, as it should."
            ),
            _wait,
        ),
        DataSource(
            "probe_block",
            Schema(
                {"seconds": _SECONDS, "sign": _SIGN, "waited": computed(integer(), "How long.")},
                "Waits, and cannot be told to stop.",
            ),
            _block,
        ),
        DataSource("probe_print", Schema({"text": _TEXT}, "Writes to stdout."), _print),
        DataSource(
            "probe_crash",
            Schema(
                {"how": required(string(), "How."), "secret": optional(_SECRET, "In the error.", sensitive=True)},
                "Crashes.",
            ),
            _crash,
        ),
        DataSource(
            "probe_log",
            Schema(
                {
                    "text": _TEXT,
                    "secret": optional(_SECRET, "Whether the text is secret: any value."),
                    "built": computed(integer(), "How often the message was made a text."),
                },
                "Writes one line at each level.",
            ),
            _write_log,
        ),
        DataSource(
            "probe_inside",
            Schema(
                {
                    "modules": computed(list_of(string()), "The loaded modules."),
                    "listening": computed(list_of(string()), "Where this process listens."),
                },
                "Looks at its own process.",
            ),
            _inside,
        ),
    )
}

_SCHEMA = Schema(
    {
        "note": optional(string(), "Handed to the data sources."),
        "wait": optional(integer(), "How many seconds configuring takes."),
    },
    "Misbehaves on demand.",
)


def _configure(config: Config, terraform_version: str, token: CancelToken) -> Configured[Meta]:
    if config["wait"] is not None:
        token.wait(config["wait"])
    return Configured(config)


def make_provider() -> Provider[Meta]:
    """Return the provider."""

    def constant(rpc: str) -> bytes:
        return compile_constants(made)[rpc]

    made = Provider(
        name="probe",
        schema=lambda: _SCHEMA,
        constant=constant,
        data_source_names=tuple(DATA_SOURCES),
        data_source=DATA_SOURCES.get,
        validate=lambda _config: (),
        configure=_configure,
    )
    return made


def make_handler() -> grpc.GenericRpcHandler:
    """Return what the process serves."""
    return Service(make_provider())


if __name__ == "__main__":
    if started_by_host(os.environ):
        platform.ignore_interrupt()
        process.serve(make_handler)
    process.debug(make_handler, ADDRESS)
