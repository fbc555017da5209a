"""The keys and certificates that a file held, and which of them belong together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from provider.auth.certificate.file_kinds import CERTIFICATE_ONLY, EXPORT, KEY_ONLY
from provider.auth.certificate.problem import CertificateError

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

MAX_CERTIFICATES: Final = 200
MIN_BITS: Final = 2048
# OpenSSL does not verify signatures of larger keys.
MAX_BITS: Final = 16384

UNREADABLE: Final = (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError, x509.InvalidVersion)
"""What the readers of `cryptography` raise for what they cannot read."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file held."""

    keys: tuple[PrivateKeyTypes, ...] = field(repr=False)
    certificates: tuple[x509.Certificate, ...]
    validated: bool
    """Whether `cryptography` has validated the numbers of RSA keys."""


def pair(contents: Contents, now: datetime) -> tuple[rsa.RSAPrivateKey, tuple[x509.Certificate, ...]]:
    """Return the one key that can sign in, and the certificates made for it, the best first.

    The best is one that is valid at `now`, then the one that is valid longest.

    Raises:
        CertificateError: There is no pair of key and certificate, or more than one; the key is not RSA, too small or
            not sound.
    """
    if not contents.keys:
        raise CERTIFICATE_ONLY.error()
    if not contents.certificates:
        raise KEY_ONLY.error()
    if len(contents.certificates) > MAX_CERTIFICATES:
        raise CertificateError(
            "too_many_certificates",
            "Too many certificates",
            f"The certificate data holds {len(contents.certificates)} certificates; at most {MAX_CERTIFICATES} are "
            f"read. Keep the certificate, its key and the certificates of its issuers: {EXPORT}.",
        )
    pairs = [(key, found) for key in _distinct(contents.keys) if (found := _made_for(key, contents.certificates, now))]
    if len(pairs) > 1:
        raise _several(pairs)
    if not pairs:
        raise _mismatch(contents)
    key, certificates = pairs[0]
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _not_rsa(key)
    if not MIN_BITS <= key.key_size <= MAX_BITS:
        raise CertificateError(
            "key_size",
            "The key is too small" if key.key_size < MIN_BITS else "The key is too large",
            f"The RSA key has {key.key_size} bits; it must have {MIN_BITS} to {MAX_BITS}. Make a new certificate, and "
            "upload it to Entra ID: "
            'openssl req -x509 -newkey rsa:3072 -keyout key.pem -out cert.pem -days 365 -subj "/CN=terraform".',
        )
    if not contents.validated and not _sound(key):
        raise CertificateError(
            "damaged",
            "The private key is damaged",
            "The numbers of the RSA key do not fit together, although its public half is that of the certificate. "
            "Take the key from a copy, or make a new certificate.",
        )
    return key, certificates


def public_key(certificate: x509.Certificate) -> object:
    """Return the certificate's public key, or None where it is of a kind that `cryptography` does not read."""
    try:
        return certificate.public_key()
    except UNREADABLE:
        return None


def described(certificate: x509.Certificate) -> str:
    """Return one line by which an administrator knows this certificate."""
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - an identifier
    return f'"{subject(certificate)}" (thumbprint {thumbprint}, valid until {certificate.not_valid_after_utc:%Y-%m-%d})'


def subject(certificate: x509.Certificate) -> str:
    """Return the subject in the form of RFC 4514; what cannot be read of it is said so."""
    try:
        return printable(certificate.subject.rfc4514_string())
    except UNREADABLE:
        return "unreadable subject"


def printable(text: str) -> str:
    """Return the text without what could act on a terminal: it comes from the file."""
    return "".join(character if character.isprintable() else "?" for character in text)


def kind_of(key: object) -> str:
    """Return the kind of a private or public key, as people name it."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return f"RSA, {key.key_size} bits"
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        return f"EC, curve {key.curve.name}"
    name = type(key).__name__.removesuffix("PrivateKey").removesuffix("PublicKey")
    return "of an unknown kind" if key is None else name


def _distinct(keys: tuple[PrivateKeyTypes, ...]) -> list[PrivateKeyTypes]:
    distinct: list[PrivateKeyTypes] = []
    for key in keys:
        if not any(_same(key.public_key(), other.public_key()) for other in distinct):
            distinct.append(key)
    return distinct


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _made_for(
    key: PrivateKeyTypes, certificates: tuple[x509.Certificate, ...], now: datetime
) -> tuple[x509.Certificate, ...]:
    own = key.public_key()
    found = [each for each in dict.fromkeys(certificates) if _same(public_key(each), own)]

    def rank(each: x509.Certificate) -> tuple[bool, datetime]:
        return each.not_valid_before_utc <= now <= each.not_valid_after_utc, each.not_valid_after_utc

    return tuple(sorted(found, key=rank, reverse=True))


def _several(pairs: list[tuple[PrivateKeyTypes, tuple[x509.Certificate, ...]]]) -> CertificateError:
    listed = "; ".join(f"{number}. {described(found[0])}" for number, (_, found) in enumerate(pairs, 1))
    return CertificateError(
        "several_key_pairs",
        "More than one certificate with a key",
        f"The certificate data holds {len(pairs)} certificates that have their private key, and nothing says which "
        f"one is meant: {listed}. Keep one of them: {EXPORT}.",
    )


def _mismatch(contents: Contents) -> CertificateError:
    keys = _distinct(contents.keys)
    if not any(isinstance(key, rsa.RSAPrivateKey) for key in keys):
        return _not_rsa(keys[0])
    shown = "; ".join(
        f"{described(each)} has another key ({kind_of(public_key(each))})" for each in contents.certificates[:5]
    )
    return CertificateError(
        "key_mismatch",
        "The private key belongs to another certificate",
        f"The certificate data holds a private key ({kind_of(keys[0])}), but no certificate made for it: {shown}. "
        f"Join the certificate with the key that it was made with: {EXPORT}. The two belong together when these "
        "print the same: openssl x509 -in cert.pem -noout -pubkey, openssl pkey -in key.pem -pubout.",
    )


def _not_rsa(key: object) -> CertificateError:
    return CertificateError(
        "not_rsa",
        "The key is not an RSA key",
        f"The private key is {kind_of(key)}. Entra ID accepts only RSA keys for signing in with a certificate. "
        "Make a new certificate, and upload it: "
        'openssl req -x509 -newkey rsa:3072 -keyout key.pem -out cert.pem -days 365 -subj "/CN=terraform".',
    )


def _sound(key: Any) -> bool:
    """Tell whether the numbers of an RSA key fit together, without the costly test that its factors are prime.

    That test is the greatest part of the time that loading a key takes, and guards against keys made to deceive. Here
    the public half is already known to be the certificate's. The relations of RFC 8017, section 3.2, hold for the
    rest, and a signature made with it verifies: a damaged key passes neither, and factors that were not prime would
    give false signatures.
    """
    numbers = key.private_numbers()
    p, q, d = numbers.p, numbers.q, numbers.d
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    if not (p > 2 and q > 2 and p * q == n and e > 1 and 1 < d < n):
        return False
    if (d * e % (p - 1), d * e % (q - 1)) != (1, 1):
        return False
    if (numbers.dmp1, numbers.dmq1) != (d % (p - 1), d % (q - 1)) or numbers.iqmp * q % p != 1:
        return False
    message = b"sign and verify"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    try:
        key.public_key().verify(key.sign(message, pss, hashes.SHA256()), message, pss, hashes.SHA256())
    except (*UNREADABLE, InvalidSignature):
        return False
    return True
