"""Who is calling: the access token of a request, verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt

from tenant.directory import GRAPH_APP_ID
from tenant.entra.access_token import find_resource
from tenant.evidence import assumed, recorded
from tenant.graph.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant.service import Service

CHALLENGE_EVIDENCE = recorded(
    "header www-authenticate of 401 answers in public traces; here with this authority's address"
)
TOLERANCE_EVIDENCE = assumed("5 minutes is the clock skew that Microsoft's token validation allows by default")

_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caller:
    """The application that calls."""

    object_id: str
    roles: frozenset[str]


def challenge(service: Service) -> dict[str, str]:
    """Return the header that tells a client where to get a token."""
    return {
        "WWW-Authenticate": (
            f'Bearer realm="", authorization_uri="{service.url}/common/oauth2/authorize", client_id="{GRAPH_APP_ID}"'
        )
    }


def authenticate(service: Service, authorization: str) -> Caller:
    """Return the caller whom the `Authorization` header proves.

    Raises:
        GraphError: 401 with the challenge.
    """
    scheme, _blank, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise GraphError("token_missing", challenge(service))
    claims = _verified(service, token.strip())
    _require_valid(service, claims)
    return Caller(str(claims.get("oid")), frozenset(claims.get("roles", ())))


def _verified(service: Service, token: str) -> Mapping[str, Any]:
    claims: Mapping[str, Any]
    try:
        claims = jwt.decode(
            token,
            service.signing_key.key.public_key(),
            algorithms=["RS256"],
            # Expiry goes by the service's own clock, audience by its table of resources.
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
        )
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        raise GraphError("token_signature", challenge(service)) from None
    except jwt.InvalidTokenError:
        raise GraphError("token_malformed", challenge(service)) from None
    return claims


def _require_valid(service: Service, claims: Mapping[str, Any]) -> None:
    now = service.store.now().timestamp()
    if now > claims["exp"] + _TOLERANCE.total_seconds():
        raise GraphError("token_expired", challenge(service))
    resource = find_resource(service, claims["aud"])
    if resource is None or not resource.is_graph:
        raise GraphError("token_audience", challenge(service))
    if claims["tid"].lower() != service.store.directory.organization.id.lower():
        raise GraphError("token_signature", challenge(service))
