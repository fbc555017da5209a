"""The client assertion: a short-lived JWT by which an application shows that it holds its certificate's key.

Sources: RFC 7523 section 2.2, RFC 7515, RFC 7518 section 3.5 (PS256), and Entra's page "Microsoft identity platform
application authentication certificate credentials".
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from provider.auth.certificate import ClientCertificate

# Entra asks for five to ten minutes at most.
LIFETIME = timedelta(minutes=10)


def sign(certificate: ClientCertificate, *, client_id: str, audience: str, now: datetime, send_chain: bool) -> str:
    """Return an assertion of `client_id` for the token endpoint `audience`, valid from `now` on.

    With `send_chain` its header carries the whole chain, leaf first (`x5c`), for applications that trust a subject name
    and issuer; else only the leaf's thumbprint.
    """
    leaf = certificate.leaf.public_bytes(serialization.Encoding.DER)
    header: dict[str, Any] = {"alg": "PS256", "typ": "JWT", "x5t#S256": _base64url(sha256(leaf).digest())}
    if send_chain:
        header["x5c"] = [b64encode(c.public_bytes(serialization.Encoding.DER)).decode() for c in certificate.chain]
    start = int(now.timestamp())
    claims = {
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid4()),
        "nbf": start,
        "iat": start,
        "exp": start + int(LIFETIME.total_seconds()),
    }
    signed = f"{_part(header)}.{_part(claims)}"
    signature = certificate.key.sign(
        signed.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH), hashes.SHA256()
    )
    return f"{signed}.{_base64url(signature)}"


def _part(content: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
