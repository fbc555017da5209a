"""What the RPCs about resources have in common: the declaration that a request names, and identities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.framework.diagnostics import Failure, error
from provider.framework.resource import Identity, Resource
from provider.framework.types import Object
from provider.protocol import to_wire
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def declared(session: Session[Any], name: str) -> Resource[Any]:
    """Return the declaration of the resource type `name`; raise Failure if there is none."""
    resource = session.provider.resource(name)
    if resource is None:
        raise Failure(unknown_type(session, name))
    return resource


def unknown_type(session: Session[Any], name: str) -> Any:
    """Return the error about a resource type that the provider does not have."""
    return error(f"Unknown resource type {name}", f"The provider {session.provider.name} has none of this name.")


def identity_type(resource: Resource[Any], identity: Identity) -> Object:
    """Return the type of the identity of a resource."""
    types = resource.schema.type.attributes
    return Object({name: types[name] for name in identity.names})


def identity(resource: Resource[Any], state: Mapping[str, Any] | None) -> pb.ResourceIdentityData | None:
    """Return the identity of what a state describes, None where it has none (yet)."""
    declared_identity = resource.identity
    if declared_identity is None or state is None:
        return None
    parts = {name: state[name] for name in declared_identity.names}
    if any(not isinstance(parts[name], str | int | bool) for name in parts if name not in declared_identity.optional):
        return None
    return pb.ResourceIdentityData(identity_data=to_wire.value(parts, identity_type(resource, declared_identity)))
