"""`microsoft365_client_config`, read from the simulated tenant: every value, with and without the roles it takes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from provider.catalogue import data_source
from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.normal import OWN, read
from provider.framework.provider import Configured
from provider.framework.schema import Mode
from provider.graph.connection import Connection
from provider.graph.errors import GraphError
from provider.main import make_provider
from tests.certificates import CertificateFiles, self_signed
from tests.network.servers import Answer, authority, serve
from tests.tenant_process import TenantProcess

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
ALL, NONE = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
OBJECT = "dddddddd-0000-4000-8000-000000000001"
END = datetime.now(UTC).replace(microsecond=0) + timedelta(days=200, hours=12)

client_config = data_source("microsoft365_client_config")


@dataclass(frozen=True, slots=True)
class World:
    tenant: TenantProcess
    files: CertificateFiles

    def connect(self, client_id: str, **options: Any) -> Connection:
        config = {
            "tenant_id": "contoso.onmicrosoft.com",
            "auth_method": "client_certificate",
            "entra_id_options": {"client_id": client_id, "client_certificate": str(self.files.pem)},
            "client_options": {
                "authority_url": self.tenant.url,
                "graph_url": f"{self.tenant.url}/",
                "ca_certificate_file": str(self.tenant.ca_file),
                **options,
            },
        }
        configured = make_provider().configure(config, "1.11.4", CancelToken())
        assert isinstance(configured, Configured)
        return configured.meta


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    files = self_signed(folder, "terraform", not_after=END)
    keys = [{"key": base64.b64encode(files.certificate.public_bytes(Encoding.DER)).decode()}]
    state = {
        "organization": {
            "id": TENANT,
            "displayName": "Contoso Größe",
            "verifiedDomains": [
                {"name": "contoso.onmicrosoft.com", "isInitial": True},
                {"name": "contoso.example", "isDefault": True},
            ],
        },
        "applications": [
            {"appId": ALL, "displayName": "Terraform", "keyCredentials": keys},
            {"appId": NONE, "displayName": "Powerless", "keyCredentials": keys},
        ],
        "servicePrincipals": [
            {
                "appId": ALL,
                "id": OBJECT,
                "displayName": "Terraform",
                "roles": ["Organization.Read.All", "Application.Read.All"],
            },
            {"appId": NONE, "roles": ["Application.Read.All"]},
        ],
    }
    with TenantProcess.start(folder, state=state) as tenant:
        yield World(tenant, files)


def test_every_value(world: World) -> None:
    values = client_config.read({}, world.connect(ALL), CancelToken())

    assert values == {
        "tenant_id": TENANT,
        "tenant_display_name": "Contoso Größe",
        "verified_domains": ("contoso.example", "contoso.onmicrosoft.com"),
        "client_id": ALL,
        "object_id": OBJECT,
        "display_name": "Terraform",
        "auth_method": "client_certificate",
        "cloud": "public",
        "graph_url": world.tenant.url,
        "application_roles": ("Application.Read.All", "Organization.Read.All"),
        "certificate": {
            "thumbprint_sha1": world.files.thumbprint_sha1,
            "thumbprint_sha256": world.files.thumbprint_sha256,
            "subject": "CN=terraform",
            "not_after": END.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "days_left": 200,
        },
    }


def test_the_values_are_of_the_schema(world: World) -> None:
    values = client_config.read({}, world.connect(ALL), CancelToken())

    assert set(values) == set(client_config.schema.attributes)
    assert read(values, client_config.schema.type, OWN) == values


def test_what_takes_a_role_is_null_without_it(world: World) -> None:
    values = client_config.read({}, world.connect(NONE), CancelToken())

    assert values["tenant_display_name"] is None
    assert values["verified_domains"] is None
    assert values["tenant_id"] == TENANT
    assert values["display_name"] == "Powerless"
    assert values["application_roles"] == ("Application.Read.All",)


def test_another_refusal_is_an_error(world: World) -> None:
    """The token is for something else than Graph, so Graph answers 401."""
    connection = world.connect(ALL, graph_audience="https://management.azure.com")

    with pytest.raises(GraphError) as caught:
        client_config.read({}, connection, CancelToken())

    assert caught.value.status == 401
    assert "graph_audience" in caught.value.diagnostics[0].detail


def test_a_refusal_although_the_role_is_there_is_an_error(world: World, tmp_path: Path) -> None:
    """Something else than a missing permission refuses, such as a firewall."""
    other = authority("firewall")
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(world.tenant.ca_file.read_bytes() + other.write_ca(tmp_path).read_bytes())
    with serve(Answer(403, body=b"<html>Blocked"), tls=other, folder=tmp_path) as firewall:
        connection = world.connect(ALL, graph_url=firewall.url, ca_certificate_file=str(trusted))

        with pytest.raises(GraphError) as caught:
            client_config.read({}, connection, CancelToken())

    assert caught.value.status == 403
    assert "although its token has" in caught.value.diagnostics[0].detail


def test_it_takes_one_request(world: World) -> None:
    before = world.tenant.statistics()
    client_config.read({}, world.connect(ALL), CancelToken())
    after = world.tenant.statistics()

    assert after["tokenRequests"] == before["tokenRequests"] + 1
    asked = sum(after["graphRequests"].values()) - sum(before["graphRequests"].values())
    assert asked == 1


def test_a_call_that_was_stopped(world: World) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled):
        client_config.read({}, world.connect(ALL), cancel)


def test_everything_is_computed_and_explained() -> None:
    for attribute in client_config.schema.attributes.values():
        assert attribute.mode is Mode.COMPUTED
        assert attribute.about.endswith(".")
