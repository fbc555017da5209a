"""Client assertions made by hand, right or wrong in one point."""

from __future__ import annotations

import base64
import time
import uuid
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509

    from tests.certificates import CertificateFiles

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def thumbprints(certificate: x509.Certificate) -> dict[str, str]:
    """Return both thumbprint headers of a certificate."""
    return {
        "x5t#S256": base64url(certificate.fingerprint(hashes.SHA256())),
        "x5t": base64url(certificate.fingerprint(hashes.SHA1())),
    }


def x5c(chain: Sequence[x509.Certificate]) -> list[str]:
    """Return the header that carries a chain."""
    return [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]


def assertion(
    client_id: str,
    audience: str,
    files: CertificateFiles,
    *,
    algorithm: str = "PS256",
    header: Mapping[str, Any] | None = None,
    claims: Mapping[str, Any] | None = None,
    signed_by: CertificateFiles | None = None,
) -> str:
    """Return an assertion as the documentation asks for.

    Args:
        client_id: issuer and subject.
        audience: the token endpoint.
        files: the certificate that it names, and whose key signs unless `signed_by` is given.
        algorithm: how it is signed.
        header: header members in place of `x5t#S256`; None as a value leaves a member out.
        claims: claims in place of the right ones; None as a value leaves a claim out.
        signed_by: whose key signs instead.
    """
    now = int(time.time())
    right = {
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    }
    merged = {name: value for name, value in {**right, **(claims or {})}.items() if value is not None}
    named = {"x5t#S256": thumbprints(files.certificate)["x5t#S256"]} if header is None else dict(header)
    key = "" if algorithm == "none" else (signed_by or files).key
    return jwt.encode(merged, key, algorithm=algorithm, headers=named)
