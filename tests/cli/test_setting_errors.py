"""What is said of settings that are missing, malformed, contradictory or not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.certificates import PASSWORD
from tests.cli.configuration import EMPTY_BLOCK, READ, Expression, block, configuration
from tests.cli.conftest import MakeTerraform
from tests.cli.diagnostics import error_count, require, require_one_error
from tests.tenant_process import TenantProcess

GUID = "11111111-1111-1111-1111-111111111111"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A provider block and the environment, and what is said."""

    says: tuple[str, ...]
    provider: str = EMPTY_BLOCK
    environment: dict[str, str] = field(default_factory=dict)


COMPLETE = {
    "M365_TENANT_ID": GUID,
    "M365_AUTH_METHOD": "client_certificate",
    "M365_CLIENT_ID": GUID,
    "M365_CLIENT_CERTIFICATE_FILE_PATH": "cert.pfx",
}

# Seen by `terraform validate`, and so by plan as well.
FORMS: dict[str, Row] = {
    "a tenant that is neither id nor domain": Row(
        provider=block(tenant_id="our tenant"),
        says=(
            "Invalid value for tenant_id",
            "must be a GUID",
            "or a domain name",
            'main.tf line 10, in provider "microsoft365"',
        ),
    ),
    "a client id that is no GUID": Row(
        provider=block(entra_id_options={"client_id": "terraform"}),
        says=("Invalid value for entra_id_options.client_id", "must be a GUID such as"),
    ),
    "an unknown cloud": Row(
        provider=block(cloud="mars"),
        says=("Invalid value for cloud", "must be one of public, gcc,", 'Found: "mars"'),
    ),
    "an unknown method": Row(
        provider=block(auth_method="certificate"),
        says=("Invalid value for auth_method", "must be one of client_certificate,", 'Found: "certificate"'),
    ),
    "a URL without a scheme": Row(
        provider=block(client_options={"authority_url": "login.example"}),
        says=("Invalid value for client_options.authority_url", 'Found: "login.example"'),
    ),
    "a number out of range": Row(
        provider=block(client_options={"chaos_percentage": 101}),
        says=("Invalid value for client_options.chaos_percentage", "100", "Found: 101"),
    ),
    "two certificates": Row(
        provider=block(entra_id_options={"client_certificate": "cert.pfx", "client_certificate_data": "MIIK"}),
        says=("Two client certificates", "client_certificate (a path)", "client_certificate_data", "Remove one"),
    ),
}

# Seen when the provider is configured: by plan.
VALUES: dict[str, Row] = {
    "nothing": Row(
        says=(
            "Signing in takes more than is set",
            "auth_method (variable M365_AUTH_METHOD)",
            "tenant_id (variable M365_TENANT_ID)",
            "entra_id_options.client_id (variable M365_CLIENT_ID)",
            "entra_id_options.client_certificate (variable M365_CLIENT_CERTIFICATE_FILE_PATH) or",
            "or entra_id_options.client_certificate_data (variable M365_CLIENT_CERTIFICATE_DATA)",
        ),
    ),
    "no client id": Row(
        environment={**COMPLETE, "M365_CLIENT_ID": ""},
        says=("Missing are: - entra_id_options.client_id (variable M365_CLIENT_ID) Set each of them",),
    ),
    "a method of a later version": Row(
        provider=block(auth_method="client_secret", entra_id_options={"client_secret": PASSWORD}),
        environment=COMPLETE,
        says=("auth_method client_secret is not available yet", "signs in with: client_certificate"),
    ),
    "a truth that is none": Row(
        environment={**COMPLETE, "M365_SEND_CERTIFICATE_CHAIN": "maybe"},
        says=(
            "Unusable environment variable M365_SEND_CERTIFICATE_CHAIN",
            "It gives entra_id_options.send_certificate_chain and must be true or false",
            'Found: "maybe"',
            "unset the variable",
        ),
    ),
    "a number that is none": Row(
        environment={**COMPLETE, "M365_TIMEOUT_SECONDS": "5 minutes"},
        says=("Unusable environment variable M365_TIMEOUT_SECONDS", "a whole number", 'Found: "5 minutes"'),
    ),
    "a cloud that is none": Row(
        environment={**COMPLETE, "M365_CLOUD": "mars"},
        says=("Unusable environment variable M365_CLOUD", "must be one of public, gcc,", 'Found: "mars"'),
    ),
    "a secret in the wrong variable": Row(
        environment={**COMPLETE, "M365_CLIENT_ID": PASSWORD},
        says=("Unusable environment variable M365_CLIENT_ID", "must be a GUID", "sensitive value that is not shown"),
    ),
    "two variables": Row(
        environment={**COMPLETE, "M365_CLIENT_CERTIFICATE_DATA": "MIIK"},
        says=(
            "Two client certificates",
            "M365_CLIENT_CERTIFICATE_FILE_PATH and M365_CLIENT_CERTIFICATE_DATA",
            "Unset one of them",
        ),
    ),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_form(make_terraform: MakeTerraform, command: str, name: str) -> None:
    row = FORMS[name]
    terraform = make_terraform({})
    terraform.write(configuration(row.provider))

    require_one_error(terraform.run(command, "-no-color", check=False), row.says)


@pytest.mark.parametrize("name", VALUES)
def test_value(make_terraform: MakeTerraform, name: str) -> None:
    row = VALUES[name]
    terraform = make_terraform(row.environment)
    terraform.write(configuration(row.provider))

    require_one_error(terraform.plan(check=False), row.says)


def test_without_a_block_terraform_adds_that_there_is_none(make_terraform: MakeTerraform) -> None:
    terraform = make_terraform({"M365_CLIENT_CERTIFICATE_PASSWORD": PASSWORD})
    terraform.write(configuration(""))

    result = terraform.plan(check=False)

    assert result.status == 1
    require(result, ("Signing in takes more than is set", "tenant_id (variable M365_TENANT_ID)"))
    assert error_count(result) == 2, result.output


LATER = """
resource "terraform_data" "tenant" {{
  input = "{tenant_id}"
}}
"""
WAITING = READ.replace("{\n}", "{\n  depends_on = [terraform_data.tenant]\n}", 1)


def test_a_value_that_is_not_known_yet_is_named(make_terraform: MakeTerraform, tenant: TenantProcess) -> None:
    terraform = make_terraform(tenant.environment)
    provider = block(
        tenant_id=Expression("terraform_data.tenant.output"),
        client_options={"custom_user_agent": Expression("terraform_data.tenant.id")},
    )
    terraform.write(configuration(provider, LATER.format(tenant_id=tenant.tenant_id) + READ))

    says = (
        "The provider's configuration is not known yet",
        "The data source microsoft365_client_config cannot be read while planning",
        "in the provider block, tenant_id, client_options.custom_user_agent come from something",
        "`depends_on`",
    )
    require_one_error(terraform.plan(check=False), says)

    terraform.write(configuration(provider, LATER.format(tenant_id=tenant.tenant_id) + WAITING))
    terraform.apply()
    assert terraform.outputs()["current"]["tenant_id"] == tenant.tenant_id
