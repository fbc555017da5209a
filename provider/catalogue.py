"""What the provider offers, by name; loads nothing.

A type is found in its module when a call names it. The answers about all types together are compiled into files ahead
of time (`make schema`) and read as they are.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# Type name → the module of `provider.data_sources` that holds its declaration, under the same name.
DATA_SOURCES = {
    "microsoft365_client_config": "client_config",
}

# Type name → the module of `provider.resources` that holds its declaration, under the same name.
RESOURCES: dict[str, str] = {}


def data_source(name: str) -> Any:
    """Return the declaration of a data source, or None where there is none of this name."""
    module = DATA_SOURCES.get(name)
    return None if module is None else getattr(import_module(f"provider.data_sources.{module}"), module)


def resource(name: str) -> Any:
    """Return the declaration of a resource type, or None where there is none of this name."""
    module = RESOURCES.get(name)
    return None if module is None else getattr(import_module(f"provider.resources.{module}"), module)


def outline(name: str) -> bytes | None:
    """Return what was compiled of a resource type for its stored states, or None where there is none of this name."""
    if name not in RESOURCES:
        return None
    with open(outline_file(name), "rb") as file:
        return file.read()


def compiled(rpc: str) -> bytes:
    """Return the serialized answer of an RPC whose answer never changes within a release."""
    with open(compiled_file(rpc), "rb") as file:
        return file.read()


def compiled_file(rpc: str) -> str:
    """Return the path of the file that holds the answer of such an RPC."""
    return os.path.join(os.path.dirname(__file__), "compiled", f"{rpc}.binpb")


def outline_file(name: str) -> str:
    """Return the path of the file that holds the outline of a resource type."""
    return os.path.join(os.path.dirname(__file__), "compiled", "outlines", f"{name}.json")
