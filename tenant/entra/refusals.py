"""Every refusal of the token service: code, words, status, and how each is known.

The words are the service's own: they are what an administrator searches for. Blanks join the sentence with the trace
id, correlation id and time, as answers since 2024 do; before, it was line breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from tenant.directory import new_id
from tenant.entra.correlation import correlation_headers, correlation_id
from tenant.evidence import Evidence, documented, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tenant.service import Service

ERROR_CODES = "entra identity-platform/reference-error-codes"
_REVIEW = (
    "Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id "
    "'{app_id}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the "
    "corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0"
    "&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/{app_id}']."
)
_NOT_REGISTERED = (
    "The certificate with identifier used to sign the client assertion is not registered on application. "
    "[Reason - The key was not found., {thumbprint_clause}" + _REVIEW
)
_NOT_INSTALLED = (
    "This can happen if the application has not been installed by the administrator of the tenant or consented to by "
    "any user in the tenant."
)
_CERTIFICATE_PAGE = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row: what is answered. `text` has `{names}` that the place of the refusal fills."""

    code: int
    error: str
    status: int
    text: str
    evidence: Evidence
    suberror: str | None = None
    claims: str | None = None
    has_error_uri: bool = True


class RefusalError(Exception):
    """The token request is refused with a row of `REFUSALS`, its `{names}` filled."""

    def __init__(self, row: str, /, **values: object) -> None:
        self.refusal = REFUSALS[row]
        self.text = self.refusal.text.format(**values)
        super().__init__(self.text)


REFUSALS: dict[str, Refusal] = {
    # The tenant
    "tenant_malformed": Refusal(
        900023,
        "invalid_request",
        400,
        "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
        recorded("caddy-dns/azure issue 3"),
    ),
    "tenant_empty": Refusal(
        90002,
        "invalid_tenant",
        400,
        "Requested tenant identifier '{tenant}' is not valid. Tenant identifiers may not be an empty GUID.",
        recorded("billing-dotnet-usage-api issue 7"),
    ),
    "tenant_unknown": Refusal(
        90002,
        "invalid_tenant",
        400,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
        recorded("azure-keyvault-emulator issue 324"),
    ),
    "instance_unknown": Refusal(
        50049,
        "invalid_instance",
        400,
        "Unknown or invalid instance.",
        documented(ERROR_CODES + "; status is assumed"),
    ),
    # The request
    "parameter_missing": Refusal(
        900144,
        "invalid_request",
        400,
        "The request body must contain the following parameter: '{name}'.",
        documented(ERROR_CODES),
    ),
    "method_not_post": Refusal(
        900561,
        "invalid_request",
        400,
        "The endpoint only accepts POST requests. Received a {method} request.",
        documented(ERROR_CODES + "; `error` and status are assumed"),
    ),
    "grant_type_unsupported": Refusal(
        70003,
        "unsupported_grant_type",
        400,
        "The app requested an unsupported grant type '{grant_type}'.",
        documented(ERROR_CODES),
    ),
    "scope_not_default": Refusal(
        1002012,
        "invalid_scope",
        400,
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
        "/.default suffixed to the resource identifier (application ID URI).",
        recorded("databricks/databricks-sql-nodejs issue 226, microsoftgraph/msgraph-sdk-python issue 181"),
    ),
    "scope_invalid": Refusal(
        70011,
        "invalid_scope",
        400,
        "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
        documented("entra identity-platform/v2-oauth2-client-creds-grant-flow, the sample error"),
    ),
    "resource_unknown": Refusal(
        500011,
        "invalid_resource",
        400,
        "The resource principal named {resource} was not found in the tenant named {tenant}. "
        + _NOT_INSTALLED
        + " You "
        "might have sent your authentication request to the wrong tenant.",
        recorded("laravel-azure-middleware issue 51, Azure-Samples/azure-search-openai-demo issue 1969"),
    ),
    # The application
    "application_empty": Refusal(
        700038,
        "unauthorized_client",
        400,
        "{app_id} is not a valid application identifier.",
        recorded("public project notes of 2026-05; the values of `error` and status are assumed"),
    ),
    "application_unknown": Refusal(
        700016,
        "unauthorized_client",
        400,
        "Application with identifier '{app_id}' was not found in the directory '{tenant}'. " + _NOT_INSTALLED + " You "
        "may have sent your authentication request to the wrong tenant.",
        recorded("Azure/azure-powershell issue 9156"),
    ),
    "service_principal_missing": Refusal(
        7000229,
        "invalid_client",
        401,
        "The client application {app_id} is missing service principal in the tenant {tenant_id}. See instructions "
        "here: https://go.microsoft.com/fwlink/?linkid=2225119",
        recorded("Azure/azure-sdk-for-net issue 46762, Azure/Commercial-Marketplace-SaaS-Accelerator issue 830"),
    ),
    "application_disabled": Refusal(
        7000112,
        "unauthorized_client",
        400,
        "Application '{app_id}'({display_name}) is disabled.",
        recorded("Worklytics/psoxy issue 74"),
    ),
    # The credential
    "credential_missing": Refusal(
        7000216,
        "invalid_client",
        401,
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
        recorded("MicrosoftDocs/azure-docs issue 30777; the values of `error` and status are assumed"),
    ),
    "assertion_missing": Refusal(
        7000218,
        "invalid_client",
        401,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        documented(ERROR_CODES),
    ),
    "secret_invalid": Refusal(
        7000215,
        "invalid_client",
        401,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        "the client secret ID, for a secret added to app '{app_id}'.",
        recorded("Azure/sap-automation issue 418"),
    ),
    # The assertion's form
    "assertion_malformed": Refusal(
        50027,
        "invalid_request",
        400,
        "JWT token is invalid or malformed.",
        recorded("panva/openid-client issue 348; the values of `error` and status are assumed from 5002730"),
    ),
    "assertion_type_unknown": Refusal(
        5002727,
        "invalid_request",
        400,
        "Invalid JWT header type specified, must be 'JWT' or 'http://openid.net/specs/jwt/1.0'.",
        recorded("an answer of 2021-12-20 quoted in public source code"),
    ),
    "assertion_algorithm": Refusal(
        5002730,
        "invalid_request",
        400,
        "Invalid JWT token. Unsupported key for the signing algorithm.",
        recorded("AzureAD/microsoft-authentication-library-for-dotnet issue 4712"),
    ),
    "assertion_subject": Refusal(
        50048,
        "invalid_client",
        401,
        "Subject must match the issuer claim in the client assertion.",
        recorded("AzureAD/microsoft-authentication-library-for-java issue 430; `error` and status are assumed"),
    ),
    "assertion_application": Refusal(
        700021,
        "invalid_client",
        401,
        "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at "
        + _CERTIFICATE_PAGE
        + " .",
        documented("azure developer/java/sdk/troubleshooting-service-principal-auth; `error` and status are assumed"),
    ),
    "assertion_audience": Refusal(
        700023,
        "invalid_client",
        401,
        "Client assertion audience claim does not match Realm issuer. Review the documentation at "
        "https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .",
        recorded("AzureAD/microsoft-authentication-library-for-dotnet issue 2746"),
    ),
    "assertion_time": Refusal(
        700024,
        "invalid_client",
        401,
        "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {not_before}, "
        "expiry time of assertion {expires}. Review the documentation at " + _CERTIFICATE_PAGE + " .",
        recorded("AzureAD/microsoft-authentication-library-for-dotnet issue 4951, …-for-java issue 984"),
    ),
    # The assertion's key
    "key_not_found": Refusal(
        700027,
        "invalid_client",
        401,
        _NOT_REGISTERED,
        recorded(
            "Azure/azure-sdk-for-net issue 29007, AzureAD/microsoft-authentication-library-for-js issue 8339; that the "
            "SHA-256 thumbprint is shown where the header has no other is assumed"
        ),
    ),
    "key_not_found_subject_name": Refusal(
        700027,
        "invalid_client",
        401,
        _NOT_REGISTERED + " Alternatively, SNI may be configured on the app. Please ensure that client assertion is "
        "being sent with the x5c claim in the JWT header.",
        recorded("Azure/azure-sdk-for-net issue 29007 has both sentences, the second in other words"),
    ),
    "key_expired": Refusal(
        700027,
        "invalid_client",
        401,
        "Client assertion contains an invalid signature. [Reason - The key used is expired., {thumbprint_clause}"
        "Found key 'Start={start}, End={end}', " + _REVIEW,
        recorded("an Azure troubleshooting page on server registration"),
    ),
    "signature_wrong": Refusal(
        700027,
        "invalid_client",
        401,
        "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the "
        "expected signature value., {thumbprint_clause}Found key 'Start={start}, End={end}', " + _REVIEW,
        recorded(
            "Azure/azure-sdk-for-java issue 25109, microsoftgraph/msgraph-sdk-php issue 1585 (codes 50012, 50013)"
        ),
    ),
    "certificate_outside_validity": Refusal(
        1000502,
        "invalid_client",
        401,
        "The provided certificate is not within its specified validity window.",
        recorded("AzureAD/microsoft-identity-web issue 2834; when it comes instead of 700027 is assumed"),
    ),
    "chain_invalid": Refusal(
        7000213,
        "invalid_client",
        401,
        "Invalid certificate chain.",
        recorded("AzureAD/microsoft-authentication-library-for-dotnet issue 3909"),
    ),
    "subject_not_authorized": Refusal(
        700030,
        "invalid_client",
        401,
        "Invalid certificate - subject name in certificate is not authorized. SubjectNames/SubjectAlternativeNames "
        "(up to 10) in token certificate are: {subjects}.",
        documented(ERROR_CODES + "; `error` and status are assumed"),
    ),
    # Policy
    "conditional_access": Refusal(
        53003,
        "invalid_grant",
        400,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        recorded("microsoft/botbuilder-dotnet issue 6759"),
        suberror="message_only",
        claims='{{"access_token":{{"capolids":{{"essential":true,"values":["{policy_id}"]}}}}}}',
    ),
}

_CONDITIONAL_ACCESS_POLICY = "7c1c6ea3-2a0e-4e6a-9d5b-0f5f5a7a3c11"


def seven_digits(moment: datetime) -> str:
    """Return `moment` as the time range refusal writes it: ten millionths of a second, `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def answer(service: Service, refused: RefusalError, request_headers: Mapping[str, str]) -> JSONResponse:
    """Return the refusal as the token service sends it, and count it."""
    refusal = refused.refusal
    service.statistics.refusals[str(refusal.code)] += 1
    trace = new_id()
    correlation = correlation_id(request_headers)
    timestamp = service.store.now().strftime("%Y-%m-%d %H:%M:%SZ")
    body: dict[str, object] = {
        "error": refusal.error,
        "error_description": (
            f"AADSTS{refusal.code}: {refused.text} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {timestamp}"
        ),
        "error_codes": [refusal.code],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    if refusal.has_error_uri:
        body["error_uri"] = f"https://login.microsoftonline.com/error?code={refusal.code}"
    if refusal.suberror:
        body["suberror"] = refusal.suberror
    if refusal.claims:
        body["claims"] = refusal.claims.format(policy_id=_CONDITIONAL_ACCESS_POLICY)
    headers = correlation_headers(trace, correlation, request_headers)
    return JSONResponse(body, status_code=refusal.status, headers=headers)
