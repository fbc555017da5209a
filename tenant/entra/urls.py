"""The addresses of the token service."""

from __future__ import annotations

from tenant.entra.discovery import instance_discovery, keys, openid_configuration
from tenant.entra.token import token
from tenant.evidence import documented, recorded
from tenant.service import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/common/discovery/instance",
        ("GET",),
        instance_discovery,
        recorded("what msal asks for and reads: tenant_discovery_endpoint, metadata with aliases"),
    ),
    Endpoint(
        "/{tenant}/v2.0/.well-known/openid-configuration",
        ("GET",),
        openid_configuration,
        recorded("the discovery document in Azure/azure-workload-identity issue 682; 90002 for an unknown tenant"),
    ),
    Endpoint(
        "/{tenant}/discovery/v2.0/keys",
        ("GET",),
        keys,
        documented("entra identity-platform/access-tokens: jwks_uri of the discovery document"),
    ),
    Endpoint(
        "/{tenant}/oauth2/v2.0/token",
        ("GET", "POST", "PUT", "PATCH", "DELETE"),
        token,
        documented("entra identity-platform/v2-oauth2-client-creds-grant-flow"),
    ),
)
