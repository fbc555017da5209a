"""The client assertion, read by a library that we did not write."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from provider.auth.assertion import sign
from provider.auth.certificate import ClientCertificate
from tests.certificates import CertificateFiles, chain_of_three, rsa_key, self_signed

CLIENT = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
AUDIENCE = "https://login.example/tenant/oauth2/v2.0/token"
NOW = datetime(2026, 5, 4, 3, 2, 1, 999_999, tzinfo=UTC)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return chain_of_three(tmp_path_factory.mktemp("chain"))


def signed(files: CertificateFiles, *, send_chain: bool = False, now: datetime = NOW) -> str:
    own = ClientCertificate(files.key, files.chain, "CN=leaf")
    return sign(own, client_id=CLIENT, audience=AUDIENCE, now=now, send_chain=send_chain)


def read(files: CertificateFiles, assertion: str) -> dict[str, Any]:
    return jwt.decode_complete(
        assertion,
        files.certificate.public_key(),  # type: ignore[arg-type]
        algorithms=["PS256"],
        audience=AUDIENCE,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )


def test_claims(chain: CertificateFiles) -> None:
    claims = read(chain, signed(chain))["payload"]

    start = int(NOW.timestamp())
    assert {name: value for name, value in claims.items() if name != "jti"} == {
        "aud": AUDIENCE,
        "iss": CLIENT,
        "sub": CLIENT,
        "nbf": start,
        "iat": start,
        "exp": start + 600,
    }


def test_it_lives_ten_minutes_at_most(chain: CertificateFiles) -> None:
    claims = read(chain, signed(chain))["payload"]

    assert timedelta(minutes=5) <= timedelta(seconds=claims["exp"] - claims["nbf"]) <= timedelta(minutes=10)


@pytest.mark.parametrize("send_chain", [False, True])
def test_header(chain: CertificateFiles, send_chain: bool) -> None:
    header = read(chain, signed(chain, send_chain=send_chain))["header"]

    thumbprint = urlsafe_b64encode(chain.certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
    expected: dict[str, Any] = {"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}
    if send_chain:
        expected["x5c"] = header["x5c"]
        sent = [b64decode(part, validate=True) for part in header["x5c"]]
        assert sent == [each.public_bytes(Encoding.DER) for each in chain.chain]
        assert len(sent) == 3
    assert header == expected


def test_every_assertion_has_an_id_of_its_own(chain: CertificateFiles) -> None:
    assert len({read(chain, signed(chain))["payload"]["jti"] for _ in range(5)}) == 5


def test_another_key_does_not_verify_it(chain: CertificateFiles, tmp_path: Path) -> None:
    other = self_signed(tmp_path, key_label="other")

    with pytest.raises(jwt.InvalidSignatureError):
        read(other, signed(chain))


def test_a_time_in_another_zone(chain: CertificateFiles) -> None:
    from datetime import timezone

    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))

    assert read(chain, signed(chain, now=elsewhere))["payload"]["nbf"] == int(NOW.timestamp())


@pytest.mark.parametrize("size", [2048, 3072])
def test_sizes_of_keys(size: int, tmp_path: Path) -> None:
    files = self_signed(tmp_path, key_size=size)

    assert rsa_key(size).key_size == size
    assert read(files, signed(files))["payload"]["iss"] == CLIENT
