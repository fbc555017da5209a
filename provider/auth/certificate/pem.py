"""Keys and certificates out of PEM (RFC 7468), as people and tools write it."""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from provider.auth.certificate import file_kinds
from provider.auth.certificate.contents import UNREADABLE, Contents, printable
from provider.auth.certificate.problem import CertificateError
from provider.auth.certificate.protection import check_cost, needs_password, wrong_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_BEGIN: Final = "-----BEGIN "
_END: Final = "-----END "
_DASHES: Final = "-----"
_CERTIFICATES: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})
_KEYS: Final = frozenset(
    {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}
)
_PKCS12: Final = frozenset({"PKCS12", "PFX"})
# The byte-order marks of what Windows calls Unicode, and of UTF-8 as it writes it there.
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The ciphers of the older form that `cryptography` reads, and the bytes of their initialisation vectors. With a shorter
# one it does not raise an error but panics.
_DEK_INFO: Final = re.compile(r"DEK-Info:\s*([A-Z0-9-]+),([0-9A-Fa-f]+)")
_VECTORS: Final = {"AES-128-CBC": 16, "AES-192-CBC": 16, "AES-256-CBC": 16, "DES-EDE3-CBC": 8}
# An RSA key of 16384 bits has some 13 kilobytes. Numbers far beyond take very long to work with.
_MAX_KEY_SIZE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """One block of PEM."""

    number: int
    label: str
    headers: tuple[str, ...]
    """The lines of the older form (RFC 1421) before the contents, which tell how they are encrypted."""
    der: bytes = field(repr=False)

    @property
    def encrypted(self) -> bool:
        return self.label == "ENCRYPTED PRIVATE KEY" or any("ENCRYPTED" in line for line in self.headers)


def as_text(data: bytes) -> str | None:
    """Return the text that these bytes are, or None where they are not text.

    UTF-16 is known by its mark or, without one, by the zero bytes beside its first letters. What is neither is read
    byte for byte: PEM is ASCII, and what stands around it may be in any character set.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data[1:2] == b"\0" and data[3:4] == b"\0" and data[:1] != b"\0":
        return data.decode("utf-16-le", "replace")
    if data[:1] == b"\0" and data[2:3] == b"\0" and data[1:2] != b"\0":
        return data.decode("utf-16-be", "replace")
    text = data.decode("latin-1")
    return text if is_pem(text) or b"\0" not in data else None


def is_pem(text: str) -> bool:
    """Tell whether the text has a PEM block."""
    return _BEGIN in text


def read(text: str, password: bytes | None) -> Contents:
    """Return what the PEM blocks of a text hold, in whatever order they stand and whatever stands around them.

    Raises:
        CertificateError: A block is damaged, needs a password, or needs another one; there is neither certificate nor
            key, or only one of the two.
    """
    blocks = tuple(_blocks(text))
    certificates = tuple(_certificate(block) for block in blocks if block.label in _CERTIFICATES)
    key_blocks = [block for block in blocks if block.label in _KEYS]
    if not certificates or not key_blocks:
        for block in blocks:
            if block.label in _PKCS12:
                # Loaded late: rare in this form.
                from provider.auth.certificate import pkcs12

                return pkcs12.read(block.der, password)
        raise _incomplete(blocks, certificates, key_blocks)
    return Contents(
        keys=tuple(_key(block, password) for block in key_blocks), certificates=certificates, validated=False
    )


def _blocks(text: str) -> Iterator[Block]:
    """Yield the blocks. Each character is looked at a bounded number of times, whatever the text."""
    number = at = 0
    while (begin := text.find(_BEGIN, at)) >= 0:
        number += 1
        label_at = begin + len(_BEGIN)
        label_end = text.find(_DASHES, label_at, label_at + 80)
        label = text[label_at:label_end].strip() if label_end >= 0 else ""
        end = text.find(_END, label_at)
        following = text.find(_BEGIN, label_at)
        if not label or end < 0 or 0 <= following < end:
            raise _damaged(number, label, "has no end: the rest was cut off")
        if not text.startswith(label + _DASHES, end + len(_END)):
            raise _damaged(number, label, "ends with the line of another block")
        yield _block(number, label, text[label_end + len(_DASHES) : end])
        at = end + len(_END) + len(label) + len(_DASHES)


def _block(number: int, label: str, body: str) -> Block:
    lines = [line.strip() for line in body.splitlines()]
    headers = tuple(line for line in lines if ":" in line)
    if label.startswith("PGP "):  # It has a check sum of its own behind the contents.
        return Block(number, label, headers, b"")
    try:
        der = binascii.a2b_base64("".join("".join(line for line in lines if ":" not in line).split()), strict_mode=True)
    except ValueError:
        raise _damaged(number, label, "is not valid base64 between its first and its last line") from None
    return Block(number, label, headers, der)


def _certificate(block: Block) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(block.der)
    except UNREADABLE:
        raise _damaged(block.number, block.label, "cannot be read as a certificate") from None


def _key(block: Block, password: bytes | None) -> PrivateKeyTypes:
    if len(block.der) > _MAX_KEY_SIZE:
        raise _damaged(block.number, block.label, f"is too large for a key ({len(block.der)} bytes)")
    if block.encrypted:
        _check_encrypted(block)
        if not password:
            raise needs_password("private key in the certificate data")
    try:
        if block.headers and block.encrypted:
            return load_pem_private_key(_rebuilt(block), password, unsafe_skip_rsa_key_validation=True)
        return load_der_private_key(
            block.der, password if block.encrypted else None, unsafe_skip_rsa_key_validation=True
        )
    except UNREADABLE:
        if block.encrypted:
            raise wrong_password(
                "The private key does not open with it. (A changed byte in the encrypted key would look the same: "
                "an encrypted key in PEM has no check of its own.)",
                "To try a password by hand: openssl pkey -in key.pem -noout.",
            ) from None
        raise _damaged(block.number, block.label, "cannot be read as a private key") from None


def _check_encrypted(block: Block) -> None:
    """Refuse, before a key is derived, what no password opens and what costs too much to try."""
    if block.headers:
        _encryption(block)
        return
    # Loaded late: only encrypted keys need it.
    from provider.auth.certificate import asn1

    try:
        rounds = asn1.key_rounds(block.der)
    except ValueError:
        raise _damaged(block.number, block.label, "cannot be read as an encrypted private key") from None
    check_cost((rounds,))


def _rebuilt(block: Block) -> bytes:
    body = binascii.b2a_base64(block.der, newline=False).decode()
    wrapped = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    cipher, vector = _encryption(block)
    return (
        f"{_BEGIN}{block.label}{_DASHES}\nProc-Type: 4,ENCRYPTED\nDEK-Info: {cipher},{vector}\n\n"
        f"{wrapped}\n{_END}{block.label}{_DASHES}\n"
    ).encode()


def _encryption(block: Block) -> tuple[str, str]:
    """Return the cipher of the older form, and its initialisation vector in hexadecimal."""
    found = [match for line in block.headers if (match := _DEK_INFO.fullmatch(line))]
    if not found:
        raise _damaged(block.number, block.label, "is encrypted, but does not say how (DEK-Info)")
    cipher, vector = found[0].groups()
    if cipher not in _VECTORS:
        raise CertificateError(
            "unsupported_encryption",
            "The private key is encrypted in a way that is not supported",
            f"Its cipher is {cipher[:30]}; supported are {', '.join(_VECTORS)} and PKCS#8. Encrypt it anew: "
            "openssl pkcs8 -topk8 -in key.pem -out new-key.pem.",
        )
    if len(vector) != 2 * _VECTORS[cipher]:
        raise _damaged(block.number, block.label, "has an initialisation vector of the wrong length (DEK-Info)")
    return cipher, vector


def _incomplete(
    blocks: tuple[Block, ...], certificates: tuple[x509.Certificate, ...], keys: list[Block]
) -> CertificateError:
    if keys:
        kind = file_kinds.ENCRYPTED_KEY_ONLY if any(block.encrypted for block in keys) else file_kinds.KEY_ONLY
        return kind.error()
    for block in blocks:
        # An SSH key beside a certificate is what someone took for its key.
        if block.label in file_kinds.BY_LABEL and (not certificates or block.label == "OPENSSH PRIVATE KEY"):
            return file_kinds.BY_LABEL[block.label].error()
    if certificates:
        return file_kinds.CERTIFICATE_ONLY.error()
    labels = printable(", ".join(sorted({block.label for block in blocks})[:5]))
    return CertificateError(
        "unknown",
        "The certificate data holds neither certificate nor key",
        f"It is PEM, but its blocks are of other kinds ({labels}). {file_kinds.NEEDED} To make it: "
        f"{file_kinds.EXPORT}.",
    )


def _damaged(number: int, label: str, what: str) -> CertificateError:
    named = f" ({printable(label)})" if label else ""
    return CertificateError(
        "damaged",
        "The certificate data is damaged",
        f"PEM block {number}{named} {what}. Copy it again from where it was made, whole, with all its lines.",
    )
