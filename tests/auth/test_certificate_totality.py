"""Any bytes give a certificate or a CertificateError: no other exception, no warning, nothing on stderr."""

from __future__ import annotations

import functools
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.auth.certificate import CertificateError, ClientCertificate, Finding, decode_inline, load
from tests.auth.openssl import workshop

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime.now(UTC)
FILES = Path(__file__).parent / "files"
QUICK = settings(max_examples=150, deadline=None, database=None)
PASSWORDS = st.sampled_from([None, "", "secret", "changeit", "wrong", "nul\0", "\udcff"])


@functools.cache
def real_files() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder:
        shop = workshop(Path(folder))
        export = "pkcs12 -export -inkey key.pem -in cert.pem -iter 1 -passout"
        made = [
            shop.make(f"{export} pass:secret"),
            shop.make(f"{export} pass:secret -legacy"),
            shop.make(f"{export} pass: -keypbe NONE -certpbe NONE -nomac"),
            shop.make("pkcs8 -topk8 -iter 1 -in key.pem -passout pass:secret") + shop["cert.pem"],
            shop.make("rsa -in key.pem -traditional -aes128 -passout pass:secret") + shop["cert.pem"],
            shop["three.pem"],
            shop.make("crl2pkcs7 -nocrl -certfile issuers.pem -outform DER"),
            shop.make("pkcs8 -topk8 -nocrypt -in key.pem -outform DER"),
            shop.make("x509 -in cert.pem -outform DER"),
        ]
    return (*made, *(path.read_bytes() for path in sorted(FILES.iterdir())))


@pytest.fixture(autouse=True)
def nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> object:
    yield
    captured = capfd.readouterr()
    assert captured.err == ""
    assert captured.out == ""


def is_total(act: Callable[[], object]) -> None:
    try:
        act()
    except CertificateError as raised:
        error = raised
    else:
        return
    assert error.code
    assert error.summary
    assert error.detail
    assert str(error).isprintable()


def loaded(data: bytes, password: str | None) -> None:
    certificate, findings = load(data, password, now=NOW)
    assert isinstance(certificate, ClientCertificate)
    assert all(isinstance(each, Finding) for each in findings)
    assert certificate.subject
    assert certificate.days_left(NOW) >= 0


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(real_files())))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["flip", "cut", "insert", "remove", "repeat"])):
            case "flip" if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "insert":
                data[at:at] = draw(st.binary(max_size=8))
            case "remove":
                del data[at : at + draw(st.integers(1, 40))]
            case _:
                data[at:at] = data[at : at + 40]
    return bytes(data)


@QUICK
@given(st.binary(max_size=400), PASSWORDS)
def test_any_bytes(data: bytes, password: str | None) -> None:
    is_total(lambda: loaded(data, password))


@QUICK
@given(mutated(), PASSWORDS)
def test_mutated_files(data: bytes, password: str | None) -> None:
    is_total(lambda: loaded(data, password))


@QUICK
@given(
    st.sampled_from([b"0\x80\x02\x01\x03", b"0\x82\x04\x00\x02\x01\x03", b"-----BEGIN ", b"\xff\xfe-\0"]),
    st.binary(),
    PASSWORDS,
)
def test_any_bytes_behind_a_known_start(start: bytes, data: bytes, password: str | None) -> None:
    is_total(lambda: loaded(start + data, password))


@QUICK
@given(st.one_of(st.text(), st.text("ABCDabcd0123+/-_= \n"), st.text().map("-----BEGIN {}".format)))
def test_any_inline_text(text: str) -> None:
    is_total(lambda: loaded(decode_inline(text), None))
