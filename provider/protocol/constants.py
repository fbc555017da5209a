"""GetMetadata, GetProviderSchema, GetResourceIdentitySchemas, GetFunctions: answers that never change within a release.

They are compiled from the declarations ahead of time; at run time their bytes are served undecoded.
"""

from __future__ import annotations

from typing import Any

from provider.framework.provider import Provider
from provider.protocol import to_wire
from provider.protocol.stubs import tfplugin6_pb2 as pb

# Each one is set when it becomes true: there are no resources yet to destroy or to move.
CAPABILITIES = pb.ServerCapabilities(get_provider_schema_optional=True)


def compile_constants(provider: Provider[Any]) -> dict[str, bytes]:
    """Return the serialized answers of `provider`, by the name of the RPC."""
    names = sorted(provider.data_source_names)
    schemas = {name: declared.schema for name in names if (declared := provider.data_source(name))}
    answers = {
        "GetMetadata": pb.GetMetadata.Response(
            server_capabilities=CAPABILITIES,
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in names],
        ),
        "GetProviderSchema": pb.GetProviderSchema.Response(
            provider=to_wire.schema(provider.schema()),
            data_source_schemas={name: to_wire.schema(schema) for name, schema in schemas.items()},
            server_capabilities=CAPABILITIES,
        ),
        "GetResourceIdentitySchemas": pb.GetResourceIdentitySchemas.Response(),
        "GetFunctions": pb.GetFunctions.Response(),
    }
    return {name: message.SerializeToString(deterministic=True) for name, message in answers.items()}
