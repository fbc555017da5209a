"""The process: options, environment file, state file, signals, and what it says when it cannot start."""

from __future__ import annotations

import base64
import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tests.certificates import self_signed
from tests.tenant.client import Client
from tests.tenant_process import TenantProcess, TenantStartError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
NIL = "00000000-0000-0000-0000-000000000000"
ALWAYS = {
    "M365_TENANT_ID",
    "M365_CLIENT_ID",
    "M365_AUTH_METHOD",
    "M365_AUTHORITY_URL",
    "M365_GRAPH_URL",
    "M365_CA_CERTIFICATE_FILE",
}
MADE = {"M365_CLIENT_CERTIFICATE_FILE_PATH", "M365_CLIENT_CERTIFICATE_PASSWORD"}


def run(*options: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tenant", *options],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_a_shell_reads_the_environment_file(tmp_path: Path) -> None:
    temporary = tmp_path / 'it\'s a $HOME `folder` "of" blänks'
    temporary.mkdir()
    with TenantProcess.start(tmp_path, env={"TMPDIR": str(temporary)}) as tenant:
        script = f"unset $(env | sed -n 's/^\\(M365_[A-Z_]*\\)=.*/\\1/p'); . {shlex.quote(str(tenant.env_file))}; env"
        printed = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
        mode = stat.S_IMODE(tenant.env_file.stat().st_mode)

        variables = dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("M365_"))
        assert variables == tenant.environment
        assert variables.keys() == ALWAYS | MADE
        assert variables["M365_AUTH_METHOD"] == "client_certificate"
        assert Path(variables["M365_CA_CERTIFICATE_FILE"]).is_relative_to(temporary)
        assert mode == 0o600
        pfx = Path(variables["M365_CLIENT_CERTIFICATE_FILE_PATH"])
        assert stat.S_IMODE(pfx.stat().st_mode) == 0o600
        assert stat.S_IMODE(pfx.parent.stat().st_mode) == 0o700
        key, _certificate, _others = pkcs12.load_key_and_certificates(
            pfx.read_bytes(), variables["M365_CLIENT_CERTIFICATE_PASSWORD"].encode()
        )
        assert key is not None


def test_ready_line_names_the_address(tmp_path: Path) -> None:
    with TenantProcess.start(tmp_path) as tenant:
        assert tenant.url in tenant.ready_line
        assert tenant.ready_line.endswith("\n")


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_leaves_nothing(tmp_path: Path, ended_by: signal.Signals) -> None:
    temporary, folder = tmp_path / "temporary", tmp_path / "folder"
    temporary.mkdir()
    with TenantProcess.start(folder, env={"TMPDIR": str(temporary)}) as tenant, Client(tenant) as client:
        # A connection that stays open must not keep the process.
        assert client.send("GET", "/_tenant/statistics").status_code == 200
        assert list(temporary.iterdir()) != []
        tenant.process.send_signal(ended_by)
        written, errors = tenant.process.communicate(timeout=5)

    assert (tenant.process.returncode, written, errors) == (0, "", "")
    assert list(temporary.iterdir()) == []
    assert list(folder.iterdir()) == []


def test_environment_file_of_a_later_tenant_stays(tmp_path: Path) -> None:
    with TenantProcess.start(tmp_path) as tenant:
        tenant.env_file.write_text("export M365_TENANT_ID='of another'\n")

    assert tenant.env_file.read_text() == "export M365_TENANT_ID='of another'\n"


@pytest.mark.parametrize(
    ("tenant_id", "client_id"),
    [(NIL, NIL), ("ABCDEFAB-0000-4000-8000-000000000001", "abcdefab-0000-4000-8000-000000000002")],
)
def test_any_ids(tmp_path: Path, tenant_id: str, client_id: str) -> None:
    files = self_signed(tmp_path)
    options = ("--tenant-id", tenant_id, "--client-id", client_id, "--certificate", str(files.public))
    with TenantProcess.start(tmp_path, *options) as tenant, Client(tenant) as client:
        assert (tenant.tenant_id, tenant.client_id) == (tenant_id.lower(), client_id)
        assert tenant.environment.keys() == ALWAYS
        assert client.graph("/v1.0/organization", client.sign_in(files)).json()["value"][0]["id"] == tenant_id.lower()


def test_several_certificates_in_pem_and_der(tmp_path: Path) -> None:
    first, second = self_signed(tmp_path, "first"), self_signed(tmp_path, "second", key_label="second")
    der = tmp_path / "second.cer"
    der.write_bytes(second.certificate.public_bytes(Encoding.DER))
    options = ("--certificate", str(first.public), "--certificate", str(der))
    with TenantProcess.start(tmp_path, *options) as tenant, Client(tenant) as client:
        assert [client.ask_token(client.form(files)).status_code for files in (first, second)] == [200, 200]


@pytest.mark.parametrize(("host", "shown"), [("localhost", "localhost"), ("::1", "[::1]")])
def test_host_and_port(tmp_path: Path, host: str, shown: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TenantProcess.start(tmp_path, "--host", host, "--port", str(port)) as tenant:
        assert tenant.url == f"https://{shown}:{port}"
        assert tenant.statistics()["tokenRequests"] == 0


def test_state_survives(tmp_path: Path) -> None:
    state_file = tmp_path / "state.json"
    old, new = self_signed(tmp_path, "old"), self_signed(tmp_path, "new", key_label="new")
    first, second = tmp_path / "first", tmp_path / "second"
    with TenantProcess.start(first, "--state", str(state_file), "--certificate", str(old.public)) as tenant:
        tenant_id, client_id = tenant.tenant_id, tenant.client_id
        written = json.loads(state_file.read_text())
    written["servicePrincipals"][0]["roles"] = ["Application.ReadWrite.All"]
    state_file.write_text(json.dumps(written))
    der = base64.b64encode(new.certificate.public_bytes(Encoding.DER)).decode()
    body = {"keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": der}]}

    with TenantProcess.start(first, "--state", str(state_file)) as tenant, Client(tenant) as client:
        assert (tenant.tenant_id, tenant.client_id) == (tenant_id, client_id)
        assert tenant.environment.keys() == ALWAYS
        path = f"/v1.0/applications/{written['applications'][0]['id']}"
        assert client.graph(path, client.sign_in(old), method="PATCH", json=body).status_code == 204
        kept = json.loads(state_file.read_text())

    assert [each["key"] for each in kept["applications"][0]["keyCredentials"]] == [der]
    kept["applications"][0]["keyCredentials"] = written["applications"][0]["keyCredentials"]
    assert kept == written

    with TenantProcess.start(second, "--state", str(state_file)) as tenant, Client(tenant) as client:
        assert client.ask_token(client.form(old)).json()["error_codes"] == [700027]
        assert client.ask_token(client.form(new)).status_code == 200
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith((".", "state"))) == ["state.json"]


def test_made_certificate_is_not_kept(tmp_path: Path) -> None:
    state_file = tmp_path / "state.json"
    for _ in range(2):
        with TenantProcess.start(tmp_path, "--state", str(state_file)) as tenant:
            assert tenant.environment.keys() == ALWAYS | MADE
            assert json.loads(state_file.read_text())["applications"][0]["keyCredentials"] == []


def test_client_id_joins_the_state(tmp_path: Path) -> None:
    files = self_signed(tmp_path)
    client_id = "bbbbbbbb-0000-4000-8000-00000000000a"
    state = {"applications": [{"appId": "bbbbbbbb-0000-4000-8000-00000000000b"}]}
    options = ("--client-id", client_id, "--certificate", str(files.public))
    with TenantProcess.start(tmp_path, *options, state=state) as tenant, Client(tenant) as client:
        assert tenant.client_id == client_id
        assert client.ask_token(client.form(files)).status_code == 200


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "state: expected an object, found []"),
        ('{"condition": {}}', "state: 'condition' is not known here. Known are: applications, "),
        ('{"conditions": {"clockSkewSeconds": "5"}}', "conditions.clockSkewSeconds: expected a number, found '5'"),
        ('{"conditions": {"conditionalAccessBlocks": 1}}', "expected true or false, found 1"),
        ('{"applications": [{"keyCredentials": [{"key": "AAAA"}]}]}', "keyCredential.key: expected a certificate"),
        ('{"applications": [{"keyCredentials": {}}]}', "applications[0].keyCredentials: expected a list, found {}"),
        ('{"organization": {"createdDateTime": "now"}}', "organization.createdDateTime: expected a date and time"),
        ('{"organization": {"displayName": null}}', "organization.displayName: expected text, found None"),
        ('{"applications": [{"keyCredentials": [{}]}]}', "keyCredentials: keyCredential: 'key' is missing"),
    ],
)  # fmt: skip
def test_unusable_state(tmp_path: Path, state: str, words: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(state)

    ended = run("--state", str(file))

    assert ended.returncode == 1
    assert f"The state file {file} " in ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert file.read_text() == state


WRONG_OPTIONS: list[tuple[tuple[str, ...], int, str]] = [
    (("--tenant-id", "contoso.com"), 2, "'contoso.com' is not a GUID"),
    (("--port", "65536"), 2, "'65536' is not a port"),
    (("--port", "http"), 2, "'http' is not a port"),
    (("--host", "0.0.0.0"), 2, "'0.0.0.0' is not a loopback address"),
    (("--host", "127.0.0.2"), 2, "'127.0.0.2' is not a loopback address that its certificate names"),
    (("--host", "example.com"), 2, "'example.com' is not a loopback address"),
    (("--cert", "x.pem"), 2, "unrecognized arguments: --cert x.pem"),
    (("--subject", "x"), 1, "--trust-issuer and --subject belong together"),
    (("--trust-issuer", "{folder}/none.pem"), 1, "--trust-issuer and --subject belong together"),
    (("--certificate", "{folder}/none.pem"), 1, "none.pem: the file cannot be read: No such file or directory"),
    (("--certificate", "{folder}"), 1, "the file cannot be read: Is a directory"),
    (("--certificate", "{folder}/text.pem"), 1, "there is no certificate in it"),
    (("--certificate", "{folder}/broken.pem"), 1, "there is no certificate in it"),
    (("--trust-issuer", "{folder}/text.pem", "--subject", "x"), 1, "--trust-issuer {folder}/text.pem: there is no"),
    (("--env-file", "{folder}/none/tenant.env"), 1, "The environment file {folder}/none/tenant.env cannot be written"),
    (("--state", "{folder}/none/state.json"), 1, "The state file {folder}/none/state.json cannot be written"),
    (("--state", "{folder}"), 1, "The state file {folder} cannot be read"),
]


@pytest.mark.parametrize(("options", "code", "words"), WRONG_OPTIONS, ids=lambda each: str(each))
def test_wrong_options(tmp_path: Path, options: tuple[str, ...], code: int, words: str) -> None:
    (tmp_path / "text.pem").write_text("hello")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    filled = [each.replace("{folder}", str(tmp_path)) for each in options]

    ended = run(*filled, env={"TMPDIR": str(temporary)})

    assert (ended.returncode, ended.stdout) == (code, "")
    assert words.replace("{folder}", str(tmp_path)) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(temporary.iterdir()) == []


def test_port_in_use(tmp_path: Path) -> None:
    with TenantProcess.start(tmp_path / "first") as tenant:
        port = tenant.url.rpartition(":")[2]
        with pytest.raises(TenantStartError, match=rf"Port {port} of 127\.0\.0\.1 cannot be used: Address already"):
            TenantProcess.start(tmp_path / "second", "--port", port)
        assert tenant.statistics()["tokenRequests"] == 0


def test_help_names_every_option() -> None:
    printed = run("--help")

    assert printed.returncode == 0
    for option in ("--port", "--host", "--env-file", "--certificate", "--trust-issuer", "--subject", "--state"):
        assert option in printed.stdout


def test_command_needs_no_web_framework_to_explain_itself() -> None:
    """So that a caller can say which extra is missing."""
    script = (
        "import sys; sys.modules['starlette'] = sys.modules['uvicorn'] = sys.modules['jwt'] = None\n"
        "from tenant.cli import main\n"
        "try:\n    main(['--port', '0'])\n"
        "except ModuleNotFoundError as error:\n    print('missing', error.name)\n"
    )

    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ended.stdout.startswith("missing ")
