"""ApplyResourceChange."""

from __future__ import annotations

from functools import partial
from typing import Any

from provider.framework import private, timeouts
from provider.framework.applying import apply
from provider.framework.cancellation import CancelToken
from provider.framework.resource import Operation
from provider.protocol import from_wire, to_wire
from provider.protocol.calls import explain
from provider.protocol.resources import declared, identity
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def apply_resource_change(
    session: Session[Any], request: pb.ApplyResourceChange.Request, token: CancelToken
) -> pb.ApplyResourceChange.Response:
    """Create, update or destroy what was planned; whatever happens, answer with the state as it is now."""
    resource = declared(session, request.type_name)
    schema = resource.schema
    prior = from_wire.present(request.prior_state, schema)
    planned = from_wire.present(request.planned_state, schema)
    if prior is None and planned is None:
        return pb.ApplyResourceChange.Response(new_state=to_wire.normal(None))
    operation = Operation(
        meta=session.ready(f"{resource.name} cannot be changed"),
        cancel=token,
        config=from_wire.present(request.config, schema),
        prior=prior,
        planned=planned,
        private=private.decode(request.planned_private),
    )
    step = "create" if prior is None else "delete" if planned is None else "update"
    seconds = timeouts.configured(planned or prior, step)
    with token.limit(resource.seconds(step) if seconds is None else seconds):
        outcome = apply(resource, operation, partial(explain, f"The {step} of {resource.name}", token=token))
    return pb.ApplyResourceChange.Response(
        new_state=to_wire.normal(outcome.state),
        private=private.encode(outcome.private),
        diagnostics=map(to_wire.diagnostic, outcome.diagnostics),
        new_identity=identity(resource, outcome.state),
    )
