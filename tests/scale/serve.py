"""The process of a provider of full size, whose types are those that `shape.compile_into` has written into a folder.

Like the real one it knows its types by name, makes a declaration when a call names it, and does without pathlib. The
folder is in the variable SCALE_FOLDER.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from provider.plugin import platform

if TYPE_CHECKING:
    import grpc

    from provider.framework.provider import Configured, DataSource
    from provider.framework.resource import Resource
    from provider.framework.schema import Schema


def _read(name: str) -> bytes | None:
    try:
        with open(f"{os.environ['SCALE_FOLDER']}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        return None


def _schema() -> Schema:
    from tests.scale import shape

    return shape.PROVIDER


def _resource(name: str) -> Resource[Any] | None:
    from tests.scale import shape

    return shape.asked(name)


def _data_source(name: str) -> DataSource[Any] | None:
    from tests.scale import shape

    return shape.MADE if name == shape.MADE.name else None


def _configure(_config: object, _version: str, _token: object) -> Configured[None]:
    from provider.framework.provider import Configured

    return Configured(None)


def make_handler() -> grpc.GenericRpcHandler:
    """Return what the process serves."""
    from provider.framework.provider import Provider
    from provider.protocol.service import Service

    return Service(
        Provider(
            name="microsoft365",
            schema=_schema,
            constant=lambda rpc: _read(f"{rpc}.binpb") or b"",
            data_source_names=(),
            data_source=_data_source,
            validate=lambda _config: (),
            configure=_configure,
            resource=_resource,
            outline=lambda name: _read(f"{name}.json"),
        )
    )


if __name__ == "__main__":
    platform.ignore_interrupt()
    from provider.plugin.process import serve

    serve(make_handler)
