"""What clients ask before they sign in: instance discovery, the OpenID configuration, the key set."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.responses import JSONResponse, Response

from tenant.directory import new_id
from tenant.entra.correlation import correlation_headers, correlation_id
from tenant.entra.refusals import RefusalError
from tenant.entra.tenants import SHARED, require_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tenant.pki import SigningKey
    from tenant.service import Service


def _answer(body: Mapping[str, object], request: Request) -> Response:
    correlation = correlation_id(request.headers)
    headers = correlation_headers(new_id(), correlation, request.headers)
    # These documents may be kept by a browser of another origin; the token answer may not.
    headers |= {"Cache-Control": "max-age=86400, private", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(body, headers=headers)


async def openid_configuration(service: Service, request: Request) -> Response:
    """`/{tenant}/v2.0/.well-known/openid-configuration`."""
    asked = request.path_params["tenant"]
    organization = service.store.directory.organization
    if asked in SHARED:
        issuer_tenant = "{tenantid}"
    else:
        require_tenant(organization, asked)
        issuer_tenant = asked = organization.id
    authority = f"{service.url}/{asked}"
    body: dict[str, object] = {
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{authority}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{service.url}/{issuer_tenant}/v2.0",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{service.url}/oidc/userinfo",
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{authority}/oauth2/v2.0/logout",
        "claims_supported": [
            "sub",
            "iss",
            "cloud_instance_name",
            "cloud_instance_host_name",
            "cloud_graph_host_name",
            "msgraph_host",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "acr",
            "nonce",
            "preferred_username",
            "name",
            "tid",
            "ver",
            "at_hash",
            "c_hash",
            "email",
        ],
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": service.url.removeprefix("https://"),
        "rbac_url": "https://pas.windows.net",
    }
    return _answer(body, request)


async def instance_discovery(service: Service, request: Request) -> Response:
    """`/common/discovery/instance`: where the authority of `authorization_endpoint` has its OpenID configuration.

    The only authority that is known is this one, under each of its host names (msal leaves the port out). Whether it
    has the tenant is not checked here.
    """
    asked = request.query_params.get("authorization_endpoint")
    if asked is None:
        raise RefusalError("parameter_missing", name="authorization_endpoint")
    authority = urlsplit(asked)
    if authority.hostname not in {urlsplit(url).hostname for url in service.same_urls}:
        raise RefusalError("instance_unknown")
    tenant = authority.path.strip("/").split("/")[0]
    own = service.url.removeprefix("https://")
    body = {
        "tenant_discovery_endpoint": f"{service.url}/{tenant}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": own,
                "preferred_cache": own,
                "aliases": sorted(url.removeprefix("https://") for url in service.same_urls),
            }
        ],
    }
    return _answer(body, request)


async def keys(service: Service, request: Request) -> Response:
    """`/{tenant}/discovery/v2.0/keys`: the public half of what signs access tokens."""
    asked = request.path_params["tenant"]
    if asked not in SHARED:
        require_tenant(service.store.directory.organization, asked)
    numbers = service.signing_key.key.public_key().public_numbers()
    key_id = signing_key_id(service.signing_key)
    body = {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "kid": key_id,
                "x5t": key_id,
                "n": _encoded_number(numbers.n),
                "e": _encoded_number(numbers.e),
                "x5c": [base64.b64encode(service.signing_key.certificate.public_bytes(Encoding.DER)).decode("ascii")],
                "cloud_instance_name": "microsoftonline.com",
                "issuer": f"{service.url}/{{tenantid}}/v2.0",
            }
        ]
    }
    return _answer(body, request)


def signing_key_id(signing_key: SigningKey) -> str:
    """Return `kid` (and `x5t`) of the token signing key: its certificate's SHA-1 thumbprint in base64url."""
    return base64url(signing_key.certificate.fingerprint(hashes.SHA1()))  # noqa: S303 - as Entra names its keys


def base64url(content: bytes) -> str:
    """Return `content` in base64url without padding, as a JWT has it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _encoded_number(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
