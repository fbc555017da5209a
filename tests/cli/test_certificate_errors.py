"""What is said of a certificate that cannot be used, and of a file that cannot be read."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from cryptography.x509.oid import NameOID

from tests.certificates import PASSWORD, self_signed
from tests.cli.capabilities import WITHOUT_OVERRIDE
from tests.cli.configuration import block, configuration
from tests.cli.conftest import MakeTerraform
from tests.cli.diagnostics import require_one_error

GUID = "11111111-1111-1111-1111-111111111111"
WRONG = "Tr0ub4dor&3"
KEPT = Path(__file__).parent.parent / "auth/files"
NEEDED = "Needed is one file with the certificate and its private key: PKCS#12 (.pfx, .p12) or PEM."
JOIN = "openssl pkcs12 -export -inkey key.pem -in cert.pem -out cert.pfx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file, the password that is given with it, and what is said; `{folder}` stands for where the files are."""

    file: str
    says: tuple[str, ...]
    password: str | None = None
    about: str = "client_certificate"


ROWS: dict[str, Row] = {
    "no file": Row(
        file="{folder}/nowhere/cert.pfx",
        says=(
            "The client certificate does not exist",
            "There is no file {folder}/nowhere/cert.pfx.",
            "A relative path starts at the working directory, which is {working}.",
        ),
    ),
    "no file at a relative path": Row(
        file="certs/../cert.pfx", says=("There is no file {working}/certs/../cert.pfx.",)
    ),
    "a folder": Row(
        file="{folder}", says=("The client certificate is a folder", "{folder} is a folder. Name the certificate file")
    ),
    "a file that may not be read": Row(
        file="{folder}/closed.pfx",
        says=(
            "The client certificate cannot be read",
            f"The user that runs Terraform (user id {os.getuid()}) may not read {{folder}}/closed.pfx.",
        ),
    ),
    "a file in a folder that may not be entered": Row(
        file="{folder}/closed/cert.pfx",
        says=("The client certificate cannot be read", "may not read {folder}/closed/cert.pfx", "the folders above it"),
    ),
    "a certificate without its key": Row(
        file="{folder}/own-public.pem",
        says=("The private key is missing", "holds a certificate, but not its private key", NEEDED, JOIN),
    ),
    "a key without its certificate": Row(
        file="{folder}/key.pem",
        says=("The certificate is missing", "holds a private key, but no certificate", NEEDED, JOIN),
    ),
    "PKCS#7": Row(file="{folder}/own.p7b", says=("A PKCS#7 file holds no private key", "openssl pkcs7", JOIN)),
    "a Java key store": Row(
        file=str(KEPT / "keytool.jks"),
        password="unused",
        says=("A Java key store cannot be read", "keytool -importkeystore"),
    ),
    "an SSH key": Row(
        file=str(KEPT / "ssh_rsa"), says=("An SSH key is not a certificate", "openssl req -x509 -newkey rsa:3072")
    ),
    "text": Row(file="{folder}/note.txt", says=("A text file is not a certificate", "-----BEGIN", JOIN)),
    "base64 text": Row(
        file="{folder}/base64.txt",
        says=("The certificate is base64 text", "openssl base64 -d -A", "client_certificate_data"),
    ),
    "an empty file": Row(file="{folder}/empty.pfx", says=("The certificate data is empty", NEEDED)),
    "the wrong password": Row(
        file="{folder}/own.pfx",
        password=WRONG,
        about="client_certificate_password",
        says=(
            "The password of the certificate is wrong",
            "was set when the certificate was exported",
            "openssl pkcs12 -info",
        ),
    ),
    "no password": Row(
        file="{folder}/own.pfx",
        says=(
            "The certificate needs a password",
            "none is given",
            "entra_id_options.client_certificate_password or the variable M365_CLIENT_CERTIFICATE_PASSWORD",
        ),
    ),
    "a changed byte": Row(
        file="{folder}/changed.pfx",
        password=PASSWORD,
        says=("The certificate data is damaged", "Its password is right", "Copy it again"),
    ),
    "a file cut short": Row(
        file="{folder}/short.pfx",
        password=PASSWORD,
        says=("The certificate data is damaged", "It is cut short", "No password can mend that"),
    ),
    "another certificate's key": Row(
        file="{folder}/mixed.pem",
        says=(
            "The private key belongs to another certificate",
            '"CN=own"',
            "RSA, 2048 bits",
            "openssl x509 -in cert.pem -noout -pubkey",
        ),
    ),
    "an EC key": Row(file="{folder}/ec.pem", says=("The key is not an RSA key", "EC, curve secp256r1", "rsa:3072")),
    "a small key": Row(
        file="{folder}/small.pfx", password=PASSWORD, says=("The key is too small", "has 1024 bits", "2048", "rsa:3072")
    ),
    "an expired certificate": Row(
        file="{folder}/expired.pfx",
        password=PASSWORD,
        says=("The certificate has expired", '"CN=expired" was valid until {expired}', "it is now 20", "upload it"),
    ),
    "a certificate of the future": Row(
        file="{folder}/coming.pfx",
        password=PASSWORD,
        says=("The certificate is not valid yet", '"CN=coming" is valid from {coming}', "clock of this machine"),
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def facts(folder: Path) -> Mapping[str, str]:
    """Make the files, and return what the rows' placeholders stand for."""
    now = datetime.now(UTC).replace(microsecond=0)
    own, other = self_signed(folder, "own"), self_signed(folder, "other", key_label="other", password=None)
    expired, coming = now - timedelta(days=2), now + timedelta(days=2)
    self_signed(folder, "expired", not_before=now - timedelta(days=9), not_after=expired)
    self_signed(folder, "coming", not_before=coming, not_after=now + timedelta(days=9))
    self_signed(folder, "small", key_size=1024)
    key = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    whole = own.pfx.read_bytes()
    # There the encrypted key is.
    place = len(whole) * 3 // 4
    contents = {
        "key.pem": key,
        "own.p7b": serialize_certificates([own.certificate], Encoding.DER),
        "note.txt": b"Ask the security team for the certificate.\n",
        "base64.txt": base64.encodebytes(whole),
        "empty.pfx": b"",
        "changed.pfx": whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
        "short.pfx": whole[:place],
        "mixed.pem": own.public.read_bytes()
        + other.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "ec.pem": elliptic(),
        "closed.pfx": whole,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "closed.pfx").chmod(0)
    (folder / "closed").mkdir(mode=0)
    return {
        "folder": str(folder),
        "expired": f"{expired:%Y-%m-%d %H:%M:%S} UTC",
        "coming": f"{coming:%Y-%m-%d %H:%M:%S} UTC",
    }


def elliptic() -> bytes:
    """Return an EC certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ec")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("name", ROWS)
def test_file_named_in_the_block(make_terraform: MakeTerraform, facts: Mapping[str, str], name: str) -> None:
    row = ROWS[name]
    terraform = make_terraform({"M365_CLIENT_ID": GUID})
    terraform.wrapper = WITHOUT_OVERRIDE
    filled = {**facts, "working": str(terraform.folder)}
    options: dict[str, object] = {"client_certificate": row.file.format_map(filled)}
    if row.password is not None:
        options["client_certificate_password"] = row.password
    terraform.write(configuration(block(tenant_id=GUID, auth_method="client_certificate", entra_id_options=options)))

    result = terraform.plan(check=False)

    require_one_error(result, [each.format_map(filled) for each in row.says])
    assert f"entra_id_options.{row.about}" in result.said, result.output
    # The block's line, or, from newer versions of Terraform, that of the attribute inside it.
    assert re.search(r'on main\.tf line \d+, in provider "microsoft365"', result.said)
    assert WRONG not in result.output


INLINE = ("entra_id_options.client_certificate_data",)
VARIABLES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "a file": (
        {"M365_CLIENT_CERTIFICATE_FILE_PATH": "{folder}/key.pem"},
        (
            "The certificate is missing",
            "File: {folder}/key.pem",
            "The value of entra_id_options.client_certificate comes from the environment variable",
            "environment variable M365_CLIENT_CERTIFICATE_FILE_PATH.",
        ),
    ),
    "the password": (
        {"M365_CLIENT_CERTIFICATE_FILE_PATH": "{folder}/own.pfx", "M365_CLIENT_CERTIFICATE_PASSWORD": WRONG},
        (
            "The password of the certificate is wrong",
            "The value of entra_id_options.client_certificate_password comes from the environment variable",
            "environment variable M365_CLIENT_CERTIFICATE_PASSWORD.",
        ),
    ),
    "the certificate itself": (
        {"M365_CLIENT_CERTIFICATE_DATA": "{public}"},
        (
            "The private key is missing",
            "The value of entra_id_options.client_certificate_data comes from the environment variable",
            "environment variable M365_CLIENT_CERTIFICATE_DATA.",
        ),
    ),
    "a path where the certificate belongs": (
        {"M365_CLIENT_CERTIFICATE": "{folder}/own.pfx"},
        (
            "The certificate data cannot be decoded",
            "openssl base64 -A -in cert.pfx",
            "comes from the environment variable M365_CLIENT_CERTIFICATE.",
        ),
    ),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variable(make_terraform: MakeTerraform, facts: Mapping[str, str], folder: Path, name: str) -> None:
    variables, says = VARIABLES[name]
    filled = {**facts, "public": (folder / "own-public.pem").read_text(encoding="ascii")}
    base = {"M365_TENANT_ID": GUID, "M365_CLIENT_ID": GUID, "M365_AUTH_METHOD": "client_certificate"}
    terraform = make_terraform({**base, **{key: value.format_map(filled) for key, value in variables.items()}})
    terraform.write(configuration())

    result = terraform.plan(check=False)

    require_one_error(result, [each.format_map(filled) for each in says])
    assert WRONG not in result.output
