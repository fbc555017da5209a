"""PlanResourceChange."""

from __future__ import annotations

from typing import Any

from provider.framework import private
from provider.framework.cancellation import CancelToken
from provider.framework.planning import plan_resource
from provider.framework.provider import Configured
from provider.protocol import from_wire, to_wire
from provider.protocol.resources import declared, identity
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def plan_resource_change(
    session: Session[Any], request: pb.PlanResourceChange.Request, _token: CancelToken
) -> pb.PlanResourceChange.Response:
    """Plan a resource from its configuration and its prior state.

    Terraform's own proposal says no more than these two, and less: which element of a set became which is lost in it.
    """
    resource = declared(session, request.type_name)
    schema = resource.schema
    prior = from_wire.present(request.prior_state, schema)
    plan = plan_resource(
        resource,
        from_wire.present(request.config, schema),
        prior,
        private.decode(request.prior_private),
        session.configured.meta if isinstance(session.configured, Configured) else None,
    )
    response = pb.PlanResourceChange.Response(
        planned_state=to_wire.normal(plan.planned),
        requires_replace=map(to_wire.path, plan.replace),
        planned_private=private.encode(plan.private),
        diagnostics=map(to_wire.diagnostic, plan.diagnostics),
        planned_identity=identity(resource, plan.planned or prior),
    )
    if session.put_off(request.client_capabilities.deferral_allowed):
        response.deferred.reason = pb.Deferred.PROVIDER_CONFIG_UNKNOWN
    return response
