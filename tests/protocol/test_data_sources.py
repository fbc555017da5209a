"""ValidateDataResourceConfig and ReadDataSource, over gRPC."""

import pytest

from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import UNKNOWN, Plugin, packed


@pytest.mark.parametrize("rpc", ["ValidateDataResourceConfig", "ReadDataSource"])
@pytest.mark.parametrize("name", ["microsoft365_nothing", "", "client_config", "../client_config", "\0"])
def test_an_unknown_type_is_named(rpc: str, name: str, provider: Plugin) -> None:
    answer = provider.call(rpc, getattr(pb, rpc).Request(type_name=name, config=packed(None)))
    (diagnostic,) = answer.diagnostics
    assert diagnostic.summary == f"Unknown data source {name}"
    assert "microsoft365" in diagnostic.detail


def test_reading_before_configuring_is_refused(provider: Plugin) -> None:
    answer = provider.call(
        "ReadDataSource", pb.ReadDataSource.Request(type_name="microsoft365_client_config", config=packed({}))
    )
    assert [diagnostic.summary for diagnostic in answer.diagnostics] == ["The provider is not configured"]


@pytest.mark.parametrize("config", [{}, None, {"tenant_id": None}, {"tenant_id": UNKNOWN}])
def test_validation_needs_no_configured_provider(config: dict[str, object] | None, provider: Plugin) -> None:
    answer = provider.call(
        "ValidateDataResourceConfig",
        pb.ValidateDataResourceConfig.Request(type_name="microsoft365_client_config", config=packed(config)),
    )
    assert not answer.diagnostics


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"nothing": 1}, "unexpected attributes: nothing"),
        ({"tenant_id": 1}, "expected string, found int"),
        ({"verified_domains": "a"}, "found str"),
        ({"certificate": []}, "found tuple"),
        ([], "found tuple"),
        ("text", "found str"),
    ],
)
def test_a_configuration_that_does_not_fit_is_one_diagnostic(config: object, said: str, provider: Plugin) -> None:
    answer = provider.call(
        "ValidateDataResourceConfig",
        pb.ValidateDataResourceConfig.Request(
            type_name="microsoft365_client_config",
            config=packed(config),  # type: ignore[arg-type]
        ),
    )
    (diagnostic,) = answer.diagnostics
    assert diagnostic.summary == "Unreadable value"
    assert said in diagnostic.detail
