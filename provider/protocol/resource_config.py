"""ValidateResourceConfig."""

from __future__ import annotations

from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.validation import host_problems, validate
from provider.protocol import from_wire, to_wire
from provider.protocol.resources import declared
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def validate_resource_config(
    session: Session[Any], request: pb.ValidateResourceConfig.Request, _token: CancelToken
) -> pb.ValidateResourceConfig.Response:
    """Say everything that is wrong with the form of a resource block."""
    resource = declared(session, request.type_name)
    config = from_wire.config(request.config, resource.schema)
    found = [
        *host_problems(resource.schema, config, request.client_capabilities.write_only_attributes_allowed),
        *validate(resource.schema, config),
        *(resource.validate(config) if resource.validate else ()),
    ]
    return pb.ValidateResourceConfig.Response(diagnostics=map(to_wire.diagnostic, found))
