"""Which key and certificate are taken, in which chain, and what is refused or remarked."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from provider.auth.certificate import CertificateError, Input, load
from tests.certificates import CertificateFiles, certificate, chain_of_three, rsa_key, self_signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
START = datetime(2030, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def own(folder: Path) -> CertificateFiles:
    return self_signed(folder, "own", not_before=START, not_after=END)


@pytest.fixture(scope="module")
def three(folder: Path) -> CertificateFiles:
    return chain_of_three(folder, "three", not_before=START, not_after=END)


def pem(*parts: x509.Certificate | object) -> bytes:
    out = []
    for part in parts:
        if isinstance(part, x509.Certificate):
            out.append(part.public_bytes(Encoding.PEM))
        else:
            assert hasattr(part, "private_bytes")
            out.append(part.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return b"".join(out)


def refused(data: bytes, password: str | None = None, *, now: datetime = NOW) -> CertificateError:
    with pytest.raises(CertificateError) as caught:
        load(data, password, now=now)
    return caught.value


@pytest.mark.parametrize("size", [2048, 4096])
def test_what_a_certificate_tells(folder: Path, size: int) -> None:
    files = self_signed(folder, f"rsa-{size}", key_size=size, not_before=START, not_after=END)
    for data, password in ((files.pfx.read_bytes(), files.password), (files.pem.read_bytes(), None)):
        loaded, findings = load(data, password, now=NOW)
        assert findings == ()
        assert loaded.leaf == files.certificate
        assert loaded.thumbprint_sha1 == files.certificate.fingerprint(hashes.SHA1()).hex().upper()
        assert loaded.thumbprint_sha256 == files.certificate.fingerprint(hashes.SHA256()).hex().upper()
        assert loaded.subject == f"CN=rsa-{size}"
        assert (loaded.not_before, loaded.not_after) == (START, END)
        assert loaded.days_left(NOW) == 244
        assert loaded.days_left(END + timedelta(seconds=1)) == -1
        assert loaded.key.key_size == size


def test_the_key_is_in_no_repr(own: CertificateFiles) -> None:
    loaded, _ = load(own.pem.read_bytes(), None, now=NOW)
    assert repr(loaded) == f"ClientCertificate(chain=({own.certificate!r},), subject={loaded.subject!r})"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_chain_is_ordered_by_signature(three: CertificateFiles, order: tuple[int, ...]) -> None:
    shuffled = [three.chain[index] for index in order]
    for data in (pem(*shuffled, three.key), pem(three.key, *shuffled), pem(*shuffled, three.key, *shuffled)):
        assert load(data, None, now=NOW)[0].chain == three.chain
    pfx = pkcs12.serialize_key_and_certificates(None, three.key, None, shuffled, NoEncryption())
    assert load(pfx, None, now=NOW)[0].chain == three.chain


def test_a_chain_ends_where_the_file_ends(three: CertificateFiles) -> None:
    leaf, intermediate, root = three.chain
    cases = (
        ((leaf, intermediate), (leaf, intermediate)),
        ((root, leaf), (leaf,)),
        ((leaf,), (leaf,)),
    )
    for given, chain in cases:
        assert load(pem(three.key, *given), None, now=NOW)[0].chain == chain


def test_what_is_not_of_the_chain_is_left_out(three: CertificateFiles) -> None:
    stranger = certificate("a stranger", rsa_key(2048, "stranger"), authority=True)
    # The same name as the issuer, another key: only the signature tells them apart.
    namesake = certificate("three intermediate", rsa_key(2048, "stranger"), authority=True)
    data = pem(stranger, namesake, *reversed(three.chain), three.key)
    assert load(data, None, now=NOW)[0].chain == three.chain
    assert three.chain[1].subject == namesake.subject


def test_of_cross_signed_certificates_the_way_to_a_valid_root_is_taken(three: CertificateFiles) -> None:
    leaf = three.certificate
    intermediate_key, other_key = rsa_key(2048, "intermediate"), rsa_key(2048, "stranger")
    other_root = certificate("other root", other_key, authority=True, not_before=START, not_after=END)
    crossed = certificate(
        "three intermediate",
        intermediate_key,
        issuer=other_root,
        issuer_key=other_key,
        authority=True,
        not_before=START,
        not_after=END + timedelta(days=9999),
    )
    expired = certificate(
        "three intermediate",
        intermediate_key,
        issuer=other_root,
        issuer_key=other_key,
        authority=True,
        not_before=START,
        not_after=START + timedelta(days=1),
    )
    valid_root = certificate("three root", rsa_key(2048, "root"), authority=True, not_before=START, not_after=END)
    valid = certificate(
        "three intermediate",
        intermediate_key,
        issuer=valid_root,
        issuer_key=rsa_key(2048, "root"),
        authority=True,
        not_before=START,
        not_after=END,
    )
    cases = (
        ((crossed, valid, valid_root), (leaf, valid, valid_root)),
        ((expired, other_root, valid, valid_root), (leaf, valid, valid_root)),
        ((expired, other_root), (leaf, expired, other_root)),
        ((crossed, valid), (leaf, crossed)),
    )
    for given, chain in cases:
        assert load(pem(three.key, leaf, *given), None, now=NOW)[0].chain == chain


def test_two_key_pairs_are_both_listed(own: CertificateFiles) -> None:
    other_key = rsa_key(2048, "stranger")
    other = certificate("other", other_key, not_before=START, not_after=END)
    error = refused(pem(own.key, other_key, own.certificate, other))
    assert (error.code, error.concerns) == ("several_key_pairs", Input.CERTIFICATE)
    for each in (own.certificate, other):
        assert each.fingerprint(hashes.SHA1()).hex().upper() in error.detail


def test_a_stray_key_and_a_key_written_twice_do_no_harm(own: CertificateFiles) -> None:
    for keys in ((own.key, own.key), (rsa_key(2048, "stranger"), own.key)):
        assert load(pem(*keys, own.certificate), None, now=NOW)[0].leaf == own.certificate


def test_of_several_certificates_for_one_key_the_valid_one_is_used(own: CertificateFiles) -> None:
    old = certificate("own", own.key, not_before=START - timedelta(days=365), not_after=START)
    loaded, findings = load(pem(own.key, old, own.certificate), None, now=NOW)
    assert loaded.leaf == own.certificate
    assert [finding.code for finding in findings] == ["several_certificates"]
    assert old.fingerprint(hashes.SHA1()).hex().upper() in findings[0].detail


def both_forms(key: object, leaf: x509.Certificate) -> list[bytes]:
    pfx = pkcs12.serialize_key_and_certificates(None, key, None, [leaf], NoEncryption())  # type: ignore[arg-type]
    return [pem(key, leaf), pfx]


def test_the_key_of_another_certificate(own: CertificateFiles) -> None:
    for data in both_forms(rsa_key(2048, "stranger"), own.certificate):
        error = refused(data)
        assert (error.code, error.concerns) == ("key_mismatch", Input.CERTIFICATE)
        assert '"CN=own"' in error.detail


KEYS: dict[str, Callable[[], Any]] = {
    "EC, curve secp256r1": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EC, curve secp521r1": lambda: ec.generate_private_key(ec.SECP521R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "DSA": lambda: dsa.generate_private_key(1024),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_that_is_not_rsa(own: CertificateFiles, kind: str) -> None:
    key = KEYS[kind]()
    leaf = (
        x509.CertificateBuilder()
        .subject_name(own.certificate.subject)
        .issuer_name(own.certificate.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(END)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    for data in (*both_forms(key, leaf), *both_forms(key, own.certificate)):
        error = refused(data)
        assert error.code == "not_rsa"
        assert f"is {kind}." in error.detail


def test_a_key_too_small(folder: Path) -> None:
    files = self_signed(folder, "small", key_size=1024, not_before=START, not_after=END)
    for data, password in ((files.pfx.read_bytes(), files.password), (files.pem.read_bytes(), None)):
        error = refused(data, password)
        assert error.code == "key_size"
        assert "1024 bits" in error.detail


VALIDITY: dict[str, tuple[datetime, str | None, tuple[str, ...]]] = {
    "a second before": (
        START - timedelta(seconds=1),
        "not_yet_valid",
        ("2030-01-01 00:00:00 UTC", "2029-12-31 23:59:59"),
    ),
    "the first second": (START, None, ()),
    "another zone": (START.astimezone(timezone(timedelta(hours=9))), None, ()),
    "a second after": (END + timedelta(seconds=1), "expired", ("2031-01-01 00:00:00 UTC", "2031-01-01 00:00:01 UTC")),
}


@pytest.mark.parametrize(("now", "code", "says"), VALIDITY.values(), ids=VALIDITY)
def test_validity(own: CertificateFiles, now: datetime, code: str | None, says: tuple[str, ...]) -> None:
    data = own.pem.read_bytes()
    if code is None:
        assert load(data, None, now=now)[1] == ()
        return
    error = refused(data, now=now)
    assert (error.code, error.concerns) == (code, Input.CERTIFICATE)
    assert all(each in error.detail for each in says)
    assert "CN=own" in error.detail


EXPIRY = {
    timedelta(days=31): None,
    timedelta(days=30, seconds=1): None,
    timedelta(days=30): "in 30 days",
    timedelta(days=1, hours=23): "in 1 day.",
    timedelta(hours=5): "in less than a day",
    timedelta(0): "in less than a day",
}


@pytest.mark.parametrize(("left", "says"), EXPIRY.items(), ids=str)
def test_a_warning_before_expiry(own: CertificateFiles, left: timedelta, says: str | None) -> None:
    findings = load(own.pem.read_bytes(), None, now=END - left)[1]
    assert [finding.code for finding in findings] == (["expires_soon"] if says else [])
    assert all(says in finding.detail for finding in findings if says)


def test_the_leaf_need_not_be_first_nor_named_first(three: CertificateFiles) -> None:
    _, intermediate, root = three.chain
    loaded, findings = load(pem(root, intermediate, three.key, three.certificate), None, now=NOW)
    assert loaded.leaf == three.certificate
    assert findings == ()


def test_too_many_certificates(own: CertificateFiles) -> None:
    strangers = [certificate(f"stranger {number}", rsa_key(2048, "stranger")) for number in range(201)]
    error = refused(pem(own.key, own.certificate, *strangers))
    assert error.code == "too_many_certificates"
    assert "202 certificates" in error.detail
