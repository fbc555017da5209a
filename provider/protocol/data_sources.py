"""ValidateDataResourceConfig and ReadDataSource."""

from __future__ import annotations

from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure, error
from provider.framework.provider import DataSource
from provider.framework.validation import validate
from provider.framework.values import UNKNOWN
from provider.protocol import from_wire, to_wire
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def validate_data_resource_config(
    session: Session[Any], request: pb.ValidateDataResourceConfig.Request, _token: CancelToken
) -> pb.ValidateDataResourceConfig.Response:
    """Say what is wrong with the form of a data block."""
    schema = _declared(session, request.type_name).schema
    found = validate(schema, from_wire.config(request.config, schema))
    return pb.ValidateDataResourceConfig.Response(diagnostics=map(to_wire.diagnostic, found))


def read_data_source(
    session: Session[Any], request: pb.ReadDataSource.Request, token: CancelToken
) -> pb.ReadDataSource.Response:
    """Read a data source, or defer it where the provider is not configured yet and the host can wait."""
    source = _declared(session, request.type_name)
    config = from_wire.config(request.config, source.schema)
    if session.put_off(request.client_capabilities.deferral_allowed):
        return pb.ReadDataSource.Response(
            state=to_wire.normal(_unread(source, config)),
            deferred=pb.Deferred(reason=pb.Deferred.PROVIDER_CONFIG_UNKNOWN),
        )
    values = source.read(config, session.ready(f"The data source {source.name} cannot be read"), token)
    return pb.ReadDataSource.Response(state=to_wire.value({**config, **values}, source.schema.type))


def _declared(session: Session[Any], name: str) -> DataSource[Any]:
    source = session.provider.data_source(name)
    if source is None:
        raise Failure(
            error(f"Unknown data source {name}", f"The provider {session.provider.name} has none of this name.")
        )
    return source


def _unread(source: DataSource[Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a data source that was not read: what the configuration gives."""
    return {
        name: UNKNOWN if config.get(name) is None and attribute.computed else config[name]
        for name, attribute in source.schema.attributes.items()
    }
