"""Signing in to a real tenant with the client certificate that the variables name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from tests.certificates import self_signed
from tests.cli.configuration import EMPTY_BLOCK, block, configuration
from tests.cli.diagnostics import require_one_error
from tests.terraform import Terraform

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
READS_ORGANIZATION = {
    "Organization.Read.All",
    "Directory.Read.All",
    "Organization.ReadWrite.All",
    "Directory.ReadWrite.All",
}


@pytest.fixture
def terraform(tmp_path: Path, cli_config: Path, variables: Mapping[str, str]) -> Terraform:
    """Terraform in an initialised folder. A relative path in the variables starts where the tests were started."""
    made = Terraform(tmp_path / "configuration", cli_config, variables)
    for name in ("M365_CLIENT_CERTIFICATE_FILE_PATH", "M365_CA_CERTIFICATE_FILE"):
        if path := variables.get(name):
            made.environment[name] = str(Path(path).expanduser().absolute())
    made.write(configuration())
    made.init()
    return made


@pytest.mark.parametrize("provider", [EMPTY_BLOCK, block(entra_id_options={"send_certificate_chain": True})])
def test_everything_from_validate_to_destroy(terraform: Terraform, provider: str) -> None:
    terraform.write(configuration(provider))
    assert terraform.validate().said == "Success! The configuration is valid."
    assert terraform.plan("-detailed-exitcode", check=False).status == 2
    terraform.apply()
    current = terraform.outputs()["current"]
    assert terraform.plan("-detailed-exitcode").status == 0
    terraform.run("destroy", "-no-color", "-auto-approve", "-input=false")
    assert terraform.outputs() == {}

    assert GUID.fullmatch(current["tenant_id"])
    assert GUID.fullmatch(current["object_id"])
    assert current["client_id"] == os.environ["M365_CLIENT_ID"].lower()
    assert current["auth_method"] == "client_certificate"
    assert current["display_name"]
    assert re.fullmatch(r"[0-9A-F]{40}", current["certificate"]["thumbprint_sha1"])
    assert re.fullmatch(r"[0-9A-F]{64}", current["certificate"]["thumbprint_sha256"])
    assert current["certificate"]["days_left"] >= 0
    if READS_ORGANIZATION.intersection(current["application_roles"]):
        assert current["tenant_display_name"]
        assert current["verified_domains"]
    else:
        assert (current["tenant_display_name"], current["verified_domains"]) == (None, None)


def test_a_certificate_that_is_not_registered(terraform: Terraform, tmp_path: Path) -> None:
    stranger = self_signed(tmp_path, "stranger")
    terraform.write(
        configuration(
            block(
                entra_id_options={
                    "client_certificate": stranger.pfx,
                    "client_certificate_password": stranger.password,
                }
            )
        )
    )
    says = ("Entra ID refused the sign-in (AADSTS700027)", stranger.thumbprint_sha1, "is not registered")
    require_one_error(terraform.plan(check=False), says)


def test_an_application_that_does_not_exist(terraform: Terraform) -> None:
    client_id = str(uuid4())
    terraform.write(configuration(block(entra_id_options={"client_id": client_id})))
    require_one_error(terraform.plan(check=False), ("Entra ID refused the sign-in (AADSTS700016)", client_id))


def test_a_tenant_that_does_not_exist(terraform: Terraform) -> None:
    tenant_id = str(uuid4())
    terraform.write(configuration(block(tenant_id=tenant_id)))
    require_one_error(terraform.plan(check=False), ("Entra ID refused the sign-in (AADSTS90002)", tenant_id))
