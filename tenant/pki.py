"""Certificates of the tenant's own: the authority and server certificate of a run, and a client certificate to try.

The TLS keys are elliptic because those are made in no time; what signs assertions and tokens is RSA, as in Entra.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

SERVER_NAMES = ("localhost",)
SERVER_ADDRESSES = ("127.0.0.1", "::1")
_LIFETIME = timedelta(days=365)
# A client on another machine's clock, or in a container, may be a little behind.
_BACKDATED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """Where the TLS files of a run lie."""

    ca_certificate: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A client certificate with its key, as an administrator would have it."""

    certificate: x509.Certificate
    pfx: Path
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The RSA key that signs access tokens, with the certificate that the key set publishes."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, signs_data: bool, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_data,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def make_server_files(folder: Path) -> ServerFiles:
    """Make an authority and a server certificate for localhost, 127.0.0.1 and ::1, and write them into `folder`.

    The authority's key is forgotten at once: it signs this one certificate.
    """
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name(f"Simulated tenant authority {secrets.token_hex(4)}")
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_data=False, signs_certificates=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in SERVER_NAMES]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in SERVER_ADDRESSES]
    certificate = (
        _builder(_name("Simulated tenant"), ca_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_data=True, signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    files = ServerFiles(folder / "ca.pem", folder / "server.pem", folder / "server-key.pem")
    files.ca_certificate.write_bytes(ca.public_bytes(Encoding.PEM))
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    _write_private(files.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def make_client_certificate(folder: Path, common_name: str) -> ClientCertificate:
    """Make a self-signed client certificate and write it, with its key, as PKCS#12 under a fresh password."""
    made = _self_signed(common_name)
    password = secrets.token_urlsafe(24)
    pfx = folder / "client.pfx"
    encryption = BestAvailableEncryption(password.encode())
    content = pkcs12.serialize_key_and_certificates(common_name.encode(), made.key, made.certificate, None, encryption)
    _write_private(pfx, content)
    return ClientCertificate(made.certificate, pfx, password)


def make_signing_key() -> SigningKey:
    """Make the key and certificate that sign access tokens."""
    return _self_signed("Simulated tenant token signing")


def _self_signed(common_name: str) -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = _name(common_name)
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_data=True, signs_certificates=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    return SigningKey(key, certificate)


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
