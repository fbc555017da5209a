"""What is said when Entra ID or Microsoft Graph refuses, and the warnings of a sign-in that succeeds."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certificates import CertificateFiles, chain_of_three, self_signed
from tests.cli.configuration import configuration
from tests.cli.conftest import MakeTerraform
from tests.cli.diagnostics import require_one_error, require_one_warning
from tests.cli.gateway import Answer, gateway
from tests.tenant_process import TenantProcess
from tests.terraform import Result, Terraform

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
APP = "bbbbbbbb-0000-4000-8000-000000000001"
DISABLED = "bbbbbbbb-0000-4000-8000-000000000002"
WITHOUT_PRINCIPAL = "bbbbbbbb-0000-4000-8000-000000000003"
BY_NAME = "bbbbbbbb-0000-4000-8000-000000000004"
BY_OTHER_NAME = "bbbbbbbb-0000-4000-8000-000000000005"
POWERLESS = "bbbbbbbb-0000-4000-8000-000000000006"
OTHER = "cccccccc-0000-4000-8000-000000000001"
NIL = "00000000-0000-0000-0000-000000000000"
IDENTITY = re.compile(r"Correlation id: [0-9a-f-]{36} Trace id: [0-9a-f-]{36} Time: 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Directory:
    """A tenant with an application for each circumstance, and the certificates that go with it."""

    tenant: TenantProcess
    certificates: Mapping[str, CertificateFiles]

    def environment(self, certificate: str, **variables: str) -> dict[str, str]:
        """Return what signing in with this certificate takes, as APP unless told otherwise."""
        return environment(self.tenant, self.certificates[certificate], **variables)


def environment(tenant: TenantProcess, files: CertificateFiles, **variables: str) -> dict[str, str]:
    """Return what signing in to the tenant with this certificate takes."""
    assert files.password
    return {
        **tenant.environment,
        "M365_CLIENT_CERTIFICATE_FILE_PATH": str(files.pfx),
        "M365_CLIENT_CERTIFICATE_PASSWORD": files.password,
        **variables,
    }


def registered(files: CertificateFiles, **members: str) -> dict[str, str]:
    """Return a key credential of the state file."""
    return {"key": base64.b64encode(files.certificate.public_bytes(Encoding.DER)).decode(), **members}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    folder = tmp_path_factory.mktemp("directory")
    now = datetime.now(UTC)
    certificates = {
        "good": self_signed(folder, "good"),
        "unknown": self_signed(folder, "unknown"),
        "run out": self_signed(folder, "run-out"),
        "soon": self_signed(folder, "soon", not_after=now + timedelta(days=12, hours=1)),
        "chain": chain_of_three(folder, "app.contoso.example"),
    }
    good = registered(certificates["good"])
    authority = base64.b64encode(certificates["chain"].ca.public_bytes(Encoding.DER)).decode()
    state = {
        "organization": {"id": TENANT},
        "applications": [
            {
                "appId": APP,
                "keyCredentials": [
                    good,
                    registered(certificates["soon"]),
                    registered(certificates["run out"], endDateTime="2026-01-01T00:00:00Z"),
                ],
            },
            {"appId": DISABLED, "displayName": "Switched off", "keyCredentials": [good]},
            {"appId": WITHOUT_PRINCIPAL, "keyCredentials": [good]},
            {
                "appId": BY_NAME,
                "subjectNameAndIssuer": {"subjects": ["app.contoso.example"], "authorities": [authority]},
            },
            {
                "appId": BY_OTHER_NAME,
                "subjectNameAndIssuer": {"subjects": ["other.contoso.example"], "authorities": [authority]},
            },
            {"appId": POWERLESS, "keyCredentials": [good]},
        ],
        "servicePrincipals": [
            {"appId": APP},
            {"appId": DISABLED, "accountEnabled": False},
            {"appId": BY_NAME},
            {"appId": BY_OTHER_NAME},
            {"appId": POWERLESS, "roles": []},
        ],
    }
    with TenantProcess.start(folder / "tenant", state=state) as tenant:
        yield Directory(tenant, certificates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A certificate and what differs from a good environment, and what is said; `{thumbprint}` is the certificate's."""

    says: tuple[str, ...]
    certificate: str = "good"
    environment: dict[str, str] = field(default_factory=dict)
    warnings: int = 0


ROWS: dict[str, Row] = {
    "a certificate that is not registered": Row(
        certificate="unknown",
        says=(
            "Entra ID refused the sign-in (AADSTS700027)",
            f"with SHA-1 thumbprint {{thumbprint}} is not registered on the application {APP}",
            "Certificates & secrets",
            "Entra ID says: AADSTS700027: The certificate with identifier used to sign",
            "comes from the environment variable M365_CLIENT_CERTIFICATE_FILE_PATH",
        ),
    ),
    "a registration that has expired": Row(
        certificate="run out",
        says=(
            "Entra ID refused the sign-in (AADSTS700027)",
            "with thumbprint {thumbprint} is registered on the application, but for Entra ID has expired",
            "01/01/2026",
            "upload it to the app registration",
        ),
    ),
    "an application that the tenant does not have": Row(
        environment={"M365_CLIENT_ID": OTHER},
        says=(
            "Entra ID refused the sign-in (AADSTS700016)",
            f"The tenant {TENANT} has no application {OTHER}.",
            "neither its object id",
            "The value of entra_id_options.client_id comes from the environment variable M365_CLIENT_ID.",
        ),
    ),
    "the nil application": Row(
        environment={"M365_CLIENT_ID": NIL},
        says=("Entra ID refused the sign-in (AADSTS700038)", f"The tenant {TENANT} has no application {NIL}."),
    ),
    "a tenant that does not exist": Row(
        environment={"M365_TENANT_ID": OTHER},
        says=(
            "Entra ID refused the sign-in (AADSTS90002)",
            f"there is no tenant {OTHER}. Check tenant_id",
            "`cloud`",
            f"Entra ID says: AADSTS90002: Tenant '{OTHER}' not found.",
            "The value of tenant_id comes from the environment variable M365_TENANT_ID.",
        ),
    ),
    "the nil tenant": Row(
        environment={"M365_TENANT_ID": NIL},
        says=("Entra ID refused the sign-in (AADSTS90002)", f"there is no tenant {NIL}", "may not be an empty GUID"),
    ),
    "an application that is disabled": Row(
        environment={"M365_CLIENT_ID": DISABLED},
        says=(
            "Entra ID refused the sign-in (AADSTS7000112)",
            f"The application {DISABLED} is disabled in the tenant.",
            "Enabled for users to sign-in",
        ),
    ),
    "no service principal": Row(
        environment={"M365_CLIENT_ID": WITHOUT_PRINCIPAL},
        says=(
            "Entra ID refused the sign-in (AADSTS7000229)",
            f"has no service principal in the tenant {TENANT}",
            f"`az ad sp create --id {WITHOUT_PRINCIPAL}`",
        ),
    ),
    "a name that is not trusted": Row(
        certificate="chain",
        environment={"M365_CLIENT_ID": BY_OTHER_NAME, "M365_SEND_CERTIFICATE_CHAIN": "true"},
        says=(
            "Entra ID refused the sign-in (AADSTS700030)",
            "the subject of this certificate is not among the names that it trusts",
            "app.contoso.example",
        ),
    ),
    "a chain that is not sent": Row(
        certificate="chain",
        environment={"M365_CLIENT_ID": BY_NAME},
        says=(
            "Entra ID refused the sign-in (AADSTS700027)",
            "with SHA-1 thumbprint {thumbprint} is not registered",
            "An application that trusts a subject name and issuer instead needs send_certificate_chain = true",
        ),
    ),
    "an authority that is not trusted": Row(
        certificate="good",
        environment={"M365_CLIENT_ID": BY_NAME, "M365_SEND_CERTIFICATE_CHAIN": "true"},
        says=(
            "Entra ID refused the sign-in (AADSTS7000213)",
            "Entra ID cannot follow the chain of 1 certificate(s) that was sent.",
            "every intermediate",
        ),
    ),
    "an audience that the tenant does not know": Row(
        environment={"M365_GRAPH_AUDIENCE": "https://graph.example"},
        says=(
            "Entra ID refused the sign-in (AADSTS500011)",
            "Check graph_audience and `cloud`",
            "comes from the environment variable M365_GRAPH_AUDIENCE.",
        ),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_entra_id_refuses(make_terraform: MakeTerraform, directory: Directory, name: str) -> None:
    row = ROWS[name]
    thumbprint = directory.certificates[row.certificate].thumbprint_sha1

    terraform = make_terraform(directory.environment(row.certificate, **row.environment))

    require_refusal(terraform, [each.format(thumbprint=thumbprint) for each in row.says])


def require_refusal(terraform: Terraform, says: list[str]) -> Result:
    """Plan, and fail unless Entra ID's refusal is shown with what identifies it."""
    terraform.write(configuration())
    result = terraform.plan(check=False)
    require_one_error(result, says)
    assert IDENTITY.search(result.said), result.output
    return result


CONDITIONS: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "conditional access": (
        {"conditionalAccessBlocks": True},
        (
            "Entra ID refused the sign-in (AADSTS53003)",
            "A Conditional Access policy for workload identities blocks this sign-in",
            "Sign-in logs, Service principal sign-ins",
        ),
    ),
    "a clock that is ahead": (
        {"clockSkewSeconds": -1200},
        ("Entra ID refused the sign-in (AADSTS700024)", "network time (NTP)"),
    ),
    "a clock that is behind": (
        {"clockSkewSeconds": 1800},
        ("Entra ID refused the sign-in (AADSTS700024)", "network time (NTP)"),
    ),
    "a clock so far ahead that the certificate is none yet": (
        {"clockSkewSeconds": -7200},
        ("Entra ID refused the sign-in (AADSTS1000502)", "outside its validity"),
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_entra_id_refuses_for_the_circumstances(
    make_terraform: MakeTerraform, directory: Directory, tmp_path: Path, name: str
) -> None:
    conditions, says = CONDITIONS[name]
    own = directory.certificates["good"]
    options = ("--certificate", str(own.public))
    with TenantProcess.start(tmp_path / "tenant", *options, state={"conditions": conditions}) as tenant:
        result = require_refusal(make_terraform(environment(tenant, own)), list(says))
    if skew := conditions.get("clockSkewSeconds"):
        stated = re.search(r"this machine is \d:\d\d:\d\d \((\d+) seconds\) (ahead|behind)", result.said)
        assert stated, result.output
        # Entra ID's clock is read from a header that has whole seconds, and was sent a moment before.
        assert int(stated[1]) * (1 if stated[2] == "behind" else -1) == pytest.approx(skew, abs=5)


def spoiled(body: bytes) -> bytes:
    """Return a token request whose assertion has a signature of no key."""
    return re.sub(rb"(client_assertion=[^&.]+\.[^&.]+\.)[^&]{8}", rb"\1AAAAAAAA", body)


def test_entra_id_refuses_a_signature_of_another_key(make_terraform: MakeTerraform, directory: Directory) -> None:
    thumbprint = directory.certificates["good"].thumbprint_sha1
    says = [
        "Entra ID refused the sign-in (AADSTS700027)",
        f"The application {APP} has a certificate with thumbprint {thumbprint}, but the signature does not fit it.",
        "did not match the expected signature value",
    ]
    with gateway(directory.tenant, change=spoiled) as url:
        require_refusal(make_terraform(directory.environment("good", M365_AUTHORITY_URL=url)), says)


def test_entra_id_refuses_an_assertion_for_another_address(make_terraform: MakeTerraform, directory: Directory) -> None:
    with gateway(directory.tenant) as url:
        says = [
            "Entra ID refused the sign-in (AADSTS700023)",
            f"The token service does not take itself for {url}",
            "comes from the environment variable M365_AUTHORITY_URL.",
        ]
        require_refusal(make_terraform(directory.environment("good", M365_AUTHORITY_URL=url)), says)


def test_a_web_page_in_the_place_of_entra_id(make_terraform: MakeTerraform, directory: Directory) -> None:
    page = Answer(200, "text/html", b"<html>Sign in to the guest network</html>")
    with gateway(directory.tenant, respond=lambda _answer: page) as url:
        terraform = make_terraform(directory.environment("good", M365_AUTHORITY_URL=url))
        terraform.write(configuration())
        says = ("The token service does not answer as Entra ID does", f"{url}/{TENANT}/", "a proxy or firewall")
        require_one_error(terraform.plan(check=False), says)


GRAPH: dict[str, Row] = {
    "a token for another resource": Row(
        environment={"M365_GRAPH_AUDIENCE": "https://management.azure.com"},
        warnings=1,
        says=(
            "Cannot read the organization (status 401)",
            "does not accept the token",
            "graph_audience",
            "Organization.Read.All",
            '"grant admin consent"',
            "Microsoft Graph says: InvalidAuthenticationToken",
            "Request id: ",
            "Client request id: ",
        ),
    ),
    "a Graph where there is none": Row(
        environment={"M365_GRAPH_URL": "{url}/nothing"},
        says=("Cannot read the organization (status 4",),
    ),
}


@pytest.mark.parametrize("name", GRAPH)
def test_graph_refuses(make_terraform: MakeTerraform, directory: Directory, name: str) -> None:
    row = GRAPH[name]
    changed = {key: value.format(url=directory.tenant.url) for key, value in row.environment.items()}
    terraform = make_terraform(directory.environment("good", **changed))
    terraform.write(configuration())

    result = terraform.plan(check=False)

    require_one_error(result, row.says, warnings=row.warnings)
    assert "with data.microsoft365_client_config.current" in result.said


def test_without_roles_there_is_a_warning_and_nothing_of_the_organization(
    make_terraform: MakeTerraform, directory: Directory
) -> None:
    terraform = make_terraform(directory.environment("good", M365_CLIENT_ID=POWERLESS))
    terraform.write(configuration())

    require_one_warning(
        terraform.plan(), ("The application has no permissions", "grant admin consent", "no application role")
    )
    terraform.apply()
    current = terraform.outputs()["current"]
    assert (current["application_roles"], current["tenant_display_name"], current["verified_domains"]) == (
        [],
        None,
        None,
    )
    assert current["tenant_id"] == TENANT


def test_a_certificate_that_expires_soon_is_a_warning(make_terraform: MakeTerraform, directory: Directory) -> None:
    files = directory.certificates["soon"]
    terraform = make_terraform(directory.environment("soon"))
    terraform.write(configuration())

    until = f"{files.certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC"
    require_one_warning(
        terraform.plan(), ("The certificate expires soon", f'"CN=soon" expires on {until}, in 12 days', str(files.pfx))
    )


def test_json_output_is_for_machines(make_terraform: MakeTerraform, directory: Directory) -> None:
    """`plan -json` has the diagnostic whole, with the range in the configuration."""
    terraform = make_terraform(directory.environment("unknown"))
    terraform.write(configuration())

    said = [json.loads(line) for line in terraform.plan("-json", check=False).stdout.splitlines()]

    shown = [line["diagnostic"] for line in said if line["type"] == "diagnostic"]
    assert [(each["severity"], each["summary"]) for each in shown] == [
        ("error", "Entra ID refused the sign-in (AADSTS700027)")
    ]
    assert shown[0]["range"]["filename"] == "main.tf"
    assert shown[0]["detail"].startswith("The certificate with SHA-1 thumbprint ")
