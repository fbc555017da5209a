"""What is given instead of a certificate with its key: each is named, with the way to the right file."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from provider.auth.certificate import CertificateError, Input, load
from tests.auth.openssl import Workshop, workshop

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = Path(__file__).parent / "files"
JOIN = "openssl pkcs12 -export"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop(tmp_path_factory.mktemp("wrong"))


def archive(shop: Workshop) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("cert.pfx", shop["own.pfx"])
    return out.getvalue()


REQUEST = "req -new -key key.pem -subj /CN=own"
WRONG: dict[str, tuple[Callable[[Workshop], bytes], str, tuple[str, ...]]] = {
    "certificate, PEM": (lambda shop: shop["cert.pem"], "certificate_without_key", ("not its private key", JOIN)),
    "certificate, UTF-16": (
        lambda shop: shop["cert.pem"].decode().encode("utf-16"),
        "certificate_without_key",
        ("not its private key", JOIN),
    ),
    "certificate, DER": (
        lambda shop: shop.make("x509 -in cert.pem -outform DER"),
        "certificate_without_key",
        ("not its private key", JOIN),
    ),
    "certificate, PKCS#12": (
        lambda shop: shop.make("pkcs12 -export -nokeys -in cert.pem -passout pass:"),
        "certificate_without_key",
        ("not its private key", JOIN),
    ),
    "certificate beside an SSH key": (
        lambda shop: shop["cert.pem"] + (FILES / "ssh_rsa").read_bytes(),
        "ssh_key",
        ("SSH private key", JOIN),
    ),
    "key, PEM": (lambda shop: shop["key.pem"], "key_without_certificate", ("no certificate", JOIN)),
    "key, traditional PEM": (lambda shop: shop["rsa.pem"], "key_without_certificate", ("no certificate", JOIN)),
    "key, encrypted PEM": (
        lambda shop: shop.make("pkcs8 -topk8 -in key.pem -passout pass:secret"),
        "key_without_certificate",
        ("encrypted private key", JOIN),
    ),
    "key, DER": (
        lambda shop: shop.make("pkcs8 -topk8 -in key.pem -nocrypt -outform DER"),
        "key_without_certificate",
        ("no certificate", JOIN),
    ),
    "key, encrypted DER": (
        lambda shop: shop.make("pkcs8 -topk8 -in key.pem -passout pass:secret -outform DER"),
        "key_without_certificate",
        ("encrypted private key", JOIN),
    ),
    "key, PKCS#12": (
        lambda shop: shop.make("pkcs12 -export -nocerts -inkey key.pem -passout pass:"),
        "key_without_certificate",
        ("no certificate", JOIN),
    ),
    "PKCS#7, PEM": (
        lambda shop: shop.make("crl2pkcs7 -nocrl -certfile issuers.pem"),
        "pkcs7",
        ("PKCS#7", "-print_certs", JOIN),
    ),
    "PKCS#7, DER": (
        lambda shop: shop.make("crl2pkcs7 -nocrl -certfile issuers.pem -outform DER"),
        "pkcs7",
        ("PKCS#7", "-print_certs", JOIN),
    ),
    "request, PEM": (lambda shop: shop.make(REQUEST), "signing_request", ("signing request", "openssl x509 -req")),
    "request, DER": (
        lambda shop: shop.make(f"{REQUEST} -outform DER"),
        "signing_request",
        ("signing request", "openssl x509 -req"),
    ),
    "public key, PEM": (lambda shop: shop.make("pkey -in key.pem -pubout"), "public_key", ("public key alone", JOIN)),
    "public key, DER": (
        lambda shop: shop.make("pkey -in key.pem -pubout -outform DER"),
        "public_key",
        ("public key alone", JOIN),
    ),
    "JKS": (lambda _: (FILES / "keytool.jks").read_bytes(), "java_key_store", ("JKS", "keytool -importkeystore")),
    "JCEKS": (lambda _: (FILES / "keytool.jceks").read_bytes(), "java_key_store", ("JCEKS", "keytool -importkeystore")),
    "SSH private key": (
        lambda _: (FILES / "ssh_rsa").read_bytes(),
        "ssh_key",
        ("SSH private key", "openssl req -x509"),
    ),
    "SSH public key": (
        lambda _: (FILES / "ssh_ed25519.pub").read_bytes(),
        "ssh_key",
        ("SSH public key", "openssl req -x509"),
    ),
    "PuTTY key": (lambda _: b"PuTTY-User-Key-File-3: ssh-rsa\r\n", "ssh_key", ("SSH private key", JOIN)),
    "PGP": (
        lambda _: b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=ab12\n-----END PGP MESSAGE-----\n",
        "pgp",
        ("PGP", "decrypt it first"),
    ),
    "web page": (
        lambda _: b"\r\n<!DOCTYPE html>\r\n<html><head><title>Sign in</title></head></html>",
        "html",
        ("HTML page", "Download the certificate again"),
    ),
    "zip": (archive, "archive", ("zip", "Unpack it")),
    "text": (lambda _: "Grüße aus der Verwaltung\n".encode(), "text", ("without any PEM block", JOIN)),
    "JSON": (lambda _: b'{"value": "..."}', "text", ("without any PEM block", JOIN)),
    "base64 text": (
        lambda shop: base64.encodebytes(shop["own.pfx"]),
        "base64_text",
        ("openssl base64 -d", "client_certificate_data"),
    ),
    "base64 text in UTF-16": (
        lambda shop: base64.encodebytes(shop["own.pfx"]).decode().encode("utf-16"),
        "base64_text",
        ("openssl base64 -d", "client_certificate_data"),
    ),
    "empty": (lambda _: b"", "empty", ("no content",)),
    "blank": (lambda _: b"\r\n \n", "empty", ("no content",)),
    "other PEM": (
        lambda _: b"-----BEGIN DH PARAMETERS-----\nMAYCAQcCAQI=\n-----END DH PARAMETERS-----\n",
        "unknown",
        ("DH PARAMETERS", JOIN),
    ),
    "a cut-off DER certificate": (
        lambda shop: shop.make("x509 -in cert.pem -outform DER")[:-10],
        "damaged",
        ("cannot be read as any known kind",),
    ),
    "noise": (lambda _: bytes(range(255, 0, -1)) + b"\0", "unknown", ("neither PKCS#12 nor PEM",)),
}


@pytest.mark.parametrize(("make", "code", "says"), WRONG.values(), ids=WRONG)
def test_wrong_file(shop: Workshop, make: Callable[[Workshop], bytes], code: str, says: tuple[str, ...]) -> None:
    data = make(shop)
    for password in (None, "secret"):
        with pytest.raises(CertificateError) as caught:
            load(data, password, now=datetime.now(UTC))
        error = caught.value
        assert (error.code, error.concerns) == (code, Input.CERTIFICATE)
        assert all(each in error.detail for each in says), error.detail
        assert "the file" not in error.summary
        assert not error.summary.endswith(".")
        assert error.detail.endswith(".")
