"""Which tenant an address of the token service means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenant.entra.correlation import is_guid
from tenant.entra.refusals import RefusalError
from tenant.evidence import documented, recorded

if TYPE_CHECKING:
    from tenant.directory import Organization

SHARED = frozenset({"common", "organizations"})
SHARED_EVIDENCE = documented(
    "entra identity-platform/v2-protocols-oidc: common and organizations, {tenantid} in issuer"
)

# An application that asks at `common` or `organizations` with its own credentials is looked for in the tenant of
# Microsoft's own services, where it has no service principal.
SERVICES_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
SERVICES_TENANT_EVIDENCE = recorded("Azure/azure-sdk-for-net issue 46762 names this tenant")

_NIL = "00000000-0000-0000-0000-000000000000"
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)


def require_tenant(organization: Organization, name: str) -> None:
    """Return when `name` means this organization.

    Raises:
        RefusalError: 900023 where it is neither a GUID nor a domain name, 90002 where it is another tenant's.
    """
    if organization.is_named(name):
        return
    if name == _NIL:
        raise RefusalError("tenant_empty", tenant=name)
    if is_guid(name) or _DOMAIN.fullmatch(name):
        raise RefusalError("tenant_unknown", tenant=name)
    raise RefusalError("tenant_malformed", tenant=name)
