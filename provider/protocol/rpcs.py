"""Which RPC is answered where.

The rule of this table: `module` holds a function named after the RPC (`read_data_source` for ReadDataSource) that takes
the provider's session, the request and the call's token, and returns the response. Modules are loaded when the first
call names them: most processes answer two or three RPCs in their life.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Stream(Enum):
    """Which side sends more than one message."""

    NONE = "unary_unary"
    ANSWER = "unary_stream"
    REQUEST = "stream_unary"


class Stop(Enum):
    """What a stop does to a running call: it is answered for at once, or it may finish what it has begun."""

    AT_ONCE = "at once"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Rpc:
    """One RPC. The answer of a `constant` one is compiled ahead; what has neither that nor a `module` is not served."""

    name: str
    module: str | None = None
    constant: bool = False
    stop: Stop = Stop.AT_ONCE
    stream: Stream = Stream.NONE
    request: str = "Request"
    response: str = "Response"

    @property
    def function(self) -> str:
        """The name of the function that answers."""
        return re.sub(r"(?<!^)([A-Z])", r"_\1", self.name).lower()


# StopProvider is not here: it must never wait for anything, so the service itself answers it.
RPCS = {
    rpc.name: rpc
    for rpc in (
        Rpc("GetMetadata", constant=True),
        Rpc("GetProviderSchema", constant=True),
        Rpc("GetResourceIdentitySchemas", constant=True),
        Rpc("GetFunctions", constant=True),
        Rpc("ValidateProviderConfig", "configuration"),
        Rpc("ConfigureProvider", "configuration"),
        Rpc("ValidateDataResourceConfig", "data_sources"),
        Rpc("ReadDataSource", "data_sources"),
        Rpc("ValidateResourceConfig", "resource_config"),
        Rpc("UpgradeResourceState", "resource_states"),
        Rpc("UpgradeResourceIdentity", "resource_states"),
        Rpc("ReadResource", "resource_reading"),
        Rpc("PlanResourceChange", "resource_planning"),
        Rpc("ApplyResourceChange", "resource_applying", stop=Stop.FINISH),
        Rpc("ImportResourceState", "resource_reading"),
        Rpc("MoveResourceState"),
        Rpc("GenerateResourceConfig"),
        Rpc("ValidateEphemeralResourceConfig"),
        Rpc("OpenEphemeralResource"),
        Rpc("RenewEphemeralResource"),
        Rpc("CloseEphemeralResource"),
        Rpc("ValidateListResourceConfig"),
        Rpc("ListResource", stream=Stream.ANSWER, response="Event"),
        Rpc("CallFunction"),
        Rpc("ValidateActionConfig"),
        Rpc("PlanAction"),
        Rpc("InvokeAction", stop=Stop.FINISH, stream=Stream.ANSWER, response="Event"),
        Rpc("ValidateStateStoreConfig"),
        Rpc("ConfigureStateStore"),
        Rpc("ReadStateBytes", stream=Stream.ANSWER, response="ResponseChunk"),
        Rpc("WriteStateBytes", stop=Stop.FINISH, stream=Stream.REQUEST, request="RequestChunk"),
        Rpc("LockState"),
        Rpc("UnlockState"),
        Rpc("GetStates"),
        Rpc("DeleteState"),
    )
}
