"""What certificate data is when it is not a certificate with its key, and how to make the right file from it."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from provider.auth.certificate.problem import CertificateError

if TYPE_CHECKING:
    from collections.abc import Callable

EXPORT: Final = "openssl pkcs12 -export -inkey key.pem -in cert.pem -out cert.pfx"
NEEDED: Final = "Needed is one file with the certificate and its private key: PKCS#12 (.pfx, .p12) or PEM."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of wrong file."""

    code: str
    summary: str
    found: str
    remedy: str

    def error(self) -> CertificateError:
        return CertificateError(self.code, self.summary, f"{self.found} {NEEDED} {self.remedy}")


CERTIFICATE_ONLY: Final = Kind(
    "certificate_without_key",
    "The private key is missing",
    "The certificate data holds a certificate, but not its private key.",
    "The certificate alone is what is uploaded to Entra ID; to sign in, the key it was made with is needed too. "
    f"Where the key is a file of its own, join the two: {EXPORT}. "
    "On Windows, export the certificate again and choose to export the private key.",
)
KEY_ONLY: Final = Kind(
    "key_without_certificate",
    "The certificate is missing",
    "The certificate data holds a private key, but no certificate.",
    f"Join the key with its certificate: {EXPORT}.",
)
ENCRYPTED_KEY_ONLY: Final = Kind(
    "key_without_certificate",
    "The certificate is missing",
    "The certificate data holds an encrypted private key, but no certificate.",
    f"Join the key with its certificate: {EXPORT} (it asks for the password of the key, then for one of the new file).",
)
PKCS7: Final = Kind(
    "pkcs7",
    "A PKCS#7 file holds no private key",
    "The certificate data is PKCS#7 (.p7b, .p7c): certificates without a private key.",
    "Take the certificates out and join them with the key: "
    "openssl pkcs7 -in chain.p7b -print_certs -out cert.pem (with -inform DER where the file is binary), "
    f"then {EXPORT}.",
)
SIGNING_REQUEST: Final = Kind(
    "signing_request",
    "A certificate signing request is not a certificate",
    "The certificate data is a certificate signing request (.csr): what is sent to a certification authority.",
    "Use the certificate that the authority sent back, with the key that the request was made with: "
    f"{EXPORT}. Or make a self-signed certificate from both: "
    "openssl x509 -req -in request.csr -signkey key.pem -days 365 -out cert.pem.",
)
PUBLIC_KEY: Final = Kind(
    "public_key",
    "A public key is not a certificate",
    "The certificate data holds a public key alone, without certificate and private key.",
    f"Join the certificate with its private key: {EXPORT}.",
)
REVOCATION_LIST: Final = Kind(
    "revocation_list",
    "A revocation list is not a certificate",
    "The certificate data is a certificate revocation list (.crl).",
    f"Join the certificate with its private key: {EXPORT}.",
)
JAVA_KEY_STORE: Final = Kind(
    "java_key_store",
    "A Java key store cannot be read",
    "The certificate data is a Java key store (JKS or JCEKS).",
    "Convert it: keytool -importkeystore -srckeystore store.jks -destkeystore cert.pfx -deststoretype PKCS12 "
    "(with -srcalias, where the store holds several keys).",
)
SSH_PRIVATE_KEY: Final = Kind(
    "ssh_key",
    "An SSH key is not a certificate",
    "The certificate data holds an SSH private key. Entra ID knows certificates, not SSH keys.",
    "Make a key and a certificate: "
    'openssl req -x509 -newkey rsa:3072 -keyout key.pem -out cert.pem -days 365 -subj "/CN=terraform", '
    f"then {EXPORT}.",
)
SSH_PUBLIC_KEY: Final = Kind(
    SSH_PRIVATE_KEY.code,
    SSH_PRIVATE_KEY.summary,
    "The certificate data holds an SSH public key. Entra ID knows certificates, not SSH keys.",
    SSH_PRIVATE_KEY.remedy,
)
PGP: Final = Kind(
    "pgp",
    "A PGP file is not a certificate",
    "The certificate data is a PGP key or message.",
    f"Where it is an encrypted file, decrypt it first. Else join the certificate with its private key: {EXPORT}.",
)
HTML: Final = Kind(
    "html",
    "A web page is not a certificate",
    "The certificate data is an HTML page: a download probably ended at a sign-in page or an error page.",
    "Download the certificate again, signed in, and look at the file before using it.",
)
ARCHIVE: Final = Kind(
    "archive",
    "An archive is not a certificate",
    "The certificate data is a compressed archive (zip, gzip or 7-Zip).",
    "Unpack it, and name the certificate file inside.",
)
BASE64: Final = Kind(
    "base64_text",
    "The certificate is base64 text",
    "The certificate data is base64 text of a certificate file, not the file itself.",
    "Decode it: openssl base64 -d -A -in cert.txt -out cert.pfx. Or give the text as client_certificate_data.",
)
TEXT: Final = Kind(
    "text",
    "A text file is not a certificate",
    "The certificate data is text without any PEM block (a line that starts with -----BEGIN).",
    f"See that this is the file that was meant. To make the right one: {EXPORT}.",
)
EMPTY: Final = Kind(
    "empty",
    "The certificate data is empty",
    "The certificate data has no content.",
    f"Copy the certificate again, or make it: {EXPORT}.",
)
DAMAGED: Final = Kind(
    "damaged",
    "The certificate data is damaged",
    "The certificate data starts as a binary certificate or key does (ASN.1), but cannot be read as any known kind.",
    "Copy it again, in binary mode, and compare its size with the original.",
)
UNKNOWN: Final = Kind(
    "unknown",
    "The certificate data is of an unknown kind",
    "The certificate data is neither PKCS#12 nor PEM nor any other kind that is known here.",
    f"See that this is the file that was meant. To make the right one: {EXPORT}.",
)

BY_LABEL: Final[dict[str, Kind]] = {
    "PKCS7": PKCS7,
    "CMS": PKCS7,
    "CERTIFICATE REQUEST": SIGNING_REQUEST,
    "NEW CERTIFICATE REQUEST": SIGNING_REQUEST,
    "OPENSSH PRIVATE KEY": SSH_PRIVATE_KEY,
    "PUBLIC KEY": PUBLIC_KEY,
    "RSA PUBLIC KEY": PUBLIC_KEY,
    "X509 CRL": REVOCATION_LIST,
    "PGP PUBLIC KEY BLOCK": PGP,
    "PGP PRIVATE KEY BLOCK": PGP,
    "PGP MESSAGE": PGP,
}
"""Kinds by the label of a PEM block."""

_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xfe\xed\xfe\xed", JAVA_KEY_STORE),
    (b"\xce\xce\xce\xce", JAVA_KEY_STORE),
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
)
_TEXT_START: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE), HTML),
    (re.compile(r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) "), SSH_PUBLIC_KEY),
    (re.compile(r"---- BEGIN SSH2 PUBLIC KEY"), SSH_PUBLIC_KEY),
    (re.compile(r"PuTTY-User-Key-File-"), SSH_PRIVATE_KEY),
)
# ContentInfo with id-signedData, id-envelopedData or the like (RFC 5652, section 4), in DER or BER.
_PKCS7_START: Final = re.compile(
    rb"0(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", re.DOTALL
)


def wrong_file(data: bytes, text: str | None) -> CertificateError:
    """Return the error for data that is neither PKCS#12 nor PEM.

    Args:
        data: The bytes as given.
        text: The same as text, where they are text.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind.error()
    if text is not None and (text_kind := _of_text(text.strip())):
        return text_kind.error()
    return _of_binary(data).error()


def _of_text(text: str) -> Kind | None:
    if not text:
        return EMPTY
    for pattern, kind in _TEXT_START:
        if pattern.match(text):
            return kind
    if decoded_base64(text):
        return BASE64
    return TEXT if text.isprintable() or not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) else None


def decoded_base64(text: str) -> bytes | None:
    """Return the bytes behind base64 text in the standard or the URL alphabet, wrapped or not, or None.

    Text that decodes to anything but ASN.1 or PEM is not taken for base64, since many a short word could be.
    """
    compact = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = binascii.a2b_base64(compact + "=" * (-len(compact) % 4), strict_mode=True)
    except ValueError:
        return None
    return decoded if decoded[:1] == b"0" or b"-----BEGIN " in decoded else None


def _of_binary(data: bytes) -> Kind:
    if data[:1] != b"0":
        return UNKNOWN
    if _PKCS7_START.match(data):
        return PKCS7
    for read, kind in _DER_READERS:
        try:
            read(data)
        except TypeError:
            # How load_der_private_key says that a password is needed: only an encrypted key comes here.
            return ENCRYPTED_KEY_ONLY
        except Exception:  # noqa: BLE001, S112 - whatever it is, it is not of this kind
            continue
        return kind
    return DAMAGED


_DER_READERS: Final[tuple[tuple[Callable[[bytes], Any], Kind], ...]] = (
    (x509.load_der_x509_certificate, CERTIFICATE_ONLY),
    (lambda der: load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True), KEY_ONLY),
    (x509.load_der_x509_csr, SIGNING_REQUEST),
    (x509.load_der_x509_crl, REVOCATION_LIST),
    (load_der_public_key, PUBLIC_KEY),
)
