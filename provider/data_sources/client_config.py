"""`microsoft365_client_config`: who the provider is signed in as."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.provider import DataSource
from provider.framework.schema import Schema, computed, integer, list_of, single, string
from provider.graph.connection import Connection
from provider.graph.errors import GraphError, Operation

_READ_ORGANIZATION = Operation(
    "read the organization",
    ("Organization.Read.All", "Directory.Read.All", "Organization.ReadWrite.All", "Directory.ReadWrite.All"),
)

_CERTIFICATE = {
    "thumbprint_sha1": computed(string(), "The SHA-1 thumbprint in hexadecimal, as the Entra admin center shows it."),
    "thumbprint_sha256": computed(string(), "The SHA-256 thumbprint in hexadecimal."),
    "subject": computed(string(), "The subject (RFC 4514)."),
    "not_after": computed(string(), "When the certificate expires (RFC 3339, UTC)."),
    "days_left": computed(integer(), "How many whole days are left until then."),
}

_SCHEMA = Schema(
    about="Who the provider is signed in as: tenant, application, permissions and certificate. "
    "It is the quickest way to see that signing in works.",
    attributes={
        "tenant_id": computed(string(), "The id of the tenant."),
        "tenant_display_name": computed(
            string(), "The name of the tenant; null where the application may not read the organization."
        ),
        "verified_domains": computed(
            list_of(string()),
            "The verified domain names of the tenant, sorted; null where the application may not read the "
            "organization.",
        ),
        "client_id": computed(string(), "The application (client) id."),
        "object_id": computed(string(), "The object id of the application's service principal."),
        "display_name": computed(string(), "The name of the application's service principal."),
        "auth_method": computed(string(), "How the provider signed in."),
        "cloud": computed(string(), "The national cloud."),
        "graph_url": computed(string(), "The Microsoft Graph that is called, without version."),
        "application_roles": computed(list_of(string()), "The application permissions in the token, sorted."),
        "certificate": computed(single(_CERTIFICATE), "The client certificate; null with other sign-in methods."),
    },
)


def _read(_config: Mapping[str, Any], connection: Connection, cancel: CancelToken) -> Mapping[str, Any]:
    organization = _organization(connection, cancel)
    token = connection.credential.token()
    domains = organization.get("verifiedDomains")
    return {
        "tenant_id": token.claim("tid"),
        "tenant_display_name": organization.get("displayName"),
        "verified_domains": None if domains is None else tuple(sorted(d["name"] for d in domains)),
        "client_id": token.claim("appid") or token.claim("azp"),
        "object_id": token.claim("oid"),
        "display_name": token.claim("app_displayname"),
        "auth_method": connection.settings.auth_method,
        "cloud": connection.settings.cloud,
        "graph_url": connection.endpoints.graph,
        "application_roles": token.roles,
        "certificate": _certificate(connection, datetime.now(UTC)),
    }


def _organization(connection: Connection, cancel: CancelToken) -> Mapping[str, Any]:
    try:
        found = connection.graph.get("/v1.0/organization", _READ_ORGANIZATION, cancel)
    except GraphError as refused:
        # Without the permission this is expected; with it the user should know what else refuses.
        permitted = set(connection.credential.token().roles) & set(_READ_ORGANIZATION.permissions)
        if refused.status == 403 and not permitted:
            return {}
        raise
    return next(iter(found.get("value") or ()), {})


def _certificate(connection: Connection, now: datetime) -> Mapping[str, Any] | None:
    own = connection.certificate
    if own is None:
        return None
    return {
        "thumbprint_sha1": own.thumbprint_sha1,
        "thumbprint_sha256": own.thumbprint_sha256,
        "subject": own.subject,
        "not_after": own.not_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "days_left": own.days_left(now),
    }


client_config = DataSource(name="microsoft365_client_config", schema=_SCHEMA, read=_read)
