"""UpgradeResourceState and UpgradeResourceIdentity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.framework import outline
from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure
from provider.framework.state import Stored, Upgrade, upgrade
from provider.protocol import to_wire
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def upgrade_resource_state(
    session: Session[Any], request: pb.UpgradeResourceState.Request, _token: CancelToken
) -> pb.UpgradeResourceState.Response:
    """Return a stored state in the form of today. The type's module is loaded only for the steps of an upgrade."""
    name = request.type_name

    def steps() -> Mapping[int, Upgrade]:
        from provider.protocol.resources import declared

        return declared(session, name).upgrades

    upgraded = upgrade(name, _stored(session, name), request.version, request.raw_state.json, steps)
    return pb.UpgradeResourceState.Response(
        upgraded_state=pb.DynamicValue(json=upgraded.state),
        diagnostics=map(to_wire.diagnostic, upgraded.diagnostics),
    )


def upgrade_resource_identity(
    session: Session[Any], request: pb.UpgradeResourceIdentity.Request, _token: CancelToken
) -> pb.UpgradeResourceIdentity.Response:
    """Return a stored identity in the form of today: no type has had another form yet."""
    _stored(session, request.type_name)
    return pb.UpgradeResourceIdentity.Response(
        upgraded_identity=pb.ResourceIdentityData(identity_data=pb.DynamicValue(json=request.raw_identity.json))
    )


def _stored(session: Session[Any], name: str) -> Stored:
    compiled = session.provider.outline(name)
    if compiled is None:
        from provider.protocol.resources import unknown_type

        raise Failure(unknown_type(session, name))
    return outline.read(compiled)
