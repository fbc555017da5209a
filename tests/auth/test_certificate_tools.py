"""Files as OpenSSL and keytool write them: what opens, and why the rest does not."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from provider.auth.certificate import CertificateError, Input, asn1, decode_inline, load
from tests.auth.openssl import Workshop, workshop

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime.now(UTC)
FILES = Path(__file__).parent / "files"
EXPORT = "pkcs12 -export -inkey key.pem -in cert.pem -passout"

PKCS12 = {
    "default": "",
    "triple DES and RC2": "-legacy",
    "AES-128": "-keypbe AES-128-CBC -certpbe AES-128-CBC",
    "SHA-512 MAC": "-macalg SHA512",
    "one round": "-iter 1",
    "many rounds": "-iter 200000",
    "no MAC": "-nomac",
    "certificate in the clear": "-certpbe NONE",
    "nothing encrypted": "-keypbe NONE -certpbe NONE",
    "friendly name": "-name terraform",
}
PASSWORDS = ("secret", "ends with a blank ", "Größe ÄÖÜ €", "密码", "🔑🔐", "x" * 200, 'quote " and \\ back')


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop(tmp_path_factory.mktemp("openssl"))


def opens(shop: Workshop, data: bytes, password: str | None) -> None:
    certificate, findings = load(data, password, now=NOW)
    assert certificate.leaf == shop.own.certificate
    assert certificate.key.private_numbers() == shop.own.key.private_numbers()
    assert findings == ()


def refused(data: bytes, password: str | None) -> CertificateError:
    with pytest.raises(CertificateError) as caught:
        load(data, password, now=NOW)
    error = caught.value
    assert not password or password not in str(error)
    return error


@pytest.mark.parametrize("options", PKCS12.values(), ids=PKCS12)
def test_pkcs12_with_a_password(shop: Workshop, options: str) -> None:
    data = shop.make(f"{EXPORT} pass:secret {options}")
    opens(shop, data, "secret")
    opens(shop, data + b"\r\n", "secret")


@pytest.mark.parametrize("options", PKCS12.values(), ids=PKCS12)
@pytest.mark.parametrize("given", [None, "", "not needed"])
def test_pkcs12_under_the_empty_password(shop: Workshop, options: str, given: str | None) -> None:
    opens(shop, shop.make(f"{EXPORT} pass: {options}"), given)


@pytest.mark.parametrize("password", PASSWORDS)
def test_pkcs12_passwords(shop: Workshop, password: str) -> None:
    (shop.folder / "password").write_text(password + "\n")
    for options in ("", "-legacy"):
        opens(shop, shop.make(f"{EXPORT} file:password {options}"), password)


def test_pkcs12_without_password_as_cryptography_writes_it(shop: Workshop) -> None:
    opens(shop, shop["own.pfx"], None)
    opens(shop, shop["own.pfx"], "not needed")


def test_pkcs12_of_keytool() -> None:
    certificate, _ = load((FILES / "keytool.p12").read_bytes(), "changeit", now=NOW)
    assert certificate.subject == "CN=keytool"


def test_two_key_pairs_are_both_listed() -> None:
    error = refused((FILES / "keytool-two-keys.p12").read_bytes(), "changeit")
    assert error.code == "several_key_pairs"
    assert '"CN=one"' in error.detail
    assert '"CN=two"' in error.detail


def indefinite(der: bytes, layers: int = 2) -> bytes:
    """Rewrite DER as BER with indefinite lengths and octet strings in pieces, as Windows and macOS write PKCS#12.

    The octet strings of the outer `layers` hold encodings that are rewritten too; below them are certificates and keys.
    """
    out = bytearray()
    at = 0
    while at < len(der):
        tag, first = der[at], der[at + 1]
        octets = first & 0x7F if first & 0x80 else 0
        length = int.from_bytes(der[at + 2 : at + 2 + octets]) if octets else first
        start = at + 2 + octets
        content = der[start : start + length]
        if tag in {0x30, 0xA0}:
            out += bytes([tag, 0x80]) + indefinite(content, layers) + b"\0\0"
        elif tag in {0x04, 0x80} and length > 64:
            inner = indefinite(content, layers - 1) if content[:1] == b"\x30" and layers else content
            pieces = (inner[piece : piece + 100] for piece in range(0, len(inner), 100))
            out += bytes([tag | 0x20, 0x80]) + b"".join(bytes([4, len(piece)]) + piece for piece in pieces) + b"\0\0"
        else:
            out += der[at : start + length]
        at = start + length
    return bytes(out)


@pytest.mark.parametrize("options", ["-keypbe NONE -certpbe NONE", "", "-legacy"])
def test_pkcs12_in_ber(shop: Workshop, options: str) -> None:
    # The outermost layer alone, since the MAC is over what is in it; then all without the MAC.
    with_mac = shop.make(f"{EXPORT} pass:secret {options}")
    opens(shop, indefinite(with_mac, 0), "secret")
    assert refused(indefinite(with_mac, 0), "another one").code == "wrong_password"
    without = indefinite(asn1.envelope(with_mac).bare)
    opens(shop, without, "secret")
    if "NONE" not in options:
        assert refused(without, "another one").code == "wrong_password"
        assert refused(without, None).code == "missing_password"


@dataclass(frozen=True)
class Pem:
    parts: tuple[str, ...]
    password: str | None = None


PEM: dict[str, Pem] = {
    "PKCS#8, key first": Pem(("key.pem", "cert.pem")),
    "PKCS#8, key last": Pem(("cert.pem", "key.pem")),
    "traditional": Pem(("rsa.pem", "cert.pem")),
    "key in the middle of a chain": Pem(("cert.pem", "key.pem", "issuers.pem")),
    "encrypted PKCS#8": Pem(("encrypted.pem", "cert.pem"), "secret"),
    "encrypted PKCS#8 with scrypt": Pem(("scrypt.pem", "cert.pem"), "secret"),
    "encrypted traditional, AES": Pem(("aes.pem", "cert.pem"), "secret"),
    "encrypted traditional, triple DES": Pem(("des3.pem", "cert.pem"), "secret"),
    "bag attributes": Pem(("bags.pem",)),
}
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda pem: pem,
    "CRLF": lambda pem: pem.replace(b"\n", b"\r\n"),
    "byte-order mark": lambda pem: b"\xef\xbb\xbf" + pem,
    "UTF-16 with mark": lambda pem: pem.decode().encode("utf-16"),
    "UTF-16, big end first": lambda pem: b"\xfe\xff" + pem.decode().encode("utf-16-be"),
    "UTF-16 without mark": lambda pem: pem.decode().encode("utf-16-le"),
    "text around": lambda pem: "Zertifikat für Müller\n".encode("latin-1") + pem + b"\nend of the file\n",
    "indented": lambda pem: b"".join(b"    " + line for line in pem.splitlines(keepends=True)),
    "no line break at the end": lambda pem: pem.rstrip(),
}


@pytest.fixture(scope="module")
def pems(shop: Workshop) -> Workshop:
    shop.run("pkcs8 -topk8 -in key.pem -passout pass:secret -out encrypted.pem")
    shop.run("pkcs8 -topk8 -scrypt -in key.pem -passout pass:secret -out scrypt.pem")
    shop.run("rsa -in key.pem -traditional -aes256 -passout pass:secret -out aes.pem")
    shop.run("rsa -in key.pem -traditional -des3 -passout pass:secret -out des3.pem")
    shop.run(f"{EXPORT} pass:secret -name terraform -out named.pfx")
    shop.run("pkcs12 -in named.pfx -passin pass:secret -nodes -out bags.pem")
    return shop


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("case", PEM.values(), ids=PEM)
def test_pem(pems: Workshop, case: Pem, encoding: Callable[[bytes], bytes]) -> None:
    data = encoding(b"".join(pems[part] for part in case.parts))
    opens(pems, data, case.password or "not needed")


@pytest.mark.parametrize("case", [case for case in PEM.values() if case.password], ids=lambda case: case.parts[0])
def test_pem_passwords(pems: Workshop, case: Pem) -> None:
    data = b"".join(pems[part] for part in case.parts)
    for nothing in (None, ""):
        error = refused(data, nothing)
        assert (error.code, error.concerns) == ("missing_password", Input.PASSWORD)
    error = refused(data, "another one")
    assert (error.code, error.concerns) == ("wrong_password", Input.PASSWORD)


def test_pkcs12_in_pem(shop: Workshop) -> None:
    # As GnuTLS's certtool writes it.
    body = base64.encodebytes(shop.make(f"{EXPORT} pass:secret"))
    opens(shop, b"-----BEGIN PKCS12-----\n" + body + b"-----END PKCS12-----\n", "secret")


PROTECTED = {name: options for name, options in PKCS12.items() if name != "nothing encrypted"}


@pytest.mark.parametrize("options", PROTECTED.values(), ids=PROTECTED)
def test_missing_and_wrong_password(shop: Workshop, options: str) -> None:
    data = shop.make(f"{EXPORT} pass:secret {options}")
    for nothing in (None, ""):
        error = refused(data, nothing)
        assert (error.code, error.concerns) == ("missing_password", Input.PASSWORD)
    error = refused(data, "another one")
    assert (error.code, error.concerns) == ("wrong_password", Input.PASSWORD)


def test_password_of_the_mac_alone(shop: Workshop) -> None:
    data = shop.make(f"{EXPORT} pass:secret -keypbe NONE -certpbe NONE")
    assert refused(data, None).code == "missing_password"
    assert refused(data, "another one").code == "wrong_password"


@pytest.mark.parametrize("password", ["nul \0 inside", "lone surrogate \udce9"])
def test_password_that_no_password_can_be(shop: Workshop, password: str) -> None:
    error = refused(shop.make(f"{EXPORT} pass:secret"), password)
    assert (error.code, error.concerns) == ("wrong_password", Input.PASSWORD)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9, 0.999])
def test_cut_short(shop: Workshop, kept: float) -> None:
    data = shop.make(f"{EXPORT} pass:secret")
    part = data[: int(len(data) * kept)]
    for password in ("secret", "another one", None):
        error = refused(part, password)
        assert (error.code, error.concerns) == ("damaged", Input.CERTIFICATE)
        assert f"{len(data)} bytes, and {len(part)} are there" in error.detail


def test_changed_bytes(shop: Workshop) -> None:
    data = shop.make(f"{EXPORT} pass:secret")
    for at in range(40, len(data), 97):
        damaged = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        error = refused(damaged, "secret")
        assert (error.code, error.concerns) == ("damaged", Input.CERTIFICATE), at


def test_changed_byte_where_nothing_is_encrypted(shop: Workshop) -> None:
    data = shop.make(f"{EXPORT} pass: -keypbe NONE -certpbe NONE")
    modulus = shop.own.key.private_numbers().public_numbers.n.to_bytes(256)
    at = data.index(modulus) + 100
    damaged = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
    assert refused(damaged, None).code == "damaged"


def test_damaged_pem(pems: Workshop) -> None:
    key, certificate = pems["key.pem"], pems["cert.pem"]
    cases = {
        "has no end": key + certificate[:-40],
        "is not valid base64": key + certificate.replace(b"MII", b"M*I", 1),
        "cannot be read as a certificate": key + re.sub(rb"\n.{64}\n", b"\n", certificate, count=1),
        "cannot be read as a private key": re.sub(rb"\n.{64}\n", b"\n", key, count=1) + certificate,
        "ends with the line of another block": key + certificate.replace(b"END CERTIFICATE", b"END PRIVATE KEY"),
        "cannot be read as an encrypted private key": pems["encrypted.pem"].replace(b"MII", b"MIA", 1) + certificate,
    }
    for says, data in cases.items():
        error = refused(data, "secret")
        assert error.code == "damaged"
        assert says in error.detail


def test_nothing_from_the_file_acts_on_the_terminal(pems: Workshop) -> None:
    error = refused(b"-----BEGIN \x1b[2J\x9b-----\n-----END \x1b[2J\x9b-----\n" + pems["cert.pem"], None)
    assert error.detail.isprintable()
    for data in (b"-----BEGIN \x1b[2J-----\n!", b"-----BEGIN \x1b[2J-----\n-----END \x1b[2J-----\n"):
        error = refused(data, None)
        assert "\x1b" not in error.detail
        assert "?[2J" in error.detail


def test_damaged_headers_of_a_traditional_key(pems: Workshop) -> None:
    key, certificate = pems["aes.pem"], pems["cert.pem"]
    cases = {
        rb"DEK-Info.*": (b"", "damaged", "does not say how"),
        rb"(DEK-Info: AES-256-CBC,.{20}).*": (rb"\1", "damaged", "initialisation vector"),
        rb"AES-256-CBC": (b"CAMELLIA-256-CBC", "unsupported_encryption", "openssl pkcs8 -topk8"),
    }
    for pattern, (replacement, code, says) in cases.items():
        error = refused(re.sub(pattern, replacement, key) + certificate, "secret")
        assert error.code == code
        assert says in error.detail


def test_damaged_key_with_the_right_public_half(pems: Workshop) -> None:
    from cryptography.hazmat.primitives import serialization

    der = bytearray(
        pems.own.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    numbers = pems.own.key.private_numbers()
    for number in (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp):
        content = number.to_bytes((number.bit_length() + 7) // 8)
        changed = bytearray(der)
        changed[changed.index(content) + len(content) // 2] ^= 1
        pem = b"-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(changed) + b"-----END PRIVATE KEY-----\n"
        error = refused(pem + pems["cert.pem"], None)
        assert error.code == "damaged"
        assert "do not fit together" in error.detail


@pytest.mark.parametrize(
    "form",
    [
        lambda data: base64.b64encode(data).decode(),
        lambda data: base64.encodebytes(data).decode(),
        lambda data: base64.encodebytes(data).decode().replace("\n", "\r\n  "),
        lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
        lambda data: f"\n{base64.b64encode(data).decode()}\n",
    ],
)
def test_inline_base64(shop: Workshop, form: Callable[[bytes], str]) -> None:
    for data in (shop.make(f"{EXPORT} pass:secret"), shop["own.pem"]):
        opens(shop, decode_inline(form(data)), "secret")


def test_inline_pem(shop: Workshop) -> None:
    text = shop["own.pem"].decode()
    for form in (
        text,
        "\ufeff" + text,
        text.replace("\n", "\\n"),
        text.replace("\n", "\\r\\n"),
        text.replace("\n", " "),
    ):
        opens(shop, decode_inline(form), None)


@pytest.mark.parametrize("text", ["sign-in.pfx", "/home/me/cert.pfx", "hello world", "AAAA", "MII*", "é" * 20])
def test_inline_neither(text: str) -> None:
    with pytest.raises(CertificateError) as caught:
        decode_inline(text)
    assert caught.value.code == "not_base64"
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_inline_empty(text: str) -> None:
    with pytest.raises(CertificateError) as caught:
        decode_inline(text)
    assert caught.value.code == "empty"
