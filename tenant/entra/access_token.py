"""The access tokens that are issued: for which resources, and with which claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt

from tenant.directory import GRAPH_APP_ID, new_id
from tenant.entra.discovery import base64url, signing_key_id
from tenant.evidence import assumed, documented, recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant.directory import Application, ServicePrincipal
    from tenant.service import Service

CLAIMS_EVIDENCE = recorded(
    "a decoded live app-only token (2024-05); meanings: entra identity-platform/access-token-claims-reference"
)
LIFETIME_EVIDENCE = recorded("expires_in 3599; nbf and iat lie 5 minutes before the issue, so exp - iat is 3,900 s")
NO_NONCE_EVIDENCE = assumed(
    "Graph's own tokens carry a `nonce` that keeps others from verifying them; left out here, so that a test can "
    "verify a token by the key set"
)
CAPABILITIES_EVIDENCE = documented("entra identity-platform/claims-challenge: xms_cc with cp1, only where asked for")
RESOURCES_EVIDENCE = documented("graph deployments: the Graph root of each national cloud")

# A client that reads `wids` expects at least this one: the template id of no directory role in particular.
_DEFAULT_WIDS = ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]
_BACKDATED = timedelta(minutes=5)

GRAPH_ROOTS = frozenset(
    {
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://graph.eaglex.ic.gov",
        "https://graph.microsoft.scloud",
    }
)
OTHER_RESOURCES = frozenset({"https://management.azure.com", "https://graph.windows.net"})
"""Resources that every tenant has, for which a token is issued that Graph refuses."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What a token is for: the audience it will carry, and whether that is Graph."""

    audience: str
    is_graph: bool


def find_resource(service: Service, identifier: str) -> Resource | None:
    """Return the resource that `identifier`, the scope without `/.default`, names; None if the tenant has none such."""
    name = identifier.rstrip("/").lower()
    if name == GRAPH_APP_ID or name in GRAPH_ROOTS or name in service.same_urls:
        return Resource(identifier, is_graph=True)
    if name in OTHER_RESOURCES:
        return Resource(identifier, is_graph=False)
    return None


def issue(
    service: Service,
    resource: Resource,
    application: Application,
    principal: ServicePrincipal,
    capabilities: Sequence[str] = (),
) -> str:
    """Return a signed token for `resource`: a v1.0 token, as Graph asks for even at the v2.0 endpoint.

    `capabilities` are those that the client declared; Graph wants to see them in the token.
    """
    directory = service.store.directory
    tenant = directory.organization.id
    issuer = f"https://sts.windows.net/{tenant}/"
    now = service.store.now()
    issued = now - _BACKDATED
    # Entra counts the lifetime in full seconds that remain, hence the one second over `expires_in`.
    expires = now + timedelta(seconds=directory.conditions.token_lifetime_seconds + 1)
    key_id = signing_key_id(service.signing_key)
    claims: dict[str, object] = {
        "aud": resource.audience,
        "iss": issuer,
        "iat": int(issued.timestamp()),
        "nbf": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "aio": base64url(new_id().encode()),
        "app_displayname": application.display_name,
        "appid": application.app_id,
        "appidacr": "2",
        "idp": issuer,
        "idtyp": "app",
        "oid": principal.id,
        "rh": f"1.{base64url(new_id().encode())}.",
        "sub": principal.id,
        "tenant_region_scope": "EU",
        "tid": tenant,
        "uti": base64url(new_id().encode())[:22],
        "ver": "1.0",
        "wids": _DEFAULT_WIDS,
        "xms_tcdt": int(directory.organization.created.timestamp()),
        "xms_tdbr": "EU",
    }
    if resource.is_graph and principal.roles:
        claims["roles"] = list(principal.roles)
    if resource.is_graph and "cp1" in capabilities:
        claims["xms_cc"] = ["cp1"]
    return jwt.encode(claims, service.signing_key.key, algorithm="RS256", headers={"kid": key_id, "x5t": key_id})
