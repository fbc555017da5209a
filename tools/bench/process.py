"""The provider's own process: from its start to the end of a plan, with and without signing in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from tools.bench.measuring import ROOT, Row, interleaved, row, timed

PYTHON = str(ROOT / ".venv/bin/python")
PLUGIN = str(ROOT / ".build/bin/terraform-provider-microsoft365")
FLOOR = [PYTHON, "-c", "import grpc; from cryptography import x509"]
PASSWORD = "bench"

CONFIGURATION = """\
terraform {
  required_providers {
    microsoft365 = { source = "registry.terraform.io/local/microsoft365" }
  }
}
provider "microsoft365" {}
data "microsoft365_client_config" "current" {}
output "tenant" { value = data.microsoft365_client_config.current.tenant_id }
"""

OURS = """\
import os
from provider.framework.cancellation import CancelToken
from provider.framework.msgpack import encode
from provider.main import make_provider
from provider.protocol.calls import answer
from provider.protocol.rpcs import RPCS
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb
provider = make_provider()
config = pb.DynamicValue(msgpack=encode({}))
request = pb.ConfigureProvider.Request(terraform_version="1.11.4", config=config)
session = Session(provider)
answer(session, RPCS["ConfigureProvider"], request.SerializeToString(), CancelToken())
assert session.configured.meta.credential.token().value
"""

AZURE_IDENTITY = """\
import os
from urllib.parse import urlsplit
from azure.identity import CertificateCredential
credential = CertificateCredential(
    os.environ["M365_TENANT_ID"],
    os.environ["M365_CLIENT_ID"],
    certificate_path=os.environ["M365_CLIENT_CERTIFICATE_FILE_PATH"],
    password=os.environ["M365_CLIENT_CERTIFICATE_PASSWORD"],
    authority=urlsplit(os.environ["M365_AUTHORITY_URL"]).netloc,
    disable_instance_discovery=True,
    connection_verify=os.environ["M365_CA_CERTIFICATE_FILE"],
)
assert credential.get_token("https://graph.microsoft.com/.default").token
"""


def handshake(environment: Mapping[str, str]) -> float:
    """Return the seconds from the start of the plugin to its handshake line."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [PLUGIN], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    taken = time.perf_counter() - begin
    process.terminate()
    process.wait()
    process.stdout.close()
    if not line.startswith(b"1|6|"):
        sys.exit(f"The plugin printed no handshake line: {line!r}")
    return taken


def host_environment() -> dict[str, str]:
    """Return what Terraform puts into the environment of a plugin, with a client certificate like its own."""
    key = ec.generate_private_key(ec.SECP521R1())
    certificate = _certificate(key, "localhost")
    return {
        **_plain(),
        "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        "PLUGIN_PROTOCOL_VERSIONS": "6,5",
        "PLUGIN_CLIENT_CERT": certificate.public_bytes(Encoding.PEM).decode(),
    }


def _certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def _plain() -> dict[str, str]:
    foreign = ("M365_", "AZURE_", "ARM_", "TF_", "PYTHON", "REQUESTS_", "SSL_", "PLUGIN_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def make_client(folder: Path, bits: int) -> tuple[Path, Path]:
    """Make a client certificate; return the paths of its PKCS#12 file and of its public part."""
    key = rsa.generate_private_key(65537, bits)
    certificate = _certificate(key, f"bench {bits}")
    pfx, public = folder / f"rsa{bits}.pfx", folder / f"rsa{bits}.pem"
    encryption = BestAvailableEncryption(PASSWORD.encode())
    pfx.write_bytes(pkcs12.serialize_key_and_certificates(b"bench", key, certificate, None, encryption))
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    return pfx, public


def start_tenant(folder: Path, certificates: list[Path]) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """Start the simulated tenant for `certificates`; return it with the variables that it wrote."""
    written = folder / "tenant.env"
    command = [PYTHON, "-m", "tenant", "--env-file", str(written)]
    for certificate in certificates:
        command += ["--certificate", str(certificate)]
    process = subprocess.Popen(command, cwd=ROOT, env=_plain(), stdout=subprocess.DEVNULL)
    while not written.exists():
        if process.poll() is not None:
            sys.exit("The simulated tenant did not start.")
        time.sleep(0.05)
    return process, dict(re.findall(r"^export (\w+)='(.*)'$", written.read_text(), re.MULTILINE))


def plan(cli: str, environment: Mapping[str, str], folder: Path, *, less_configure: bool) -> float:
    """Return the seconds of a plan, on request less those of its ConfigureProvider."""
    log = folder / "provider.log"
    log.unlink(missing_ok=True)
    logged = {**environment, "TF_LOG_PROVIDER": "DEBUG", "TF_LOG_PATH": str(log)} if less_configure else environment
    taken = timed([cli, "plan", "-input=false"], logged, folder)
    if not less_configure:
        return taken
    found = re.findall(r"ConfigureProvider took ([0-9.]+) s", log.read_text())
    if len(found) != 1:
        sys.exit(f"One ConfigureProvider was expected in the log, found {len(found)}.")
    return taken - float(found[0])


def peak_memory(cli: str, environment: Mapping[str, str], folder: Path) -> float:
    """Return the most memory, in MiB, that one provider process held while it signed in and was read from."""
    process = subprocess.Popen([PLUGIN, "--debug"], env=_plain() | dict(environment), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    reattach = ""
    while not reattach:
        if found := re.search(r"TF_REATTACH_PROVIDERS='(.*)'", process.stdout.readline()):
            reattach = found[1]
    timed([cli, "plan", "-input=false"], {**environment, "TF_REATTACH_PROVIDERS": reattach}, folder)
    process.send_signal(signal.SIGTERM)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    process.stdout.close()
    return usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def rows(runs: int) -> list[Row]:
    """Measure every row."""
    cli = os.environ.get("TERRAFORM") or "terraform"
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    clients = {bits: make_client(folder, bits) for bits in (2048, 4096)}
    tenant, variables = start_tenant(folder, [public for _, public in clients.values()])
    try:
        (folder / "main.tf").write_text(CONFIGURATION)
        signed_out = {**_plain(), "TF_CLI_CONFIG_FILE": str(ROOT / ".build/terraform.rc"), "CHECKPOINT_DISABLE": "1"}
        signed_in = {
            bits: {
                **signed_out,
                **variables,
                "M365_CLIENT_CERTIFICATE_FILE_PATH": str(pfx),
                "M365_CLIENT_CERTIFICATE_PASSWORD": PASSWORD,
            }
            for bits, (pfx, _) in clients.items()
        }
        timed([cli, "init", "-input=false"], signed_out, folder)
        return _rows(runs, cli, folder, signed_out, signed_in)
    finally:
        tenant.terminate()
        tenant.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _rows(
    runs: int, cli: str, folder: Path, signed_out: dict[str, str], signed_in: dict[int, dict[str, str]]
) -> list[Row]:
    host = host_environment()

    def floor() -> float:
        return timed(FLOOR, _plain(), folder)

    def process(code: str, bits: int) -> Callable[[], float]:
        return lambda: timed([PYTHON, "-c", code], signed_in[bits], folder)

    start, validated, unsigned, plan2048, plan4096, floors = interleaved(
        runs,
        lambda: handshake(host),
        lambda: timed([cli, "validate"], signed_out, folder),
        lambda: plan(cli, signed_in[2048], folder, less_configure=True),
        lambda: plan(cli, signed_in[2048], folder, less_configure=False),
        lambda: plan(cli, signed_in[4096], folder, less_configure=False),
        floor,
    )
    found = [
        row("handshake", start, floors, 1.2),
        row("validate", validated, floors, 3.4),
        row("plan_without_sign_in", unsigned, floors, 5.0),
        row("plan_rsa2048", plan2048, floors, None),
        row("plan_rsa4096", plan4096, floors, None),
    ]
    for bits in (2048, 4096):
        ours, theirs = interleaved(runs, process(OURS, bits), process(AZURE_IDENTITY, bits))
        found.append(row(f"sign_in_rsa{bits}", ours, theirs, 1.0))
    memory = median(peak_memory(cli, signed_in[2048], folder) for _ in range(3))
    return [*found, Row("memory", round(memory, 1), "MiB", None, None, 80)]
