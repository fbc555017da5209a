"""What a process loads: no more than its calls need."""

import re
import sys

import pytest

from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import REAL, Plugin, packed

TIMED = (sys.executable, "-X", "importtime", *REAL[1:])

SIGN_IN = {"msal", "requests", "urllib3", "truststore", "provider.auth.credential", "provider.graph.connection"}
STUBS = {"google.protobuf", "provider.protocol.stubs.tfplugin6_pb2", "msgpack"}
# Each takes several milliseconds three times in every plan, and nothing at the start needs it.
HEAVY = {"cryptography.x509", "http.client", "importlib.metadata", "unittest"}


def loaded(plugin: Plugin) -> set[str]:
    """The modules that the process has loaded until now, by what `-X importtime` said."""
    return set(re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+([\w.]+)$", plugin.stderr(), re.MULTILINE))


def test_starting_and_answering_what_never_changes_loads_no_stubs() -> None:
    with Plugin(TIMED) as plugin:
        for rpc in ("GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "GetFunctions", "StopProvider"):
            plugin.call(rpc)
        modules = loaded(plugin)
        assert "grpc" in modules
        assert "provider.protocol.service" in modules
        assert modules & (STUBS | SIGN_IN | HEAVY) == set()
        assert not any(name.endswith("_pb2_grpc") for name in modules)


def test_what_validates_loads_neither_msal_nor_requests() -> None:
    with Plugin(TIMED) as plugin:
        block = packed({"cloud": "public"})
        plugin.call("GetProviderSchema")
        plugin.call("ValidateProviderConfig", pb.ValidateProviderConfig.Request(config=block))
        plugin.call(
            "ValidateDataResourceConfig",
            pb.ValidateDataResourceConfig.Request(type_name="microsoft365_client_config", config=packed({})),
        )
        plugin.call("UpgradeResourceState")
        plugin.call("MoveResourceState")
        modules = loaded(plugin)
        assert modules >= STUBS
        assert modules & {"msal", "requests", "urllib3", "truststore"} == set()


@pytest.mark.parametrize("rpc", ["ValidateProviderConfig", "ConfigureProvider"])
def test_what_is_put_off_loads_neither(rpc: str) -> None:
    import msgpack

    with Plugin(TIMED) as plugin:
        unknown = packed({"tenant_id": msgpack.ExtType(0, b"\0")})
        assert not plugin.call(rpc, getattr(pb, rpc).Request(config=unknown)).diagnostics
        assert loaded(plugin) & {"msal", "requests"} == set()
