"""The guide, followed to the letter; and what it says of variables and of trust by subject name and issuer."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certificates import CertificateFiles, chain_of_three, self_signed
from tests.cli.configuration import block, configuration
from tests.cli.conftest import MakeTerraform
from tests.cli.diagnostics import require_one_error
from tests.docs.markdown import marked
from tests.tenant_process import TenantProcess
from tests.terraform import Terraform

GUIDE = Path(__file__).parent.parent.parent / "docs/guides/client_certificate.md"
PASSWORD = "p4 $word! with 'quotes'"
SUBJECT = "app.contoso.example"


def test_the_guide_to_the_letter(tmp_path: Path, cli_config: Path) -> None:
    configuration_text = marked(GUIDE, "configuration").code
    assert '"${path.cwd}/cert.pfx"' in configuration_text
    assert "cloud" not in configuration_text
    tenant_id = found(r'tenant_id\s*=\s*"([^"]+)"', configuration_text)
    client_id = found(r'client_id\s*=\s*"([^"]+)"', configuration_text)
    folder = tmp_path / "new folder"
    folder.mkdir()

    subprocess.run(
        ["sh", "-eu", "-c", marked(GUIDE, "certificate").code],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "M365_CLIENT_CERTIFICATE_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )

    assert sorted(path.name for path in folder.iterdir()) == ["cert.pem", "cert.pfx"]
    assert stat.S_IMODE((folder / "cert.pfx").stat().st_mode) == 0o600
    options = ("--certificate", str(folder / "cert.pem"), "--tenant-id", tenant_id, "--client-id", client_id)
    with TenantProcess.start(tmp_path / "tenant", *options) as tenant:
        # Where the simulated tenant is; everything else is in the guide.
        places = ("M365_AUTHORITY_URL", "M365_GRAPH_URL", "M365_CA_CERTIFICATE_FILE")
        terraform = Terraform(
            folder,
            cli_config,
            {
                **{name: tenant.environment[name] for name in places},
                "M365_CLIENT_CERTIFICATE_PASSWORD": PASSWORD,
            },
        )
        terraform.write(configuration_text)
        terraform.init()
        assert terraform.plan("-detailed-exitcode", check=False).status == 2
        applied = terraform.apply()
        assert "No changes." in terraform.plan("-detailed-exitcode").said

        own = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
        assert terraform.outputs() == {
            "signed_in_as": {
                "tenant": "Contoso",
                "application": "Terraform",
                "roles": ["Application.Read.All", "Organization.Read.All"],
                "certificate": own.fingerprint(hashes.SHA1()).hex().upper(),
                "expires": f"{own.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
            }
        }
        assert PASSWORD not in applied.output


def found(pattern: str, text: str) -> str:
    """Return what the group of a pattern finds in a text."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in:\n{text}"
    return match[1]


def test_the_six_variables_are_enough(make_terraform: MakeTerraform, tmp_path: Path) -> None:
    own = self_signed(tmp_path, "own")
    assert own.password
    with TenantProcess.start(tmp_path / "tenant", "--certificate", str(own.public)) as tenant:
        terraform = make_terraform(
            {
                "M365_CLOUD": "public",
                "M365_TENANT_ID": tenant.tenant_id,
                "M365_AUTH_METHOD": "client_certificate",
                "M365_CLIENT_ID": tenant.client_id,
                "M365_CLIENT_CERTIFICATE_FILE_PATH": str(own.pfx),
                "M365_CLIENT_CERTIFICATE_PASSWORD": own.password,
                # Where the simulated tenant is.
                "M365_AUTHORITY_URL": tenant.url,
                "M365_GRAPH_URL": tenant.url,
                "M365_CA_CERTIFICATE_FILE": str(tenant.ca_file),
            }
        )
        terraform.write(configuration())
        terraform.apply()
        assert terraform.outputs()["current"]["certificate"]["thumbprint_sha256"] == own.thumbprint_sha256
        assert "No changes." in terraform.plan("-detailed-exitcode").said


@pytest.mark.parametrize("file", ["pfx", "pem"])
def test_trust_by_subject_name_and_issuer(make_terraform: MakeTerraform, tmp_path: Path, file: str) -> None:
    chain = chain_of_three(tmp_path, SUBJECT)
    authority = tmp_path / "root.pem"
    write_root(authority, chain)
    with TenantProcess.start(tmp_path / "tenant", "--trust-issuer", str(authority), "--subject", SUBJECT) as tenant:
        options: dict[str, object] = {
            "client_certificate": chain.pfx if file == "pfx" else chain.pem,
            "client_certificate_password": chain.password,
        }
        terraform = make_terraform(tenant.environment)
        terraform.write(configuration(block(entra_id_options={**options, "send_certificate_chain": True})))
        terraform.apply()
        assert terraform.outputs()["current"]["certificate"]["subject"] == f"CN={SUBJECT}"

        terraform.write(configuration(block(entra_id_options=options)))
        says = (
            "Entra ID refused the sign-in (AADSTS700027)",
            "An application that trusts a subject name and issuer instead needs send_certificate_chain = true",
            "This is about entra_id_options.client_certificate.",
        )
        require_one_error(terraform.plan(check=False), says)


def write_root(path: Path, chain: CertificateFiles) -> None:
    """Write the root's certificate in PEM."""
    path.write_bytes(chain.ca.public_bytes(Encoding.PEM))
