"""ReadResource and ImportResourceState."""

from __future__ import annotations

from typing import Any

from provider.framework import private, timeouts
from provider.framework.applying import refresh
from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure, error
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.resource import Operation, Resource
from provider.framework.values import UNKNOWN, Unknown
from provider.framework.write_only import without_write_only
from provider.protocol import from_wire, to_wire
from provider.protocol.resources import declared, identity, identity_type
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def read_resource(
    session: Session[Any], request: pb.ReadResource.Request, token: CancelToken
) -> pb.ReadResource.Response:
    """Read a resource; what has not changed is answered with the bytes that came in."""
    resource = declared(session, request.type_name)
    state = from_wire.present(request.current_state, resource.schema)
    if state is None or session.put_off(request.client_capabilities.deferral_allowed):
        return pb.ReadResource.Response(
            new_state=request.current_state,
            private=request.private,
            new_identity=request.current_identity if request.HasField("current_identity") else None,
            deferred=None if state is None else pb.Deferred(reason=pb.Deferred.PROVIDER_CONFIG_UNKNOWN),
        )
    operation = Operation(
        meta=session.ready(f"{resource.name} cannot be read"),
        cancel=token,
        prior=state,
        private=private.decode(request.private),
    )
    seconds = timeouts.configured(state, "read")
    with token.limit(resource.seconds("read") if seconds is None else seconds):
        outcome = refresh(resource, operation)
    return pb.ReadResource.Response(
        new_state=request.current_state if outcome.state is state else to_wire.normal(outcome.state),
        private=private.encode(outcome.private),
        diagnostics=map(to_wire.diagnostic, outcome.diagnostics),
        new_identity=identity(resource, outcome.state),
    )


def import_resource_state(
    session: Session[Any], request: pb.ImportResourceState.Request, _token: CancelToken
) -> pb.ImportResourceState.Response:
    """Return the first state of what is to be imported, by its id or its identity; Terraform has it read next."""
    resource = declared(session, request.type_name)
    schema = resource.schema
    if session.put_off(request.client_capabilities.deferral_allowed):
        return pb.ImportResourceState.Response(
            imported_resources=[_imported(resource, UNKNOWN)],
            deferred=pb.Deferred(reason=pb.Deferred.PROVIDER_CONFIG_UNKNOWN),
        )
    given = _named(resource, request)
    try:
        state = without_write_only(schema, read({**dict.fromkeys(schema.attributes), **given}, schema.type, OWN))
    except MalformedValue as wrong:
        raise Failure(
            error(
                "The provider imports what makes no sense",
                f"{wrong} (the import of {resource.name}). This is a bug of the provider, not of your configuration: "
                "please report it.",
                wrong.path or None,
            )
        ) from None
    return pb.ImportResourceState.Response(imported_resources=[_imported(resource, state)])


def _named(resource: Resource[Any], request: pb.ImportResourceState.Request) -> Any:
    if resource.identity is not None and request.HasField("identity"):
        parts = from_wire.value(request.identity.identity_data, identity_type(resource, resource.identity))
        needed = [name for name in resource.identity.names if name not in resource.identity.optional]
        if not isinstance(parts, dict) or any(isinstance(parts[name], Unknown | None) for name in needed):
            detail = f"Name the {resource.name} to import by its {' and '.join(needed)}."
            raise Failure(error("The identity to import is incomplete", detail))
        return parts
    if resource.importer is None:
        raise Failure(
            error(
                f"{resource.name} cannot be imported",
                "What can be read of such an object is not enough to manage it. Let Terraform create it.",
            )
        )
    if not request.id.strip():
        raise Failure(error("The id to import is empty", f"Name the {resource.name} to import by its id."))
    return resource.importer(request.id)


def _imported(resource: Resource[Any], state: Any) -> pb.ImportResourceState.ImportedResource:
    return pb.ImportResourceState.ImportedResource(
        type_name=resource.name,
        state=to_wire.normal(state),
        identity=identity(resource, state if isinstance(state, dict) else None),
    )
