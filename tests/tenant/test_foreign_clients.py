"""Microsoft's own libraries sign in, and their tokens read the organization: they judge the simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.certificates import PASSWORD, CertificateFiles, chain_of_three, self_signed
from tests.tenant.assertions import GRAPH_SCOPE
from tests.tenant.client import Client
from tests.tenant_process import TenantProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "app.contoso.example"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return chain_of_three(tmp_path_factory.mktemp("certificates"), NAME)


@pytest.fixture(scope="module")
def by_thumbprint(tmp_path_factory: pytest.TempPathFactory, files: CertificateFiles) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("by-thumbprint")
    with TenantProcess.start(folder, "--certificate", str(files.public)) as tenant, Client(tenant) as client:
        yield client


@pytest.fixture(scope="module")
def by_name(tmp_path_factory: pytest.TempPathFactory, files: CertificateFiles) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("by-name")
    ca = folder / "ca.pem"
    ca.write_bytes(files.ca.public_bytes(Encoding.PEM))
    options = ("--trust-issuer", str(ca), "--subject", NAME)
    with TenantProcess.start(folder, *options) as tenant, Client(tenant) as client:
        yield client


@pytest.fixture(autouse=True)
def own_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have requests go by the given certificate authority, which this variable of the machine would override."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def credential(client: Client, path: Path, **options: Any) -> CertificateCredential:
    tenant = client.tenant
    return CertificateCredential(
        tenant.tenant_id,
        tenant.client_id,
        str(path),
        authority=tenant.url,
        disable_instance_discovery=True,
        connection_verify=str(tenant.ca_file),
        **options,
    )


@pytest.mark.parametrize("form", ["pem", "pfx"])
@pytest.mark.parametrize("send_chain", [False, True])
def test_azure_identity_with_registered_certificate(
    by_thumbprint: Client, files: CertificateFiles, form: str, send_chain: bool
) -> None:
    path, password = (files.pem, None) if form == "pem" else (files.pfx, PASSWORD)

    with credential(by_thumbprint, path, password=password, send_certificate_chain=send_chain) as signing_in:
        token = signing_in.get_token(GRAPH_SCOPE).token

    organization = by_thumbprint.graph("/v1.0/organization", token).json()["value"][0]
    assert organization["id"] == by_thumbprint.tenant.tenant_id


@pytest.mark.parametrize("form", ["pem", "pfx"])
def test_azure_identity_with_chain(by_name: Client, files: CertificateFiles, form: str) -> None:
    path, password = (files.pem, None) if form == "pem" else (files.pfx, PASSWORD)

    with credential(by_name, path, password=password, send_certificate_chain=True) as signing_in:
        token = signing_in.get_token(GRAPH_SCOPE).token

    assert by_name.graph("/beta/organization", token).status_code == 200


def test_azure_identity_without_the_chain_that_is_needed(by_name: Client, files: CertificateFiles) -> None:
    with (
        credential(by_name, files.pem) as signing_in,
        pytest.raises(ClientAuthenticationError, match="AADSTS700027: The certificate with identifier"),
    ):
        signing_in.get_token(GRAPH_SCOPE)


def test_azure_identity_with_the_certificate_that_the_tenant_made(tmp_path: Path) -> None:
    with TenantProcess.start(tmp_path) as tenant, Client(tenant) as client:
        made = tmp_path / tenant.environment["M365_CLIENT_CERTIFICATE_FILE_PATH"]
        password = tenant.environment["M365_CLIENT_CERTIFICATE_PASSWORD"]
        with credential(client, made, password=password) as signing_in:
            token = signing_in.get_token(f"{tenant.url}/.default").token
        assert client.graph("/v1.0/organization", token).status_code == 200


@pytest.mark.parametrize("discovery", ["none", "the tenant's own"])
@pytest.mark.parametrize("thumbprint", ["SHA-1", "SHA-256"])
def test_msal(by_thumbprint: Client, files: CertificateFiles, thumbprint: str, discovery: str) -> None:
    tenant = by_thumbprint.tenant
    key = files.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    by_sha1 = {"private_key": key, "thumbprint": files.thumbprint_sha1}
    by_sha256 = {"private_key_pfx_path": str(files.pfx), "passphrase": PASSWORD}

    application = msal.ConfidentialClientApplication(
        tenant.client_id,
        client_credential=by_sha1 if thumbprint == "SHA-1" else by_sha256,
        authority=f"{tenant.url}/{tenant.tenant_id}",
        instance_discovery=False if discovery == "none" else f"{tenant.url}/common/discovery/instance",
        verify=str(tenant.ca_file),
    )
    token = application.acquire_token_for_client([GRAPH_SCOPE])

    assert by_thumbprint.graph("/v1.0/organization", token["access_token"]).status_code == 200


def test_msal_sees_the_refusal(by_thumbprint: Client, tmp_path: Path) -> None:
    other = self_signed(tmp_path, key_label="other")
    tenant = by_thumbprint.tenant
    application = msal.ConfidentialClientApplication(
        tenant.client_id,
        client_credential={"private_key_pfx_path": str(other.pfx), "passphrase": PASSWORD},
        authority=f"{tenant.url}/{tenant.tenant_id}",
        instance_discovery=False,
        verify=str(tenant.ca_file),
    )

    answer = application.acquire_token_for_client([GRAPH_SCOPE])

    assert answer["error"] == "invalid_client"
    assert answer["error_codes"] == [700027]


@pytest.mark.parametrize("discovery", ["none", "the tenant's own"])
def test_msal_with_an_unknown_tenant(by_thumbprint: Client, discovery: str) -> None:
    tenant = by_thumbprint.tenant
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        msal.ConfidentialClientApplication(
            tenant.client_id,
            client_credential="unused",
            authority=f"{tenant.url}/aaaaaaaa-0000-4000-8000-00000000000f",
            instance_discovery=False if discovery == "none" else f"{tenant.url}/common/discovery/instance",
            verify=str(tenant.ca_file),
        )
