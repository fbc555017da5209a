"""Keys and certificates out of PKCS#12 (RFC 7292), and why they do not come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from provider.auth.certificate import asn1
from provider.auth.certificate.contents import UNREADABLE, Contents
from provider.auth.certificate.problem import CertificateError
from provider.auth.certificate.protection import check_cost, needs_password, wrong_password

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

_CHECK: Final = "openssl pkcs12 -info -noout -in cert.pfx"


def read(data: bytes, password: bytes | None) -> Contents:
    """Return what PKCS#12 holds.

    A password is tried first, then none: it may be one that the data does not need. None and the empty password are
    two different ones in PKCS#12; OpenSSL, below `cryptography`, tries both where none is given.

    Raises:
        CertificateError: The data is damaged, asks for too much work, needs a password, or needs another one.
    """
    envelope = _looked_at(data)
    check_cost(envelope.rounds)
    for candidate in dict.fromkeys((password or None, None)):
        loaded = _loaded(data, candidate)
        if loaded is not None:
            return _contents(loaded, envelope, candidate)
    raise _reason(envelope, password or None)


def _looked_at(data: bytes) -> asn1.Envelope:
    try:
        return asn1.envelope(data)
    except ValueError:
        pass
    declared = asn1.declared_length(data)
    if declared is not None and declared > len(data):
        found = f"It is cut short: by its own account it has {declared} bytes, and {len(data)} are there."
    else:
        found = f"It starts as PKCS#12 does, but its structure does not hold together ({len(data)} bytes)."
    raise CertificateError(
        "damaged",
        "The certificate data is damaged",
        f"{found} No password can mend that. Copy it again from where it was made, in binary mode, and compare the "
        "sizes.",
    )


def _loaded(data: bytes, password: bytes | None) -> PKCS12KeyAndCertificates | None:
    try:
        return load_pkcs12(data, password)
    except UNREADABLE:
        return None


def _contents(loaded: PKCS12KeyAndCertificates, envelope: asn1.Envelope, password: bytes | None) -> Contents:
    keys = [loaded.key] if loaded.key is not None else []
    if len(envelope.keys) > 1:
        # The first key is all that a reader of PKCS#12 gives.
        keys.extend(key for bag in envelope.keys if (key := _key(bag, password)) is not None)
    certificates = [loaded.cert, *loaded.additional_certs]
    return Contents(
        keys=tuple(keys),
        certificates=tuple(each.certificate for each in certificates if each is not None),
        validated=True,
    )


def _whole(bare: bytes) -> bool:
    """Tell whether unencrypted contents can be read, and the key, where there is one, has its certificate."""
    loaded = _loaded(bare, None)
    return loaded is not None and (loaded.key is None or loaded.cert is not None)


def _key(bag: asn1.KeyBag, password: bytes | None) -> PrivateKeyTypes | None:
    # Where no password is given, the encrypted key may be under the empty one.
    try:
        return load_der_private_key(
            bag.der, (password or b"") if bag.encrypted else None, unsafe_skip_rsa_key_validation=True
        )
    except UNREADABLE:
        return None


def _reason(envelope: asn1.Envelope, password: bytes | None) -> CertificateError:
    """Return why whole PKCS#12 does not open.

    The MAC cannot tell a wrong password from a changed byte. But each encrypted part has a key of its own, so one
    change damages one part: when another part opens, the password is right. Where nothing is encrypted and the
    contents are whole, all that the password can be wrong for is the MAC.
    """
    if envelope.encrypted:
        password_right = any(_loaded(part, password) for part in envelope.sealed) or any(
            _key(bag, password) is not None for bag in envelope.keys if bag.encrypted
        )
    else:
        password_right = not envelope.mac or not _whole(envelope.bare)
    if password_right:
        return _damaged(password)
    if password is None:
        return needs_password("certificate data" if envelope.encrypted else "check (MAC) of the certificate data")
    sure = (
        "Its structure is whole, and no part of it opens with this password."
        if len(envelope.sealed) + sum(bag.encrypted for bag in envelope.keys) > 1
        else "Its structure is whole, but with one protected part alone a wrong password and a changed byte look the "
        "same."
    )
    return wrong_password(sure, f"To try a password by hand: {_CHECK}.")


def _damaged(password: bytes | None) -> CertificateError:
    opened = "Its password is right" if password else "It needs no password"
    return CertificateError(
        "damaged",
        "The certificate data is damaged",
        f"{opened}, but its contents do not pass the check that is written with them, or cannot be read: bytes were "
        "changed on the way, or they are of a kind that is not supported. Copy it again from where it was made, in "
        f"binary mode. To look at it by hand: {_CHECK}.",
    )
