"""Trust by subject name and issuer: the chain in `x5c`, from `--trust-issuer` and `--subject`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.certificates import CertificateFiles, certificate, chain_of_three, rsa_key
from tests.tenant.assertions import thumbprints, x5c
from tests.tenant.client import Client
from tests.tenant_process import TenantProcess

if TYPE_CHECKING:
    from pathlib import Path

NAME = "app.contoso.example"


@dataclass(frozen=True, slots=True)
class Setting:
    client: Client
    files: CertificateFiles


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = tmp_path_factory.mktemp("sni")
    files = chain_of_three(folder, NAME)
    ca = folder / "ca.pem"
    ca.write_bytes(files.ca.public_bytes(Encoding.PEM))
    options = ("--trust-issuer", str(ca), "--subject", "other.contoso.example", "--subject", NAME.upper())
    with TenantProcess.start(folder, *options) as tenant, Client(tenant) as client:
        yield Setting(client, files)


def ask(setting: Setting, chain: Sequence[x509.Certificate], **header: Any) -> tuple[int, list[int] | None]:
    """Sign in as the first certificate of `chain` with the chain in `x5c`; return status and codes."""
    leaf = replace(setting.files, chain=tuple(chain))
    sent = {**thumbprints(leaf.certificate), "x5c": x5c(chain), **header}
    answer = setting.client.ask_token(setting.client.form(leaf, header=sent))
    return answer.status_code, answer.json().get("error_codes")


def issued(
    name: str = NAME,
    *,
    below: x509.Certificate,
    key: rsa.RSAPrivateKey | None = None,
    alternative: Sequence[str] = (),
    **options: Any,
) -> x509.Certificate:
    """Return a certificate for the leaf's key, unless another is given, signed by the key that belongs to `below`."""
    issuer_key = rsa_key(2048, "intermediate" if "intermediate" in below.subject.rfc4514_string() else "root")
    if not alternative:
        return certificate(name, key or rsa_key(2048, "leaf"), issuer=below, issuer_key=issuer_key, **options)
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(below.subject)
        .public_key(rsa_key(2048, "leaf").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in alternative]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO: dict[str, Any] = {"not_before": NOW - timedelta(days=9), "not_after": NOW - timedelta(days=2)}
Chain = Callable[[CertificateFiles], Sequence[x509.Certificate]]


def _intermediate(files: CertificateFiles, **options: Any) -> x509.Certificate:
    return issued(
        "the intermediate", below=files.ca, key=rsa_key(2048, "intermediate"), **{"authority": True, **options}
    )


def _below(intermediate: x509.Certificate, **options: Any) -> list[x509.Certificate]:
    return [issued(below=intermediate, **options), intermediate]


def _signed_by_stranger(files: CertificateFiles) -> list[x509.Certificate]:
    """A leaf that names the intermediate as its issuer, signed by another key."""
    stranger = rsa_key(2048, "root")
    return [certificate(NAME, rsa_key(2048, "leaf"), issuer=files.chain[1], issuer_key=stranger), *files.chain[1:]]


def _too_long(files: CertificateFiles) -> list[x509.Certificate]:
    """Two authorities below one that allows none below itself."""
    upper = _constrained(files)
    lower = certificate(
        "lower intermediate",
        rsa_key(2048, "intermediate"),
        issuer=upper,
        issuer_key=rsa_key(2048, "intermediate"),
        authority=True,
    )
    return [issued(below=lower), lower, upper]


def _constrained(files: CertificateFiles) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "constrained intermediate")]))
        .issuer_name(files.ca.subject)
        .public_key(rsa_key(2048, "intermediate").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(rsa_key(2048, "root"), hashes.SHA256())
    )


def _not_for_certificates(files: CertificateFiles) -> x509.Certificate:
    usage = {
        name: name == "digital_signature"
        for name in (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        )
    }
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signing intermediate")]))
        .issuer_name(files.ca.subject)
        .public_key(rsa_key(2048, "intermediate").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(rsa_key(2048, "root"), hashes.SHA256())
    )


CHAINS: dict[str, tuple[Chain, int | None]] = {
    "three levels": (lambda f: f.chain, None),
    "without the root": (lambda f: f.chain[:2], None),
    "root before intermediate": (lambda f: (f.chain[0], f.chain[2], f.chain[1]), None),
    "directly below the root": (lambda f: [issued(below=f.ca)], None),
    "name among the alternative names": (
        lambda f: [issued("another", below=f.ca, alternative=("x.example", "other.contoso.example"))],
        None,
    ),
    "one authority below a constrained one": (lambda f: _below(_constrained(f)), None),
    "intermediate missing": (lambda f: f.chain[:1], 7000213),
    "self-signed": (lambda f: [certificate(NAME, rsa_key(2048, "leaf"))], 7000213),
    "signed by a stranger": (_signed_by_stranger, 7000213),
    "root of a stranger": (
        lambda f: [issued(below=certificate("root", rsa_key(2048, "root"), authority=True))],
        7000213,
    ),
    "intermediate expired": (lambda f: _below(_intermediate(f, **LONG_AGO)), 7000213),
    "intermediate is no authority": (lambda f: _below(_intermediate(f, authority=False)), 7000213),
    "intermediate may not sign certificates": (lambda f: _below(_not_for_certificates(f)), 7000213),
    "path too long": (_too_long, 7000213),
    "leaf expired": (lambda f: [issued(below=f.ca, **LONG_AGO)], 1000502),
    "another name": (lambda f: [issued("evil.example", below=f.ca)], 700030),
    "name that only starts alike": (lambda f: [issued(f"{NAME}.evil.example", below=f.ca)], 700030),
}


@pytest.mark.parametrize("name", CHAINS)
def test_chain(setting: Setting, name: str) -> None:
    chain, code = CHAINS[name]

    answer = ask(setting, chain(setting.files))

    assert answer == ((200, None) if code is None else (401, [code]))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"x5c": []}, 7000213),
        ({"x5c": "MIIC"}, 7000213),
        ({"x5c": ["%%%"]}, 7000213),
        ({"x5c": [42]}, 7000213),
        ({"x5c": [base64.b64encode(b"no certificate").decode()]}, 7000213),
        ({"x5t": "AAAA"}, 700027),
    ],
)
def test_broken_header(setting: Setting, header: dict[str, Any], code: int) -> None:
    assert ask(setting, setting.files.chain, **header) == (401, [code])


def test_signature_is_by_the_first_certificate(setting: Setting) -> None:
    stranger = replace(setting.files, key=rsa_key(2048, "root"))
    header = {**thumbprints(setting.files.certificate), "x5c": x5c(setting.files.chain)}

    answer = setting.client.ask_token(setting.client.form(setting.files, header=header, signed_by=stranger))

    assert (answer.status_code, answer.json()["error_codes"]) == (401, [700027])


def test_certificate_may_be_renewed_without_registering(setting: Setting) -> None:
    renewed = issued(below=setting.files.chain[1])
    assert renewed != setting.files.certificate

    assert ask(setting, [renewed, *setting.files.chain[1:]]) == (200, None)


def test_environment_names_no_certificate(setting: Setting) -> None:
    assert not [name for name in setting.client.tenant.environment if "CLIENT_CERTIFICATE" in name]


def test_registered_certificate_beside_trust(tmp_path: Path) -> None:
    files = chain_of_three(tmp_path, NAME)
    ca = tmp_path / "ca.pem"
    ca.write_bytes(files.ca.public_bytes(Encoding.PEM))
    options = ("--trust-issuer", str(ca), "--subject", NAME, "--certificate", str(files.public))
    with TenantProcess.start(tmp_path, *options) as tenant, Client(tenant) as client:
        assert client.ask_token(client.form(files)).status_code == 200
