"""Nothing that a file asks for costs more than a bound, and the usual file costs little."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from provider.auth.certificate import CertificateError, decode_inline, load
from tests.auth.openssl import Workshop, workshop

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime.now(UTC)
EXPORT = "pkcs12 -export -inkey key.pem -in cert.pem -passout pass:secret"
# INTEGER 2048 and 2^31-1: what stands in the files made here, and what is put in its place.
USUAL, HUGE = b"\x02\x02\x08\x00", b"\x02\x04\x7f\xff\xff\xff"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return workshop(tmp_path_factory.mktemp("cost"))


def refused_at_once(data: bytes) -> CertificateError:
    start = time.perf_counter()
    with pytest.raises(CertificateError) as caught:
        load(data, "secret", now=NOW)
    assert time.perf_counter() - start < 1
    return caught.value


def replaced(der: bytes, number: int) -> bytes:
    """Put the huge count in the place of the usual one with this number, and set right the lengths around it."""
    places = [at for at in range(len(der)) if der.startswith(USUAL, at)]
    at = places[number]
    return lengthened(der, 0, len(der), at)


def lengthened(der: bytes, start: int, end: int, place: int) -> bytes:
    out = bytearray()
    while start < end:
        if start == place:
            out += HUGE
            start += len(USUAL)
            continue
        tag, first = der[start], der[start + 1]
        octets = first & 0x7F if first & 0x80 else 0
        inside = start + 2 + octets
        length = int.from_bytes(der[start + 2 : inside]) if octets else first
        content = der[inside : inside + length]
        if inside <= place < inside + length:
            content = lengthened(der, inside, inside + length, place)
        size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
        out += bytes([tag, 0x80 | len(size)]) + size if len(content) > 127 else bytes([tag, len(content)])
        out += content
        start = inside + length
    return bytes(out)


@pytest.mark.parametrize("options", ["", "-legacy", "-macalg SHA512"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_2_31_rounds_in_pkcs12(shop: Workshop, options: str, number: int) -> None:
    # The certificates, the key, the MAC.
    error = refused_at_once(replaced(shop.make(f"{EXPORT} {options}"), number))
    assert error.code == "too_costly"
    assert "2147483647 rounds" in error.detail


def test_2_31_rounds_in_an_encrypted_key(shop: Workshop) -> None:
    der = replaced(shop.make("pkcs8 -topk8 -in key.pem -passout pass:secret -outform DER"), 0)
    pem = (
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base64.encodebytes(der) + b"-----END ENCRYPTED PRIVATE KEY-----\n"
    )
    assert refused_at_once(pem + shop["cert.pem"]).code == "too_costly"


def test_scrypt_beyond_the_bound(shop: Workshop) -> None:
    # N = 16384, r = 8, p = 1; p becomes 127.
    der = shop.make("pkcs8 -topk8 -scrypt -in key.pem -passout pass:secret -outform DER")
    usual = b"\x02\x02\x40\x00\x02\x01\x08\x02\x01\x01"
    assert der.count(usual) == 1
    pem = (
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
        + base64.encodebytes(der.replace(usual, usual[:-1] + b"\x7f"))
        + b"-----END ENCRYPTED PRIVATE KEY-----\n"
    )
    assert refused_at_once(pem + shop["cert.pem"]).code == "too_costly"


LARGE: dict[str, Callable[[bytes], bytes]] = {
    "50 MB of a file": lambda pfx: pfx + bytes(50_000_000),
    "just over 1 MiB": lambda pfx: pfx + bytes(1024 * 1024 + 1 - len(pfx)),
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_large_data_is_refused_at_once(shop: Workshop, make: Callable[[bytes], bytes]) -> None:
    data = make(shop["own.pfx"])
    error = refused_at_once(data)
    assert error.code == "too_large"
    assert str(len(data)) in error.detail


def test_large_inline_data_is_refused_at_once() -> None:
    start = time.perf_counter()
    with pytest.raises(CertificateError) as caught:
        decode_inline("A" * 50_000_000)
    assert time.perf_counter() - start < 1
    assert caught.value.code == "too_large"


SLOW_TO_READ: dict[str, bytes] = {
    "begins without ends": b"-----BEGIN CERTIFICATE-----\n" * 35_000,
    "begins without labels": b"-----BEGIN " * 90_000,
    "empty blocks": b"-----BEGIN X-----\n-----END X-----\n" * 29_000,
    "PKCS#12 of empty values": b"0\x80\x02\x01\x03" + b"\x05\x00" * 500_000,
    "PKCS#12 nested without end": b"0\x80\x02\x01\x03" + b"0\x80" * 500_000,
    "digits": b"7" * 1_000_000,
    "blanks": b" " * 1_000_000 + b"x",
    "DER nested": b"\x30\x80" * 500_000,
}


@pytest.mark.parametrize("data", SLOW_TO_READ.values(), ids=SLOW_TO_READ)
def test_no_data_is_slow_to_read(data: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(CertificateError):
        load(data, None, now=NOW)
    assert time.perf_counter() - start < 4


PROBE = """
import sys
from datetime import datetime, UTC
from provider.auth.certificate import load
data = open(sys.argv[1], "rb").read()
load(data, None, now=datetime.now(UTC))
print(*sorted(name for name in sys.modules if name.startswith(sys.argv[2])))
"""


@pytest.mark.parametrize("name", ["own.pfx", "own.pem"])
@pytest.mark.parametrize("library", ["msal", "requests", "ssl", "provider.auth.certificate.asn1"])
def test_what_loading_a_certificate_imports(shop: Workshop, name: str, library: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(shop.folder / name), library], capture_output=True, text=True, check=True
    )
    needed = library == "provider.auth.certificate.asn1" and name == "own.pfx"
    assert done.stdout.split() == ([library] if needed else [])
    assert done.stderr == ""
