"""Certificates made for tests: files as an administrator has them, and the values inside.

RSA keys take long to make, so each process makes a key once for each size and label and uses it again. What needs two
different keys asks for two labels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where the files of one certificate lie, and what is in them."""

    pfx: Path
    """PKCS#12 with key, certificate and the rest of the chain, under `password`."""
    pem: Path
    """PEM with the certificate, its unencrypted key, then the rest of the chain."""
    public: Path
    """PEM with the certificate alone: what is uploaded to Entra."""
    password: str | None
    """The password of `pfx`; None where it has none."""
    key: rsa.RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    """Leaf first, each issuer next, the root last."""

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    @property
    def ca(self) -> x509.Certificate:
        """The root: of a self-signed certificate, itself."""
        return self.chain[-1]

    @property
    def thumbprint_sha1(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex().upper()

    @property
    def thumbprint_sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex().upper()


@cache
def rsa_key(key_size: int = 2048, label: str = "leaf") -> rsa.RSAPrivateKey:
    """Return the one RSA key of this size and label in this process."""
    del label  # It only tells keys apart.
    return rsa.generate_private_key(public_exponent=65537, key_size=key_size)


def certificate(
    subject: str,
    key: rsa.RSAPrivateKey,
    *,
    issuer: x509.Certificate | None = None,
    issuer_key: rsa.RSAPrivateKey | None = None,
    authority: bool = False,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> x509.Certificate:
    """Return a certificate for `subject` (its common name), signed by `issuer_key`, or by its own key.

    It is valid from an hour ago for a year unless `not_before` and `not_after` say otherwise.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer is not None else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now - timedelta(hours=1))
        .not_valid_after(not_after or now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(issuer_key or key, hashes.SHA256())
    )


def self_signed(
    folder: Path,
    name: str = "cert",
    *,
    key_size: int = 2048,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    password: str | None = PASSWORD,
    key_label: str = "leaf",
) -> CertificateFiles:
    """Make a self-signed certificate and write `name`.pfx, `name`.pem and `name`-public.pem into `folder`.

    Certificates with the same `key_size` and `key_label` share one key.
    """
    key = rsa_key(key_size, key_label)
    leaf = certificate(name, key, not_before=not_before, not_after=not_after)
    return write(folder, name, key, (leaf,), password)


def chain_of_three(
    folder: Path,
    name: str = "chain",
    *,
    key_size: int = 2048,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    password: str | None = PASSWORD,
    key_label: str = "leaf",
) -> CertificateFiles:
    """Make a leaf, issued by an intermediate, issued by a root, and write the same files as `self_signed`.

    The dates are the leaf's. The files hold the whole chain, root included; `ca` is the root.
    """
    key, intermediate_key, root_key = rsa_key(key_size, key_label), rsa_key(2048, "intermediate"), rsa_key(2048, "root")
    root = certificate(f"{name} root", root_key, authority=True)
    intermediate = certificate(
        f"{name} intermediate", intermediate_key, issuer=root, issuer_key=root_key, authority=True
    )
    leaf = certificate(
        name, key, issuer=intermediate, issuer_key=intermediate_key, not_before=not_before, not_after=not_after
    )
    return write(folder, name, key, (leaf, intermediate, root), password)


def write(
    folder: Path, name: str, key: rsa.RSAPrivateKey, chain: tuple[x509.Certificate, ...], password: str | None
) -> CertificateFiles:
    """Write `name`.pfx, `name`.pem and `name`-public.pem with this key and chain into `folder`."""
    files = CertificateFiles(
        pfx=folder / f"{name}.pfx",
        pem=folder / f"{name}.pem",
        public=folder / f"{name}-public.pem",
        password=password,
        key=key,
        chain=chain,
    )
    encryption: KeySerializationEncryption = NoEncryption()
    if password:
        encryption = BestAvailableEncryption(password.encode())
    files.pfx.write_bytes(
        pkcs12.serialize_key_and_certificates(name.encode(), key, chain[0], chain[1:] or None, encryption)
    )
    certificates = [each.public_bytes(Encoding.PEM) for each in chain]
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files.pem.write_bytes(b"".join([certificates[0], private, *certificates[1:]]))
    files.public.write_bytes(certificates[0])
    return files
