"""What the most talkative log, a plan and a state hold: no secret, and nothing odd."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.certificates import self_signed
from tests.cli.configuration import Expression, block, configuration
from tests.cli.conftest import MakeTerraform
from tests.tenant_process import TenantProcess

PASSWORD = 'Pässwörd "quoted" / & 100% +'
VARIABLES = """
variable "certificate" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}
"""
# A JWT of any kind: access token or assertion.
JWT = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")


def forms(secret: str) -> Iterator[str]:
    """Yield how a secret may be written."""
    raw = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield repr(secret)[1:-1]
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            # What stays the same wherever the secret lies among other bytes.
            encoded = encode(b"\0" * offset + raw).decode().rstrip("=")
            yield encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]


def test_no_secret_anywhere_and_nothing_odd(make_terraform: MakeTerraform, tmp_path: Path) -> None:
    """The whole life cycle at TF_LOG=TRACE, with headers in the log, in the locale C; block, variable and plan file."""
    own = self_signed(tmp_path, "Größe", password=PASSWORD)
    inline_certificate = base64.b64encode(own.pfx.read_bytes()).decode()
    options = ("--certificate", str(own.public))
    state = {"organization": {"displayName": "Zürich"}}
    log = tmp_path / "terraform.log"
    with TenantProcess.start(tmp_path / "tenant", *options, state=state) as tenant:
        terraform = make_terraform(
            {
                **tenant.environment,
                "LANG": "C",
                "LC_ALL": "C",
                "TF_LOG": "TRACE",
                "TF_LOG_PATH": str(log),
                "M365_ENABLE_HEADERS_INSPECTION": "true",
                "TF_VAR_certificate": inline_certificate,
                "TF_VAR_password": PASSWORD,
                "M365_PROXY_PASSWORD": PASSWORD[::-1],
            }
        )
        inline = {
            "client_certificate_data": Expression("var.certificate"),
            "client_certificate_password": Expression("var.password"),
        }
        terraform.write(configuration(block(entra_id_options=inline) + VARIABLES))
        said = terraform.validate().output
        said += terraform.plan("-out=saved.tfplan").output
        said += terraform.run("show", "-no-color", "-json", "saved.tfplan").output
        said += terraform.apply().output
        assert terraform.outputs()["current"]["tenant_display_name"] == "Zürich"
        assert terraform.outputs()["current"]["certificate"]["subject"] == "CN=Größe"
        said += terraform.plan("-detailed-exitcode").output
        said += terraform.run("show", "-no-color", "-json").output
    logged = log.read_text(encoding="utf-8")
    stored = "".join(
        path.read_text(encoding="utf-8", errors="surrogateescape")
        for path in (terraform.folder / "terraform.tfstate", terraform.folder / "saved.tfplan")
    )

    # What must be there for the rest to mean anything.
    assert "provider.terraform-provider-microsoft365" in logged
    assert "/oauth2/v2.0/token: 200" in logged
    assert re.search(r"request headers: .*Authorization.*\(hidden\)", logged)

    for secret in (PASSWORD, PASSWORD[::-1], inline_certificate):
        for form in forms(secret):
            assert form not in logged, form
            assert form not in said, form
            assert form not in stored, form
    for text in (logged, said, stored):
        assert not JWT.search(text), JWT.search(text)
        assert "PRIVATE KEY" not in text

    of_the_plugin = [line for line in logged.splitlines() if "provider.terraform-provider-microsoft365" in line]
    odd = [line for line in of_the_plugin if re.search(r"\[(WARN|ERROR)\]", line)]
    assert odd == []
    about_plugins = [line for line in logged.splitlines() if "plugin" in line and re.search(r"\[(WARN|ERROR)\]", line)]
    assert about_plugins == []
