"""A provider for tests, named `conformance`: all that the framework can do, declared with its own functions.

It is served by the provider's own process and contains nothing of Microsoft. Its remote side is a folder (`store.py`).
Like the real one it loads a type's module when a call names it, and answers what never changes from files:

    provider.py COMPILED

COMPILED is the folder that `compile_into` has filled.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provider.framework.provider import Configured, Provider, PutOff
from provider.plugin import platform
from provider.plugin.handshake import started_by_host

if TYPE_CHECKING:
    import grpc

    from provider.framework.cancellation import CancelToken
    from provider.framework.schema import Schema
    from tests.conformance.store import Store

ADDRESS = "registry.terraform.io/local/conformance"

# Type name → the module of `resources` that holds its declaration, and the constant there.
RESOURCES = {
    "conformance_boxed": "ruled.BOXED",
    "conformance_broken_upgrade": "versions.BROKEN",
    "conformance_confidential": "confidential.CONFIDENTIAL",
    "conformance_faulty": "faulty.FAULTY",
    "conformance_fixed": "objects.FIXED",
    "conformance_kinds": "kinds.KINDS",
    "conformance_meaning": "meanings.MEANING",
    "conformance_modified": "modifying.MODIFIED",
    "conformance_object": "objects.OBJECT",
    "conformance_old": "confidential.OLD",
    "conformance_regional": "objects.REGIONAL",
    "conformance_reported": "kinds.REPORTED",
    "conformance_ruled": "ruled.RULED",
    "conformance_sealed": "objects.SEALED",
    "conformance_versioned": "versions.VERSIONED",
}
DATA_SOURCES = {"conformance_object": "objects.LOOK_UP"}


def _declared(places: Mapping[str, str], name: str) -> Any:
    module, _, constant = places.get(name, "").partition(".")
    return getattr(import_module(f"tests.conformance.resources.{module}"), constant) if module else None


def _schema() -> Schema:
    from provider.framework.schema import Schema, optional, required, string

    return Schema(
        {
            "folder": required(string(), "Where the objects lie."),
            "note": optional(string(), "Nothing depends on it."),
        },
        "Keeps objects in a folder.",
    )


def _configure(config: Mapping[str, Any], terraform_version: str, token: CancelToken) -> Configured[Store] | PutOff:
    from provider.framework.values import unknown_paths
    from tests.conformance.store import Store

    if unknown := tuple(unknown_paths(config)):
        return PutOff(unknown)
    return Configured(Store(Path(config["folder"])))


def make_provider(compiled: Path) -> Provider[Store]:
    """Return the provider that answers what never changes from files in a folder."""

    def outline(name: str) -> bytes | None:
        return (compiled / f"{name}.json").read_bytes() if name in RESOURCES else None

    return Provider(
        name="conformance",
        schema=_schema,
        constant=lambda rpc: (compiled / f"{rpc}.binpb").read_bytes(),
        data_source_names=tuple(DATA_SOURCES),
        data_source=partial(_declared, DATA_SOURCES),
        validate=lambda _config: (),
        configure=_configure,
        resource_names=tuple(RESOURCES),
        resource=partial(_declared, RESOURCES),
        outline=outline,
    )


def compile_into(folder: Path) -> None:
    """Write what never changes into files of a folder."""
    from provider.protocol.constants import compile_constants, compile_outlines

    made = make_provider(folder)
    for rpc, answer in compile_constants(made).items():
        (folder / f"{rpc}.binpb").write_bytes(answer)
    for name, outline in compile_outlines(made).items():
        (folder / f"{name}.json").write_bytes(outline)


def make_handler() -> grpc.GenericRpcHandler:
    """Return what the process serves."""
    from provider.protocol.service import Service

    return Service(make_provider(Path(sys.argv[1])))


if __name__ == "__main__":
    hosted = started_by_host(os.environ)
    if hosted:
        # First of all: Ctrl-C reaches every process of the terminal, and the rest takes a while to load.
        platform.ignore_interrupt()
    from provider.plugin import process

    if hosted:
        process.serve(make_handler)
    process.debug(make_handler, ADDRESS)
