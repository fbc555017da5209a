"""The key pair with which this process shows itself to the host.

A self-signed certificate for "localhost" with a key on P-256, made anew in each process. It is written here in DER
because the host waits for it three times in every plan: loading `cryptography.x509` and its serialization takes longer
than everything else in this package. Sources: RFC 5280 section 4.1, RFC 5480, RFC 5758 section 3.2, RFC 5915, X.690.
"""

from __future__ import annotations

import os
import time
from binascii import b2a_base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_HOUR = 3600
_LIFETIME = 30 * 24 * _HOUR

_INTEGER, _BIT_STRING, _OCTET_STRING, _UTF8, _UTC_TIME, _SEQUENCE, _SET = 2, 3, 4, 12, 23, 0x30, 0x31


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate (DER and PEM) and its key (PEM), as `ssl` and gRPC take them."""

    certificate: bytes
    certificate_pem: bytes
    key_pem: bytes = field(repr=False)


def make() -> KeyPair:
    """Make a new key and its certificate, valid from an hour ago for thirty days."""
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    public = numbers.public_numbers
    point = _der(_BIT_STRING, b"\0\4", public.x.to_bytes(32, "big"), public.y.to_bytes(32, "big"))
    body = _certificate_body(_der(_SEQUENCE, _der(_SEQUENCE, _EC_PUBLIC_KEY, _P256), point))
    signature = key.sign(body, ec.ECDSA(hashes.SHA256()))
    certificate = _der(_SEQUENCE, body, _ECDSA_WITH_SHA256, _der(_BIT_STRING, b"\0", signature))
    private = _der(
        _SEQUENCE,
        _der(_INTEGER, b"\1"),
        _der(_OCTET_STRING, numbers.private_value.to_bytes(32, "big")),
        _der(0xA0, _P256),
        _der(0xA1, point),
    )
    return KeyPair(certificate, _pem(b"CERTIFICATE", certificate), _pem(b"EC PRIVATE KEY", private))


def _certificate_body(public_key: bytes) -> bytes:
    now = time.time()
    # Positive, and without leading zeros: the first byte is between 0x40 and 0x7f.
    serial = bytes((0x40 | os.urandom(1)[0] >> 2,)) + os.urandom(15)
    name = _der(_SEQUENCE, _der(_SET, _der(_SEQUENCE, _COMMON_NAME, _der(_UTF8, b"localhost"))))
    return _der(
        _SEQUENCE,
        b"\xa0\x03\x02\x01\x02",  # version 3
        _der(_INTEGER, serial),
        _ECDSA_WITH_SHA256,
        name,
        _der(_SEQUENCE, _utc_time(now - _HOUR), _utc_time(now + _LIFETIME)),
        name,
        public_key,
        _der(0xA3, _der(_SEQUENCE, *_EXTENSIONS)),
    )


def _der(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _utc_time(moment: float) -> bytes:
    return _der(_UTC_TIME, time.strftime("%y%m%d%H%M%SZ", time.gmtime(moment)).encode())


def _pem(label: bytes, content: bytes) -> bytes:
    lines = b"".join(b2a_base64(content[start : start + 48]) for start in range(0, len(content), 48))
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, lines, label)


_COMMON_NAME = bytes.fromhex("0603550403")
_EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
_P256 = bytes.fromhex("06082a8648ce3d030107")
_ECDSA_WITH_SHA256 = _der(_SEQUENCE, bytes.fromhex("06082a8648ce3d040302"))
_EXTENSIONS = (
    # Its own authority (the host trusts exactly this certificate) for the one name that the host asks for.
    _der(_SEQUENCE, bytes.fromhex("0603551d13"), b"\x01\x01\xff", _der(_OCTET_STRING, bytes.fromhex("30030101ff"))),
    _der(_SEQUENCE, bytes.fromhex("0603551d11"), _der(_OCTET_STRING, _der(_SEQUENCE, _der(0x82, b"localhost")))),
)
