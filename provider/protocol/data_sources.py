"""ValidateDataResourceConfig and ReadDataSource."""

from __future__ import annotations

from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Diagnostic, Failure, error
from provider.framework.paths import show
from provider.framework.provider import DataSource, PutOff
from provider.framework.schema import Mode, check
from provider.framework.values import UNKNOWN
from provider.protocol import from_wire, to_wire
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def validate_data_resource_config(
    session: Session[Any], request: pb.ValidateDataResourceConfig.Request, _token: CancelToken
) -> pb.ValidateDataResourceConfig.Response:
    """Say what is wrong with the form of a data block."""
    schema = _declared(session, request.type_name).schema
    found = check(schema.attributes, from_wire.config(request.config, schema))
    return pb.ValidateDataResourceConfig.Response(diagnostics=map(to_wire.diagnostic, found))


def read_data_source(
    session: Session[Any], request: pb.ReadDataSource.Request, token: CancelToken
) -> pb.ReadDataSource.Response:
    """Read a data source, or defer it where the provider is not configured yet and the host can wait."""
    source = _declared(session, request.type_name)
    config = from_wire.config(request.config, source.schema)
    match session.configured:
        case None:
            raise Failure(error("The provider is not configured", "Terraform asked for data before ConfigureProvider."))
        case PutOff() as put_off:
            if not request.client_capabilities.deferral_allowed:
                raise Failure(_unknown_configuration(put_off, source.name))
            return pb.ReadDataSource.Response(
                state=to_wire.value(_unread(source, config), source.schema.type),
                deferred=pb.Deferred(reason=pb.Deferred.PROVIDER_CONFIG_UNKNOWN),
            )
        case configured:
            values = source.read(config, configured.meta, token)
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
        name: UNKNOWN
        if config.get(name) is None and attribute.mode in (Mode.COMPUTED, Mode.OPTIONAL_COMPUTED)
        else config[name]
        for name, attribute in source.schema.attributes.items()
    }


def _unknown_configuration(put_off: PutOff, source: str) -> Diagnostic:
    """Return the error for the data source named `source`, which needs a provider that is not configured yet."""
    names = ", ".join(show(path) for path in put_off.unknown)
    verb = "come" if len(put_off.unknown) > 1 else "comes"
    return error(
        "The provider's configuration is not known yet",
        f"The data source {source} cannot be read while planning: in the provider block, {names} {verb} from "
        "something that is known only after apply. Wait for it: add `depends_on` with that something to the data "
        "source, so that it is read during apply; or apply that something first with `-target`; or give the value "
        "another way, such as a variable.",
    )
