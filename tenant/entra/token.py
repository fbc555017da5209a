"""The token endpoint for client credentials: the checks in their order, and the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, Response

from tenant.directory import new_id
from tenant.entra import access_token, assertion
from tenant.entra.correlation import correlation_headers, correlation_id
from tenant.entra.refusals import RefusalError
from tenant.entra.tenants import SERVICES_TENANT, SHARED, require_tenant
from tenant.evidence import assumed, documented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tenant.directory import Application, Organization, ServicePrincipal
    from tenant.service import Service

ORDER_EVIDENCE = assumed("tenant, parameters, application, credential, scope, policy: what one fault alone cannot show")
ANSWER_EVIDENCE = documented("entra identity-platform/v2-oauth2-client-creds-grant-flow; ext_expires_in was seen")

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DEFAULT = "/.default"
_NIL = "00000000-0000-0000-0000-000000000000"


async def token(service: Service, request: Request) -> Response:
    """`POST /{tenant}/oauth2/v2.0/token`."""
    if request.method != "POST":
        raise RefusalError("method_not_post", method=request.method)
    service.statistics.requests += 1
    form = {name: values[-1] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
    asked = request.path_params["tenant"]
    organization = service.store.directory.organization
    if asked not in SHARED:
        require_tenant(organization, asked)
    _require_parameters(form)
    if asked in SHARED:
        raise RefusalError("service_principal_missing", app_id=form["client_id"], tenant_id=SERVICES_TENANT)
    application, principal = _require_client(service, form["client_id"])
    _require_credential(service, form, application)
    resource = _require_resource(service, form["scope"], organization)
    if service.store.directory.conditions.conditional_access_blocks:
        raise RefusalError("conditional_access")
    issued = access_token.issue(service, resource, application, principal, _capabilities(form))
    service.statistics.tokens += 1
    lifetime = service.store.directory.conditions.token_lifetime_seconds
    return JSONResponse(
        {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": issued},
        headers=correlation_headers(new_id(), correlation_id(request.headers), request.headers),
    )


def _require_parameters(form: Mapping[str, str]) -> None:
    if "grant_type" not in form:
        raise RefusalError("parameter_missing", name="grant_type")
    if form["grant_type"] != "client_credentials":
        raise RefusalError("grant_type_unsupported", grant_type=form["grant_type"])
    for name in ("client_id", "scope"):
        if name not in form:
            raise RefusalError("parameter_missing", name=name)


def _require_client(service: Service, client_id: str) -> tuple[Application, ServicePrincipal]:
    directory = service.store.directory
    application = directory.application(client_id)
    if application is None:
        if client_id == _NIL:
            raise RefusalError("application_empty", app_id=client_id)
        raise RefusalError("application_unknown", app_id=client_id, tenant=directory.organization.display_name)
    principal = directory.service_principal(client_id)
    if principal is None:
        raise RefusalError("service_principal_missing", app_id=client_id, tenant_id=directory.organization.id)
    if not principal.account_enabled:
        raise RefusalError("application_disabled", app_id=client_id, display_name=application.display_name)
    return application, principal


def _require_credential(service: Service, form: Mapping[str, str], application: Application) -> None:
    if "client_assertion" in form:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise RefusalError("parameter_missing", name="client_assertion_type")
        assertion.verify(service, form["client_assertion"], application)
    elif "client_secret" in form:
        raise RefusalError("secret_invalid", app_id=application.app_id)
    elif "client_assertion_type" in form:
        raise RefusalError("assertion_missing")
    else:
        raise RefusalError("credential_missing")


def _require_resource(service: Service, scope: str, organization: Organization) -> access_token.Resource:
    if len(scope.split()) != 1:
        raise RefusalError("scope_invalid", scope=scope)
    if not scope.endswith(_DEFAULT):
        raise RefusalError("scope_not_default", scope=scope)
    identifier = scope.removesuffix(_DEFAULT)
    resource = access_token.find_resource(service, identifier)
    if resource is None:
        raise RefusalError("resource_unknown", resource=identifier, tenant=organization.display_name)
    return resource


def _capabilities(form: Mapping[str, str]) -> list[str]:
    """Return the client capabilities in the `claims` parameter; none where it says nothing of them."""
    try:
        values = json.loads(form.get("claims", "{}"))["access_token"]["xms_cc"]["values"]
    except (ValueError, LookupError, TypeError):
        return []
    return values if isinstance(values, list) else []
