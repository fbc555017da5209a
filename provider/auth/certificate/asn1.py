"""A look at the ASN.1 of PKCS#12 and PKCS#8 from outside: what is encrypted, and what opening it would cost.

No key is derived and nothing is decrypted here. The decoder of `cryptography` reads DER in well under a millisecond;
what is not DER is brought into that form first (`ber.py`). Structures: RFC 7292 (PKCS#12), RFC 8018 (PBES1,
PBES2, PBMAC1), RFC 7914 (scrypt), RFC 5958 (PKCS#8).
"""

# Annotations are values here: the decoder reads them, and would have to compile each one were it a string. A class
# without a docstring takes longer to make.

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final

from cryptography import x509
from cryptography.hazmat import asn1

from provider.auth.certificate.ber import to_der

_DATA: Final = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA: Final = "1.2.840.113549.1.7.6"
_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.2"
_SAFE_CONTENTS_BAG: Final = "1.2.840.113549.1.12.10.1.6"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_PBES2: Final = "1.2.840.113549.1.5.13"
_PBMAC1: Final = "1.2.840.113549.1.5.14"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"
# PBES1 (RFC 8018, appendix A.3) and the schemes of PKCS#12 (RFC 7292, appendix C).
_PBES1: Final = re.compile(r"1\.2\.840\.113549\.1\.(?:5\.(?:1|3|4|6|10|11)|12\.1\.[1-6])")
_MAX_NESTING: Final = 4
# SEQUENCE, INTEGER 3: how PKCS#12 starts, in DER and in BER.
_PKCS12_START: Final = re.compile(rb"0(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)


@asn1.sequence
class _Algorithm:
    """AlgorithmIdentifier, with parameters."""

    algorithm: x509.ObjectIdentifier
    parameters: asn1.TLV


@asn1.sequence
class _Prf:
    """AlgorithmIdentifier of a pseudo-random function."""

    algorithm: x509.ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Pbes1:
    """PBEParameter, and pkcs-12PbeParams."""

    salt: bytes
    rounds: int


@asn1.sequence
class _Pbes2:
    """PBES2-params, and PBMAC1-params."""

    derivation: _Algorithm
    scheme: asn1.TLV


@asn1.sequence
class _Pbkdf2:
    """PBKDF2-params."""

    salt: asn1.TLV
    rounds: int
    key_length: int | None
    prf: _Prf | None


@asn1.sequence
class _Scrypt:
    """scrypt-params."""

    salt: bytes
    cost: int
    block_size: int
    parallel: int
    key_length: int | None


@asn1.sequence
class _EncryptedKey:
    """EncryptedPrivateKeyInfo."""

    algorithm: _Algorithm
    encrypted: bytes


@asn1.sequence
class _EncryptedContent:
    """EncryptedContentInfo."""

    content_type: x509.ObjectIdentifier
    algorithm: _Algorithm
    encrypted: Annotated[bytes | None, asn1.Implicit(0)]


@asn1.sequence
class _EncryptedData:
    """EncryptedData (RFC 5652, section 8)."""

    version: int
    content: _EncryptedContent


@asn1.sequence
class _ContentInfo:
    """ContentInfo."""

    content_type: x509.ObjectIdentifier
    content: Annotated[asn1.TLV, asn1.Explicit(0)]


@asn1.sequence
class _Digest:
    """DigestInfo."""

    algorithm: asn1.TLV
    digest: bytes


@asn1.sequence
class _Mac:
    """MacData."""

    digest: _Digest
    salt: bytes
    rounds: Annotated[int, asn1.Default(1)]


@asn1.sequence
class _Pfx:
    """PFX."""

    version: int
    safes: _ContentInfo
    mac: _Mac | None


@asn1.sequence
class _Bag:
    """SafeBag."""

    bag_type: x509.ObjectIdentifier
    value: Annotated[asn1.TLV, asn1.Explicit(0)]
    attributes: asn1.SetOf[asn1.TLV] | None


@asn1.sequence
class _One:
    """Whatever is wrapped."""

    item: asn1.TLV


@asn1.sequence
class _Safes:
    """AuthenticatedSafe, wrapped."""

    items: list[_ContentInfo]


@asn1.sequence
class _Bags:
    """SafeContents, wrapped."""

    items: list[_Bag]


@asn1.sequence
class _DataInfo:
    """ContentInfo with data."""

    content_type: x509.ObjectIdentifier
    content: Annotated[bytes, asn1.Explicit(0)]


@asn1.sequence
class _Part:
    """PKCS#12 without a MAC."""

    version: int
    safes: _DataInfo


@dataclass(frozen=True, slots=True)
class KeyBag:
    """A private key in PKCS#12, as PKCS#8."""

    der: bytes = field(repr=False)
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """PKCS#12 seen from outside."""

    mac: bool
    encrypted: bool
    rounds: tuple[int, ...]
    """The cost of each key that opening the file would derive."""
    keys: tuple[KeyBag, ...]
    """Keys outside encrypted parts: every tool known writes them there, each encrypted by itself."""
    sealed: tuple[bytes, ...]
    """Each encrypted part as PKCS#12 of its own, without a MAC: what tells whether a password opens it."""
    bare: bytes = field(repr=False)
    """The whole without its MAC."""


def is_pkcs12(data: bytes) -> bool:
    """Tell by the first bytes whether this is meant to be PKCS#12."""
    return _PKCS12_START.match(data) is not None


def envelope(data: bytes) -> Envelope:
    """Look at PKCS#12.

    Raises:
        ValueError: The data is not whole, or is not PKCS#12 under a password.
    """
    try:
        return _envelope(data, bytes)
    except ValueError:
        return _envelope(data, to_der)


def _envelope(data: bytes, to_decode: Callable[[bytes], bytes]) -> Envelope:
    """Look at PKCS#12, each layer of which `to_decode` brings into DER."""
    pfx = asn1.decode_der(_Pfx, to_decode(data))
    rounds: list[int] = []
    keys: list[KeyBag] = []
    sealed: list[bytes] = []
    contents = to_decode(_octets(pfx.safes))
    for safe in _safes(contents):
        match safe.content_type.dotted_string:
            case oid if oid == _DATA:
                _look_into(to_decode(_octets(safe)), rounds, keys, 0)
            case oid if oid == _ENCRYPTED_DATA:
                rounds.append(_rounds(safe.content.parse(_EncryptedData).content.algorithm))
                sealed.append(_alone(safe))
    return Envelope(
        mac=pfx.mac is not None,
        encrypted=bool(sealed) or any(key.encrypted for key in keys),
        rounds=(*rounds, *([_mac_rounds(pfx.mac)] if pfx.mac is not None else [])),
        keys=tuple(keys),
        sealed=tuple(sealed),
        bare=_without_mac(contents),
    )


def key_rounds(der: bytes) -> int:
    """Return the cost of opening an encrypted PKCS#8 key.

    Raises:
        ValueError: The data is not whole, or not an encrypted PKCS#8 key.
    """
    return _rounds(asn1.decode_der(_EncryptedKey, to_der(der)).algorithm)


def declared_length(data: bytes) -> int | None:
    """Return how many bytes the outermost element says it has, or None where it does not say (X.690, 8.1.3)."""
    if len(data) < 2 or data[1] == 0x80:
        return None
    if data[1] < 0x80:
        return 2 + data[1]
    octets = data[1] & 0x7F
    return 2 + octets + int.from_bytes(data[2 : 2 + octets])


def _octets(info: _ContentInfo) -> bytes:
    if info.content_type.dotted_string != _DATA:
        raise ValueError("the content is not plain data: PKCS#12 under a public key is not supported")
    octets: bytes = info.content.parse(bytes)
    return octets


def _safes(data: bytes) -> list[_ContentInfo]:
    return asn1.decode_der(_Safes, _wrapped(data)).items


def _wrapped(data: bytes) -> bytes:
    # The decoder starts from a class, a sequence of fields; a SEQUENCE OF has to be the field of one.
    return asn1.encode_der(_One(item=asn1.decode_der(asn1.TLV, data)))


def _look_into(data: bytes, rounds: list[int], keys: list[KeyBag], depth: int) -> None:
    if depth > _MAX_NESTING:
        raise ValueError("bags nested too deep")
    for bag in asn1.decode_der(_Bags, _wrapped(data)).items:
        match bag.bag_type.dotted_string:
            case oid if oid == _SHROUDED_KEY_BAG:
                rounds.append(_rounds(bag.value.parse(_EncryptedKey).algorithm))
                keys.append(KeyBag(asn1.encode_der(bag.value), encrypted=True))
            case oid if oid == _KEY_BAG:
                keys.append(KeyBag(asn1.encode_der(bag.value), encrypted=False))
            case oid if oid == _SAFE_CONTENTS_BAG:
                _look_into(asn1.encode_der(bag.value), rounds, keys, depth + 1)


def _rounds(algorithm: _Algorithm) -> int:
    """Return the cost of deriving a key for this scheme; none for a scheme that nothing here can derive one for."""
    oid = algorithm.algorithm.dotted_string
    if oid == _PBES2:
        return _derivation(algorithm.parameters.parse(_Pbes2).derivation)
    if _PBES1.fullmatch(oid):
        pbes1: _Pbes1 = algorithm.parameters.parse(_Pbes1)
        return pbes1.rounds
    return 0


def _derivation(algorithm: _Algorithm) -> int:
    oid = algorithm.algorithm.dotted_string
    if oid == _SCRYPT:
        scrypt: _Scrypt = algorithm.parameters.parse(_Scrypt)
        return scrypt.cost * scrypt.block_size * scrypt.parallel
    if oid == _PBKDF2:
        pbkdf2: _Pbkdf2 = algorithm.parameters.parse(_Pbkdf2)
        return pbkdf2.rounds
    return 0


def _mac_rounds(mac: _Mac) -> int:
    try:
        algorithm = mac.digest.algorithm.parse(_Algorithm)
    except ValueError:  # A digest without parameters.
        return mac.rounds
    if algorithm.algorithm.dotted_string == _PBMAC1:
        return max(mac.rounds, _derivation(algorithm.parameters.parse(_Pbes2).derivation))
    return mac.rounds


def _alone(safe: _ContentInfo) -> bytes:
    one = asn1.encode_der(_Safes(items=[safe]))
    return _without_mac(asn1.encode_der(asn1.decode_der(_One, one).item))


def _without_mac(contents: bytes) -> bytes:
    return asn1.encode_der(
        _Part(version=3, safes=_DataInfo(content_type=x509.ObjectIdentifier(_DATA), content=contents))
    )
