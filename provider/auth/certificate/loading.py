"""From the bytes of a file, or an inline text, to a certificate that can sign in."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes

from provider.auth.certificate import file_kinds, pem
from provider.auth.certificate.chain import in_order
from provider.auth.certificate.contents import described, pair, subject
from provider.auth.certificate.problem import CertificateError, Finding, Input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    from provider.auth.certificate.contents import Contents

MAX_SIZE: Final = 1024 * 1024
"""Larger data is refused at once. Real files have some kilobytes."""
EXPIRES_SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that can sign in."""

    key: rsa.RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    """Leaf first, each issuer next; the root is included where the file had it."""
    subject: str
    """The leaf's subject in the form of RFC 4514."""

    @property
    def leaf(self) -> x509.Certificate:
        return self.chain[0]

    @property
    def thumbprint_sha1(self) -> str:
        """Upper-case hexadecimal, as Entra ID shows it."""
        return self.leaf.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - an identifier

    @property
    def thumbprint_sha256(self) -> str:
        """Upper-case hexadecimal."""
        return self.leaf.fingerprint(hashes.SHA256()).hex().upper()

    @property
    def not_before(self) -> datetime:
        return self.leaf.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        return self.leaf.not_valid_after_utc

    def days_left(self, now: datetime) -> int:
        """Return the whole days until expiry; below zero once expired."""
        return (self.not_after - now).days


def load(data: bytes, password: str | None, *, now: datetime) -> tuple[ClientCertificate, tuple[Finding, ...]]:
    """Return the certificate in PKCS#12 or PEM data, and what the administrator should know of it.

    Args:
        data: The content of a file, or what `decode_inline` returned.
        password: The password of the data. One that is not needed does no harm.
        now: The time, with its zone, at which the certificate must be valid.

    Raises:
        CertificateError: The data cannot be used to sign in.
    """
    _check_size(len(data))
    secret = _password_bytes(password)
    with _silence():
        contents = _contents(data, secret)
        key, leaves = pair(contents, now)
        certificate = ClientCertificate(key, in_order(leaves[0], contents.certificates, now), subject(leaves[0]))
        others = tuple(described(each) for each in leaves[1:])
    _check_validity(certificate, now)
    return certificate, tuple(_findings(certificate, others, now))


def decode_inline(text: str) -> bytes:
    """Return the bytes for `load` from `client_certificate_data`.

    That is base64 of a certificate file, in the standard or the URL alphabet, wrapped or not; or PEM text, also where
    a variable made its line breaks into backslash and n.

    Raises:
        CertificateError: The text is neither.
    """
    _check_size(len(text) * 3 // 4)
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise file_kinds.EMPTY.error()
    if pem.is_pem(stripped):
        lines = stripped if "\n" in stripped or "\r" in stripped else stripped.replace("\\r", "").replace("\\n", "\n")
        return lines.encode(errors="replace")
    decoded = file_kinds.decoded_base64(stripped)
    if decoded is None:
        raise CertificateError(
            "not_base64",
            "The certificate data cannot be decoded",
            "It is neither base64 of a certificate file nor PEM text (with a line that starts with -----BEGIN). Make "
            "it from the file: openssl base64 -A -in cert.pfx. The path of a file belongs in client_certificate.",
        )
    return decoded


def _contents(data: bytes, password: bytes | None) -> Contents:
    if data[:1] == b"0":
        # Loaded late: PEM does not need it.
        from provider.auth.certificate import asn1, pkcs12

        if asn1.is_pkcs12(data):
            return pkcs12.read(data, password)
    text = pem.as_text(data)
    if text is not None and pem.is_pem(text):
        return pem.read(text, password)
    raise file_kinds.wrong_file(data, text)


def _check_size(size: int) -> None:
    if not size:
        raise file_kinds.EMPTY.error()
    if size > MAX_SIZE:
        raise CertificateError(
            "too_large",
            "The certificate data is too large",
            f"It has {size} bytes, more than the {MAX_SIZE} that are read; a certificate with key and chain has some "
            "thousand. See that this is the file that was meant.",
        )


def _password_bytes(password: str | None) -> bytes | None:
    if password is None:
        return None
    try:
        encoded = password.encode()
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise CertificateError(
            "wrong_password",
            "The password of the certificate is wrong",
            "It holds a character that no password can hold (a zero byte, or a byte that is not UTF-8). Write it "
            "again, in UTF-8.",
            Input.PASSWORD,
        )
    return encoded


def _check_validity(certificate: ClientCertificate, now: datetime) -> None:
    from_, until = _shown(certificate.not_before), _shown(certificate.not_after)
    if now > certificate.not_after:
        raise CertificateError(
            "expired",
            "The certificate has expired",
            f'The certificate "{certificate.subject}" was valid until {until}; it is now {_shown(now)}. Make a new '
            "certificate, upload it to the application in Entra ID, and use it here.",
        )
    if now < certificate.not_before:
        raise CertificateError(
            "not_yet_valid",
            "The certificate is not valid yet",
            f'The certificate "{certificate.subject}" is valid from {from_}; it is now {_shown(now)}. Wait until then, '
            "or make another certificate. If that date is in the past, the clock of this machine is wrong.",
        )


def _findings(certificate: ClientCertificate, others: tuple[str, ...], now: datetime) -> Iterator[Finding]:
    if certificate.not_after - now <= EXPIRES_SOON:
        days = certificate.days_left(now)
        left = {0: "less than a day", 1: "1 day"}.get(days, f"{days} days")
        yield Finding(
            "expires_soon",
            "The certificate expires soon",
            f'The certificate "{certificate.subject}" expires on {_shown(certificate.not_after)}, in {left}. Make '
            "a new one, upload it to the application in Entra ID beside the old one, and use it here before that.",
        )
    if others:
        yield Finding(
            "several_certificates",
            "More than one certificate for the key",
            f"The certificate data holds several certificates for one key. {described(certificate.leaf)} is used, and "
            f"must be the one that is uploaded to Entra ID; not used: {'; '.join(others)}.",
        )


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the warnings that `cryptography` gives of odd certificates and of BER from the terminal.

    Python's warning filters belong to the whole process: this is for one thread at a time, while the certificate loads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
