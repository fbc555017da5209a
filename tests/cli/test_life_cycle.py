"""From init to destroy, as an administrator does it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from tests.certificates import CertificateFiles, self_signed
from tests.cli.configuration import READ, SOURCE, block, configuration
from tests.cli.conftest import OBJECT_ID, MakeTerraform
from tests.conftest import built
from tests.tenant_process import TenantProcess
from tests.terraform import Terraform

ROLES = ["Application.Read.All", "Organization.Read.All"]
NOTHING_TO_DO = "No changes. Your infrastructure matches the configuration."


def expected(tenant: TenantProcess) -> dict[str, Any]:
    """Return what `microsoft365_client_config` must give for the certificate that the tenant made."""
    variables = tenant.environment
    pfx = Path(variables["M365_CLIENT_CERTIFICATE_FILE_PATH"]).read_bytes()
    held = load_pkcs12(pfx, variables["M365_CLIENT_CERTIFICATE_PASSWORD"].encode()).cert
    assert held is not None
    own = held.certificate
    return {
        "tenant_id": tenant.tenant_id,
        "tenant_display_name": "Contoso",
        "verified_domains": ["contoso.example", "contoso.onmicrosoft.com"],
        "client_id": tenant.client_id,
        "object_id": OBJECT_ID,
        "display_name": "Terraform",
        "auth_method": "client_certificate",
        "cloud": "public",
        "graph_url": tenant.url,
        "application_roles": ROLES,
        "certificate": {
            "thumbprint_sha1": own.fingerprint(hashes.SHA1()).hex().upper(),
            "thumbprint_sha256": own.fingerprint(hashes.SHA256()).hex().upper(),
            "subject": own.subject.rfc4514_string(),
            "not_after": own.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "days_left": (own.not_valid_after_utc - datetime.now(UTC)).days,
        },
    }


@pytest.mark.parametrize("folder", ["configuration", "it's 'Größe'"])
def test_everything_from_init_to_destroy(tmp_path: Path, cli_config: Path, tenant: TenantProcess, folder: str) -> None:
    terraform = Terraform(tmp_path / folder, cli_config, tenant.environment)
    terraform.write(configuration())

    initialised = terraform.init().said
    assert f"Installed {SOURCE.removeprefix('registry.terraform.io/')} v" in initialised
    assert "override" not in initialised
    assert SOURCE in (terraform.folder / ".terraform.lock.hcl").read_text(encoding="utf-8")

    assert terraform.validate().said == "Success! The configuration is valid."

    planned = terraform.plan("-detailed-exitcode", "-out=saved.tfplan", check=False)
    assert planned.status == 2, planned.output
    assert "Changes to Outputs:" in planned.said
    assert "Warning" not in planned.output

    applied = terraform.run("apply", "-input=false", "-no-color", "saved.tfplan")
    assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in applied.said
    current = terraform.outputs()["current"]
    assert current == expected(tenant)

    again = terraform.plan("-detailed-exitcode")
    assert NOTHING_TO_DO in again.said
    assert terraform.apply().status == 0
    assert terraform.outputs()["current"] == current

    assert "Destroy complete!" in terraform.run("destroy", "-no-color", "-auto-approve", "-input=false").said
    assert terraform.outputs() == {}


@pytest.mark.parametrize(
    "provider", ["", 'provider "microsoft365" {}\n', block(entra_id_options={}, client_options={"proxy_url": ""})]
)
def test_the_block_may_say_nothing(make_terraform: MakeTerraform, tenant: TenantProcess, provider: str) -> None:
    terraform = make_terraform(tenant.environment)
    terraform.write(configuration(provider))

    terraform.apply()

    assert terraform.outputs()["current"]["tenant_id"] == tenant.tenant_id


@pytest.mark.parametrize(
    "provider",
    [
        "",
        block(),
        block(
            tenant_id="contoso.onmicrosoft.com",
            auth_method="client_certificate",
            entra_id_options={"client_certificate": "not/there.pfx", "client_certificate_password": "never tried"},
        ),
    ],
)
def test_validate_needs_neither_credentials_nor_environment(make_terraform: MakeTerraform, provider: str) -> None:
    terraform = make_terraform({})
    terraform.write(configuration(provider))

    assert terraform.validate().said == "Success! The configuration is valid."


def test_what_the_block_says_wins_over_the_environment(make_terraform: MakeTerraform, tenant: TenantProcess) -> None:
    wrong = "11111111-1111-1111-1111-111111111111"
    terraform = make_terraform({**tenant.environment, "M365_TENANT_ID": wrong, "M365_CLIENT_ID": wrong})
    terraform.write(configuration(block(tenant_id=tenant.tenant_id, entra_id_options={"client_id": tenant.client_id})))

    assert terraform.plan().status == 0


@pytest.fixture(scope="module")
def second_certificate(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return self_signed(tmp_path_factory.mktemp("second"), "second")


def test_several_aliases_sign_in_each_for_itself(
    make_terraform: MakeTerraform, tenant: TenantProcess, tmp_path: Path, second_certificate: CertificateFiles
) -> None:
    """Three processes at once: the default provider from variables, two aliases of another tenant, written out."""
    with TenantProcess.start(
        tmp_path / "second",
        "--certificate",
        str(second_certificate.public),
        state={"organization": {"displayName": "Fabrikam"}},
    ) as second:
        other = {
            "tenant_id": second.tenant_id,
            "auth_method": "client_certificate",
            "entra_id_options": {
                "client_id": second.client_id,
                "client_certificate": second_certificate.pfx,
                "client_certificate_password": second_certificate.password,
            },
            "client_options": {
                "authority_url": second.url,
                "graph_url": second.url,
                "ca_certificate_file": second.ca_file,
            },
        }
        by_domain = {**other, "tenant_id": "contoso.onmicrosoft.com"}
        terraform = make_terraform(tenant.environment)
        terraform.write(
            configuration(
                block()
                + block(alias="second", **other)
                + block(alias="by_domain", **by_domain)
                + 'data "microsoft365_client_config" "second" {\n  provider = microsoft365.second\n}\n'
                + 'data "microsoft365_client_config" "by_domain" {\n  provider = microsoft365.by_domain\n}\n'
                + 'output "second" {\n  value = data.microsoft365_client_config.second\n}\n'
                + 'output "by_domain" {\n  value = data.microsoft365_client_config.by_domain\n}\n'
            )
        )
        terraform.apply()
        outputs = terraform.outputs()

        assert outputs["current"]["tenant_display_name"] == "Contoso"
        assert outputs["second"]["tenant_display_name"] == "Fabrikam"
        assert outputs["by_domain"] == outputs["second"]
        assert outputs["second"]["certificate"]["thumbprint_sha1"] == second_certificate.thumbprint_sha1
        assert NOTHING_TO_DO in terraform.plan("-detailed-exitcode").said


def test_the_development_override_needs_no_init(tmp_path: Path, tenant: TenantProcess) -> None:
    terraform = Terraform(tmp_path / "configuration", built("dev.rc"), tenant.environment)
    terraform.write(configuration(rest=READ))

    planned = terraform.plan()

    assert "Warning: Provider development overrides are in effect" in planned.said
    assert tenant.tenant_id in planned.output
    assert not (terraform.folder / ".terraform").exists()
