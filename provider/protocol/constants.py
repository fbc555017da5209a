"""GetMetadata, GetProviderSchema, GetResourceIdentitySchemas, GetFunctions: answers that never change within a release.

They are compiled from the declarations ahead of time; at run time their bytes are served undecoded. The outlines of the
resources, which the stored states need, are compiled with them.
"""

from __future__ import annotations

from typing import Any

from provider.framework import outline
from provider.framework.declaration import check_schema
from provider.framework.provider import Provider
from provider.framework.resource import Resource
from provider.framework.state import Stored
from provider.protocol import to_wire
from provider.protocol.resources import identity_type
from provider.protocol.stubs import tfplugin6_pb2 as pb

# Each one is set when it becomes true: no resource takes over the state of another type yet.
CAPABILITIES = pb.ServerCapabilities(get_provider_schema_optional=True, plan_destroy=True)


def compile_constants(provider: Provider[Any]) -> dict[str, bytes]:
    """Return the serialized answers of `provider`, by the name of the RPC.

    Raises:
        Contradiction: a declaration contradicts itself.
    """
    check_schema(provider.name, provider.schema())
    sources = {name: source for name in sorted(provider.data_source_names) if (source := provider.data_source(name))}
    resources = _resources(provider)
    answers = {
        "GetMetadata": pb.GetMetadata.Response(
            server_capabilities=CAPABILITIES,
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in sources],
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in resources],
        ),
        "GetProviderSchema": pb.GetProviderSchema.Response(
            provider=to_wire.schema(provider.schema()),
            data_source_schemas={name: to_wire.schema(source.schema) for name, source in sources.items()},
            resource_schemas={name: to_wire.schema(resource.schema) for name, resource in resources.items()},
            server_capabilities=CAPABILITIES,
        ),
        "GetResourceIdentitySchemas": pb.GetResourceIdentitySchemas.Response(
            identity_schemas={
                name: to_wire.identity_schema(identity_type(resource, own), own.optional, own.version)
                for name, resource in resources.items()
                if (own := resource.identity)
            }
        ),
        "GetFunctions": pb.GetFunctions.Response(),
    }
    return {name: message.SerializeToString(deterministic=True) for name, message in answers.items()}


def compile_outlines(provider: Provider[Any]) -> dict[str, bytes]:
    """Return the outline of each resource of `provider`, by the type's name."""
    return {
        name: outline.write(Stored(resource.schema.version, resource.schema.type))
        for name, resource in _resources(provider).items()
    }


def _resources(provider: Provider[Any]) -> dict[str, Resource[Any]]:
    return {name: found for name in sorted(provider.resource_names) if (found := provider.resource(name))}
