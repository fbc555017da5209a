"""The host's side of the encryption: certificates such as go-plugin makes, and what a stranger can try on a socket."""

from __future__ import annotations

import socket
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its certificate, as PEM."""

    certificate: bytes
    key: bytes = field(repr=False)

    @property
    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(self.certificate.decode())


def pair(curve: ec.EllipticCurve | None = None, *, subject: str = "localhost", signed_by: Pair | None = None) -> Pair:
    """Make a certificate as go-plugin does for each start: CN=localhost, its own authority, P-521 unless told."""
    key = ec.generate_private_key(curve or ec.SECP521R1())
    signer = key if signed_by is None else _key(signed_by)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("localhost"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(seconds=30))
        .not_valid_after(now + timedelta(hours=262980))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        # Without it OpenSSL takes a certificate whose issuer has its own name for its own issuer.
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_encipherment=True,
                key_agreement=True,
                key_cert_sign=True,
                content_commitment=False,
                data_encipherment=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    certificate = builder.sign(signer, hashes.SHA256())
    return Pair(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "HashiCorp")]
    )


def _key(of: Pair) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(of.key, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


_SETTINGS_FRAME = 4


def speaks_grpc(connection: socket.socket) -> bool:
    """Open HTTP/2 on `connection` as gRPC does and tell whether an HTTP/2 server answers.

    An answer is a whole SETTINGS frame, which a server must send first (RFC 9113 section 3.4).
    """
    received = b""
    with suppress(OSError):
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, _SETTINGS_FRAME, 0, 0, 0, 0, 0)))
        while len(received) < 9:
            part = connection.recv(65536)
            if not part:
                break
            received += part
    if received[3:4] == bytes((_SETTINGS_FRAME,)) and received[5:9] == bytes(4):
        return True
    # In plain text the alert of a TLS server may be all that comes.
    assert received == b"" or received[0] == 0x15, f"neither HTTP/2 nor a TLS alert: {received!r}"
    return False


def tls(connection: socket.socket, own: Pair | None, trusted: bytes) -> ssl.SSLSocket:
    """Open TLS as a client that shows `own` and trusts the certificate `trusted` (DER); raise OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(trusted))
    context.set_alpn_protocols(["h2"])
    if own is not None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(own.key + own.certificate)
            file.flush()
            context.load_cert_chain(file.name)
    return context.wrap_socket(connection, server_hostname="localhost")
