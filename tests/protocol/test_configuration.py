"""ValidateProviderConfig, ConfigureProvider and what an unknown configuration means, over gRPC."""

from collections.abc import Iterator
from typing import Any

import msgpack
import pytest

from provider.config.block import SCHEMA
from provider.framework.paths import show
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import REAL, UNKNOWN, Plugin, packed, unpacked

NIL = "00000000-0000-0000-0000-000000000000"
# cty can tell more of an unknown value: here, that it is not null.
REFINED = msgpack.ExtType(12, msgpack.packb({1: False}))
SOURCE = "microsoft365_client_config"


def block(**given: Any) -> pb.DynamicValue:
    """A provider block as Terraform sends it: what is not given is null."""
    whole: dict[str, Any] = dict.fromkeys(SCHEMA.attributes)
    for name, value in given.items():
        kind = SCHEMA.attributes[name].kind
        inner = getattr(kind, "attributes", None)
        whole[name] = {**dict.fromkeys(inner), **value} if inner and isinstance(value, dict) else value
    return packed(whole)


def validate(provider: Plugin, config: pb.DynamicValue) -> list[pb.Diagnostic]:
    answer = provider.call("ValidateProviderConfig", pb.ValidateProviderConfig.Request(config=config))
    return list(answer.diagnostics)


def place(diagnostic: pb.Diagnostic) -> str:
    """The attribute of a diagnostic as HCL writes it."""
    return show(tuple(getattr(step, str(step.WhichOneof("selector"))) for step in diagnostic.attribute.steps))


@pytest.mark.parametrize(
    "config",
    [
        packed(None),
        block(),
        block(cloud="public", tenant_id="contoso.onmicrosoft.com", auth_method="client_certificate"),
        block(tenant_id=UNKNOWN, entra_id_options={"client_id": UNKNOWN}, client_options=UNKNOWN),
        block(tenant_id=REFINED, entra_id_options=REFINED),
        block(entra_id_options={"client_id": NIL, "additionally_allowed_tenants": ["*", UNKNOWN]}),
        block(client_options={"max_retries": 0, "timeout_seconds": 30, "proxy_url": "http://proxy:3128"}),
    ],
)
def test_a_block_that_is_well_formed(config: pb.DynamicValue, provider: Plugin) -> None:
    # Neither credentials nor variables are there.
    assert validate(provider, config) == []


@pytest.mark.parametrize(
    ("config", "path"),
    [
        (block(cloud="mars"), "cloud"),
        (block(tenant_id="no tenant"), "tenant_id"),
        (block(auth_method="password"), "auth_method"),
        (block(entra_id_options={"client_id": "x"}), "entra_id_options.client_id"),
        (block(client_options={"max_retries": -1}), "client_options.max_retries"),
        (block(client_options={"max_retries": 1.5}), "client_options.max_retries"),
        (block(client_options={"proxy_url": "proxy"}), "client_options.proxy_url"),
        (block(client_options={"chaos_percentage": 101}), "client_options.chaos_percentage"),
        (
            block(entra_id_options={"client_certificate": "a.pfx", "client_certificate_data": "YQ=="}),
            "entra_id_options.client_certificate_data",
        ),
    ],
)
def test_a_block_that_is_not(config: pb.DynamicValue, path: str, provider: Plugin) -> None:
    (diagnostic,) = validate(provider, config)
    assert diagnostic.severity == pb.Diagnostic.ERROR
    assert place(diagnostic) == path


def test_all_that_is_wrong_is_said_at_once(provider: Plugin) -> None:
    found = validate(provider, block(cloud="mars", auth_method="x", entra_id_options={"client_id": "x"}))
    assert sorted(map(place, found)) == ["auth_method", "cloud", "entra_id_options.client_id"]


def test_a_sensitive_value_is_not_repeated(provider: Plugin) -> None:
    (diagnostic,) = validate(provider, block(entra_id_options={"client_id": "s3cret-in-the-wrong-place"}))
    assert "s3cret-in-the-wrong-place" not in str(diagnostic)


def test_configuring_without_anything_says_all_that_is_missing(provider: Plugin) -> None:
    answer = provider.call("ConfigureProvider", pb.ConfigureProvider.Request(config=block()))
    (diagnostic,) = answer.diagnostics
    for name in ("M365_AUTH_METHOD", "M365_TENANT_ID", "M365_CLIENT_ID", "M365_CLIENT_CERTIFICATE_FILE_PATH"):
        assert name in diagnostic.detail


@pytest.fixture(
    scope="module",
    params=[
        ({"tenant_id": UNKNOWN}, ["tenant_id"]),
        ({"tenant_id": REFINED}, ["tenant_id"]),
        ({"entra_id_options": {"client_id": UNKNOWN}}, ["entra_id_options.client_id"]),
        ({"client_options": UNKNOWN}, ["client_options"]),
        (
            {"tenant_id": UNKNOWN, "entra_id_options": {"additionally_allowed_tenants": ["*", UNKNOWN]}},
            ["tenant_id", "entra_id_options.additionally_allowed_tenants[1]"],
        ),
    ],
    ids=["unknown", "refined", "nested", "whole group", "several"],
)
def put_off(request: pytest.FixtureRequest) -> Iterator[tuple[Plugin, list[str]]]:
    """A provider whose configuration is not known yet, and the attributes that are unknown."""
    given, paths = request.param
    with Plugin(REAL) as provider:
        answer = provider.call("ConfigureProvider", pb.ConfigureProvider.Request(config=block(**given)))
        assert not answer.diagnostics
        yield provider, paths


def read(provider: Plugin, *, deferral_allowed: bool) -> pb.ReadDataSource.Response:
    config = packed(dict.fromkeys(_client_config()))
    answer: pb.ReadDataSource.Response = provider.call(
        "ReadDataSource",
        pb.ReadDataSource.Request(
            type_name=SOURCE,
            config=config,
            client_capabilities=pb.ClientCapabilities(deferral_allowed=deferral_allowed),
        ),
    )
    return answer


def _client_config() -> list[str]:
    from provider.data_sources.client_config import client_config

    return list(client_config.schema.attributes)


def test_reading_with_an_unknown_configuration_names_what_is_unknown(put_off: tuple[Plugin, list[str]]) -> None:
    provider, paths = put_off
    answer = read(provider, deferral_allowed=False)
    (diagnostic,) = answer.diagnostics
    assert diagnostic.summary == "The provider's configuration is not known yet"
    for path in paths:
        assert path in diagnostic.detail
    assert SOURCE in diagnostic.detail
    assert "depends_on" in diagnostic.detail
    assert "-target" in diagnostic.detail
    assert not answer.HasField("deferred")
    assert not answer.HasField("state")


def test_reading_with_an_unknown_configuration_is_deferred_where_the_host_allows(
    put_off: tuple[Plugin, list[str]],
) -> None:
    provider, _ = put_off
    answer = read(provider, deferral_allowed=True)
    assert not answer.diagnostics
    assert answer.deferred.reason == pb.Deferred.PROVIDER_CONFIG_UNKNOWN
    assert set(unpacked(answer.state).values()) == {UNKNOWN}


def test_what_is_validated_stays_possible_with_an_unknown_configuration(put_off: tuple[Plugin, list[str]]) -> None:
    provider, _ = put_off
    assert validate(provider, block()) == []
    assert provider.call("GetProviderSchema").data_source_schemas
