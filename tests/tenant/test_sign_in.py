"""The token service: what it accepts, and every refusal with code, words, status and headers."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tenant.entra.refusals import REFUSALS
from tests.certificates import CertificateFiles, chain_of_three, self_signed
from tests.tenant.assertions import GRAPH_SCOPE, assertion, thumbprints, x5c
from tests.tenant.client import Client
from tests.tenant_process import TenantProcess

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
APP = "bbbbbbbb-0000-4000-8000-000000000001"
DISABLED_APP = "bbbbbbbb-0000-4000-8000-000000000002"
APP_WITHOUT_PRINCIPAL = "bbbbbbbb-0000-4000-8000-000000000003"
SNI_APP = "bbbbbbbb-0000-4000-8000-000000000004"
POWERLESS_APP = "bbbbbbbb-0000-4000-8000-000000000005"
NIL = "00000000-0000-0000-0000-000000000000"
OTHER = "cccccccc-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Setting:
    """A tenant with an application for each circumstance, and the certificates that go with it."""

    client: Client
    registered: CertificateFiles
    other: CertificateFiles
    expired: CertificateFiles
    not_yet_valid: CertificateFiles
    chain: CertificateFiles


def registered(*files: CertificateFiles) -> list[dict[str, str]]:
    return [{"key": base64.b64encode(each.certificate.public_bytes(Encoding.DER)).decode()} for each in files]


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = tmp_path_factory.mktemp("sign-in")
    now = datetime.now(UTC).replace(microsecond=0)
    good, other = self_signed(folder, "good"), self_signed(folder, "other", key_label="other")
    expired = self_signed(folder, "expired", not_before=now - timedelta(days=9), not_after=now - timedelta(days=2))
    coming = self_signed(folder, "coming", not_before=now + timedelta(days=2), not_after=now + timedelta(days=9))
    chain = chain_of_three(folder, "app.contoso.example")
    state = {
        "organization": {"id": TENANT},
        "applications": [
            {"appId": APP, "keyCredentials": registered(good, expired, coming)},
            {"appId": DISABLED_APP, "displayName": "Switched off", "keyCredentials": registered(good)},
            {"appId": APP_WITHOUT_PRINCIPAL, "keyCredentials": registered(good)},
            {
                "appId": SNI_APP,
                "subjectNameAndIssuer": {"subjects": ["someone.else.example"], "authorities": x5c([chain.ca])},
            },
            {"appId": POWERLESS_APP, "keyCredentials": registered(good)},
        ],
        "servicePrincipals": [
            {"appId": APP, "id": OTHER, "displayName": "Terraform"},
            {"appId": DISABLED_APP, "accountEnabled": False},
            {"appId": SNI_APP},
            {"appId": POWERLESS_APP, "roles": []},
        ],
    }
    with TenantProcess.start(folder, state=state) as tenant, Client(tenant) as client:
        yield Setting(client, good, other, expired, coming, chain)


# What is accepted


ACCEPTED: dict[str, Callable[[Setting], dict[str, Any]]] = {
    "PS256 and x5t#S256": lambda s: {},
    "RS256": lambda s: {"algorithm": "RS256"},
    "x5t alone": lambda s: {"header": {"x5t": thumbprints(s.registered.certificate)["x5t"]}},
    "both thumbprints": lambda s: {"header": thumbprints(s.registered.certificate)},
    "x5c of an application without trust by name": lambda s: {
        "header": {**thumbprints(s.registered.certificate), "x5c": x5c([s.registered.certificate])}
    },
    "no nbf": lambda s: {"claims": {"nbf": None}},
    "no jti": lambda s: {"claims": {"jti": None}},
    "expired four minutes ago": lambda s: {"claims": {"exp": int(time.time()) - 240}},
    "valid in four minutes": lambda s: {"claims": {"nbf": int(time.time()) + 240}},
    "valid for a year": lambda s: {"claims": {"exp": int(time.time()) + 31_536_000}},
    "audience by domain": lambda s: {"claims": {"aud": s.client.token_url("contoso.onmicrosoft.com")}},
    "audience by another domain": lambda s: {"claims": {"aud": s.client.token_url("contoso.example")}},
    "audience by localhost": lambda s: {"claims": {"aud": s.client.token_url().replace("127.0.0.1", "localhost")}},
    "audience is the authority": lambda s: {"claims": {"aud": f"{s.client.tenant.url}/{TENANT}/v2.0"}},
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_assertion_is_accepted(setting: Setting, name: str) -> None:
    answer = setting.client.ask_token(setting.client.form(setting.registered, **ACCEPTED[name](setting)))

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {name: value for name, value in body.items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 3599,
        "ext_expires_in": 3599,
    }
    assert answer.headers["Cache-Control"] == "no-store, no-cache"
    assert answer.headers["x-ms-request-id"]


@pytest.mark.parametrize("tenant", [TENANT, TENANT.upper(), "contoso.onmicrosoft.com", "Contoso.Example"])
def test_tenant_may_be_named_by_id_or_domain(setting: Setting, tenant: str) -> None:
    answer = setting.client.ask_token(setting.client.form(setting.registered), tenant=tenant)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "resource",
    [
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
        "00000003-0000-0000-c000-000000000000",
        "own",
    ],
)
def test_token_for_graph_under_each_of_its_names(setting: Setting, resource: str) -> None:
    resource = setting.client.tenant.url if resource == "own" else resource

    token = setting.client.sign_in(setting.registered, scope=f"{resource}/.default")

    assert jwt.decode(token, options={"verify_signature": False})["aud"] == resource
    assert setting.client.graph("/v1.0/organization", token).status_code == 200


def test_token_claims(setting: Setting) -> None:
    keys = setting.client.send("GET", f"/{TENANT}/discovery/v2.0/keys").json()["keys"]
    token = setting.client.sign_in(setting.registered)

    decoded = jwt.decode_complete(
        token, jwt.PyJWK(keys[0]).key, algorithms=["RS256"], audience="https://graph.microsoft.com"
    )

    header, claims = decoded["header"], decoded["payload"]
    assert header == {"typ": "JWT", "alg": "RS256", "kid": keys[0]["kid"], "x5t": keys[0]["kid"]}
    expected = {
        "iss": f"https://sts.windows.net/{TENANT}/",
        "idp": f"https://sts.windows.net/{TENANT}/",
        "appid": APP,
        "app_displayname": "Terraform",
        "appidacr": "2",
        "idtyp": "app",
        "oid": OTHER,
        "sub": OTHER,
        "tid": TENANT,
        "ver": "1.0",
        "roles": ["Application.Read.All", "Organization.Read.All"],
        "wids": ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"],
    }
    assert {name: claims[name] for name in expected} == expected
    assert claims["exp"] - claims["iat"] == 3900
    assert 3590 <= claims["exp"] - time.time() <= 3600
    assert {"aio", "rh", "uti", "xms_tcdt", "xms_tdbr", "tenant_region_scope", "nbf"} <= claims.keys()


def test_token_has_no_roles_where_none_are_granted_or_the_resource_is_another(setting: Setting) -> None:
    powerless = setting.client.sign_in(setting.registered, client_id=POWERLESS_APP)
    management = setting.client.sign_in(setting.registered, scope="https://management.azure.com/.default")

    for token in (powerless, management):
        assert "roles" not in jwt.decode(token, options={"verify_signature": False})
    refused = setting.client.graph("/v1.0/organization", powerless)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "Authorization_RequestDenied")
    wrong = setting.client.graph("/v1.0/organization", management)
    assert wrong.status_code == 401
    assert wrong.json()["error"]["message"] == "Access token validation failure. Invalid audience."


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ('{"access_token": {"xms_cc": {"values": ["cp1"]}}}', ["cp1"]),
        ('{"access_token": {"xms_cc": {"values": ["cp2"]}}}', None),
        ('{"access_token": {"xms_cc": {"values": "cp1"}}}', None),
        ('{"access_token": {"nbf": {"essential": true, "value": "1604106651"}}}', None),
        ("[]", None),
        ("{", None),
    ],
)
def test_token_shows_the_capabilities_that_the_client_declares(
    setting: Setting, claims: str, expected: list[str] | None
) -> None:
    answer = setting.client.ask_token({**setting.client.form(setting.registered), "claims": claims})

    token = answer.json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False}).get("xms_cc") == expected


def test_repeated_assertion_is_accepted_and_counted(setting: Setting) -> None:
    form = setting.client.form(setting.registered)
    before = setting.client.tenant.statistics()

    answers = [setting.client.ask_token(form).status_code for _ in range(3)]

    after = setting.client.tenant.statistics()
    assert answers == [200, 200, 200]
    assert after["repeatedAssertionIds"] - before["repeatedAssertionIds"] == 2
    assert after["tokenRequests"] - before["tokenRequests"] == 3
    assert after["tokensIssued"] - before["tokensIssued"] == 3


# What is refused


@dataclass(frozen=True, slots=True)
class Case:
    """A request with one fault, the row of the table of refusals, and what the answer must say."""

    row: str
    form: Callable[[Setting], dict[str, str]]
    words: str
    code: int
    error: str
    status: int
    tenant: str | None = None
    method: str = "POST"
    more: dict[str, Any] = field(default_factory=dict)


def form(**of_assertion: Any) -> Callable[[Setting], dict[str, str]]:
    return lambda setting: setting.client.form(setting.registered, **of_assertion)


def without(*names: str) -> Callable[[Setting], dict[str, str]]:
    return lambda setting: {
        name: value for name, value in setting.client.form(setting.registered).items() if name not in names
    }


def replaced(**values: str) -> Callable[[Setting], dict[str, str]]:
    return lambda setting: {**setting.client.form(setting.registered), **values}


def as_app(client_id: str) -> Callable[[Setting], dict[str, str]]:
    return form(client_id=client_id)


def with_secret(setting: Setting) -> dict[str, str]:
    plain = {name: value for name, value in setting.client.form(setting.registered).items() if "assertion" not in name}
    return {**plain, "client_secret": "not the secret"}


def tampered(setting: Setting) -> dict[str, str]:
    right = setting.client.form(setting.registered)
    head, body, signature = right["client_assertion"].split(".")
    longer = assertion(APP, setting.client.token_url(), setting.registered).split(".")[1]
    assert longer != body
    return {**right, "client_assertion": f"{head}.{longer}.{signature}"}


def sni(setting: Setting, **of_assertion: Any) -> dict[str, str]:
    return setting.client.form(setting.chain, client_id=SNI_APP, **of_assertion)


def _words_700027(reason: str) -> str:
    return (
        rf"Client assertion contains an invalid signature\. \[Reason - {reason}, "
        r"Thumbprint of key used by client: '[0-9A-F]+', Found key 'Start=\d\d/\d\d/\d{4} \d\d:\d\d:\d\d, "
        r"End=\d\d/\d\d/\d{4} \d\d:\d\d:\d\d', Please visit the Azure Portal"
    )


_NOT_REGISTERED = (
    r"The certificate with identifier used to sign the client assertion is not registered on application\. "
    r"\[Reason - The key was not found\., "
)
_WRONG_SIGNATURE = r"The provided signature value did not match the expected signature value\."
_TWO_HOURS_AGO = int(time.time()) - 7200

CASES: dict[str, Case] = {
    "tenant of no form": Case(
        "tenant_malformed", form(), r"Specified tenant identifier 'not a tenant' is neither a valid DNS name, nor a "
        r"valid external domain\.", 900023, "invalid_request", 400, tenant="not%20a%20tenant",
    ),
    "another tenant": Case(
        "tenant_unknown", form(), rf"Tenant '{OTHER}' not found\. Check to make sure", 90002, "invalid_tenant", 400,
        tenant=OTHER,
    ),
    "another domain": Case(
        "tenant_unknown", form(), r"Tenant 'fabrikam\.example' not found\.", 90002, "invalid_tenant", 400,
        tenant="fabrikam.example",
    ),
    "the nil tenant": Case(
        "tenant_empty", form(), rf"Requested tenant identifier '{NIL}' is not valid\. Tenant identifiers may not be an "
        r"empty GUID\.", 90002, "invalid_tenant", 400, tenant=NIL,
    ),
    "GET": Case(
        "method_not_post", lambda s: {}, r"The endpoint only accepts POST requests\. Received a GET request\.",
        900561, "invalid_request", 400, method="GET",
    ),
    **{
        f"no {name}": Case(
            "parameter_missing", without(name), rf"The request body must contain the following parameter: '{name}'\.",
            900144, "invalid_request", 400,
        )
        for name in ("grant_type", "client_id", "scope", "client_assertion_type")
    },
    "another grant": Case(
        "grant_type_unsupported", replaced(grant_type="password_of_old"),
        r"The app requested an unsupported grant type 'password_of_old'\.", 70003, "unsupported_grant_type", 400,
    ),
    "scope of a delegated permission": Case(
        "scope_not_default", replaced(scope="https://graph.microsoft.com/User.Read"),
        r"The provided value for scope https://graph\.microsoft\.com/User\.Read is not valid\. Client credential flows "
        r"must have a scope value with /\.default suffixed", 1002012, "invalid_scope", 400,
    ),
    "two scopes": Case(
        "scope_invalid", replaced(scope=f"{GRAPH_SCOPE} https://management.azure.com/.default"),
        r"The provided value for the input parameter 'scope' is not valid\.", 70011, "invalid_scope", 400,
    ),
    "unknown resource": Case(
        "resource_unknown", replaced(scope="https://foo.example/.default"),
        r"The resource principal named https://foo\.example was not found in the tenant named Contoso\.",
        500011, "invalid_resource", 400,
    ),
    "unknown application": Case(
        "application_unknown", as_app(OTHER), rf"Application with identifier '{OTHER}' was not found in the directory "
        r"'Contoso'\.", 700016, "unauthorized_client", 400,
    ),
    "the nil application": Case(
        "application_empty", as_app(NIL), rf"{NIL} is not a valid application identifier\.", 700038,
        "unauthorized_client", 400,
    ),
    "no service principal": Case(
        "service_principal_missing", as_app(APP_WITHOUT_PRINCIPAL),
        rf"The client application {APP_WITHOUT_PRINCIPAL} is missing service principal in the tenant {TENANT}\.",
        7000229, "invalid_client", 401,
    ),
    "at organizations": Case(
        "service_principal_missing", form(), rf"The client application {APP} is missing service principal in the "
        r"tenant f8cdef31-a31e-4b4a-93e4-5f571e91255a\.", 7000229, "invalid_client", 401, tenant="organizations",
    ),
    "disabled": Case(
        "application_disabled", as_app(DISABLED_APP), rf"Application '{DISABLED_APP}'\(Switched off\) is disabled\.",
        7000112, "unauthorized_client", 400,
    ),
    "no credential": Case(
        "credential_missing", without("client_assertion", "client_assertion_type"),
        r"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type\.",
        7000216, "invalid_client", 401,
    ),
    "assertion type without assertion": Case(
        "assertion_missing", without("client_assertion"), r"The request body must contain the following parameter: "
        r"'client_assertion' or 'client_secret'\.", 7000218, "invalid_client", 401,
    ),
    "a secret": Case(
        "secret_invalid", with_secret,
        rf"Invalid client secret provided\. Ensure .* for a secret added to app '{APP}'\.",
        7000215, "invalid_client", 401,
    ),
    **{
        f"malformed: {name}": Case(
            "assertion_malformed", made, r"JWT token is invalid or malformed\.", 50027, "invalid_request", 400
        )
        for name, made in {
            "text": replaced(client_assertion="hello"),
            "two parts": replaced(client_assertion="e30.e30"),
            "list of audiences": form(claims={"aud": ["https://a.example", "https://b.example"]}),
            "no subject": form(claims={"sub": None}),
            "no issuer": form(claims={"iss": None}),
            "no audience": form(claims={"aud": None}),
            "no expiry": form(claims={"exp": None}),
            "expiry in words": form(claims={"exp": "tomorrow"}),
            "expiry beyond time": form(claims={"exp": 10**18}),
        }.items()
    },
    "another type of token": Case(
        "assertion_type_unknown", form(header={"typ": "at+jwt"}), r"Invalid JWT header type specified, must be 'JWT'",
        5002727, "invalid_request", 400,
    ),
    **{
        f"algorithm {algorithm}": Case(
            "assertion_algorithm", form(algorithm=algorithm), r"Invalid JWT token\. Unsupported key for the signing "
            r"algorithm\.", 5002730, "invalid_request", 400,
        )
        for algorithm in ("none", "RS512", "PS384")
    },
    "subject differs": Case(
        "assertion_subject", form(claims={"sub": OTHER}),
        r"Subject must match the issuer claim in the client assertion\.",
        50048, "invalid_client", 401,
    ),
    "another application's assertion": Case(
        "assertion_application", form(claims={"iss": OTHER, "sub": OTHER}),
        r"Client assertion application identifier doesn't match 'client_id' parameter\.", 700021, "invalid_client", 401,
    ),
    **{
        f"audience {audience}": Case(
            "assertion_audience", form(claims={"aud": audience}),
            r"Client assertion audience claim does not match Realm issuer\.", 700023, "invalid_client", 401,
        )
        for audience in (
            f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
            "https://127.0.0.1/common/oauth2/v2.0/token",
            "api://AzureADTokenExchange",
        )
    },
    "expired assertion": Case(
        "assertion_time", form(claims={"nbf": None, "exp": _TWO_HOURS_AGO}),
        r"Client assertion is not within its valid time range\. Current time: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z, "
        r"assertion valid from 1970-01-01T00:00:00\.0000000Z, expiry time of assertion "
        + re.escape(datetime.fromtimestamp(_TWO_HOURS_AGO, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")),
        700024, "invalid_client", 401,
    ),
    "expired six minutes ago": Case(
        "assertion_time", lambda s: form(claims={"exp": int(time.time()) - 360})(s),
        r"Client assertion is not within its valid time range\.", 700024, "invalid_client", 401,
    ),
    "valid in six minutes": Case(
        "assertion_time", lambda s: form(claims={"nbf": int(time.time()) + 360})(s),
        r"Client assertion is not within its valid time range\.", 700024, "invalid_client", 401,
    ),
    "certificate not registered": Case(
        "key_not_found", lambda s: s.client.form(s.other), _NOT_REGISTERED
        + r"Thumbprint of key used by client: '[0-9A-F]{64}', Please visit the Azure Portal, Graph Explorer or "
        rf"directly use MS Graph to see configured keys for app Id '{APP}'\.", 700027, "invalid_client", 401,
    ),
    "certificate not registered, SHA-1": Case(
        "key_not_found", lambda s: s.client.form(s.other, header=thumbprints(s.other.certificate)), _NOT_REGISTERED
        + r"Thumbprint of key used by client: '[0-9A-F]{40}', Please visit", 700027, "invalid_client", 401,
    ),
    "no thumbprint": Case(
        "key_not_found", form(header={}), _NOT_REGISTERED + r"Please visit the Azure Portal", 700027, "invalid_client",
        401,
    ),
    "thumbprints of two certificates": Case(
        "key_not_found", lambda s: s.client.form(s.registered, header={
            "x5t#S256": thumbprints(s.registered.certificate)["x5t#S256"],
            "x5t": thumbprints(s.other.certificate)["x5t"],
        }), _NOT_REGISTERED, 700027, "invalid_client", 401,
    ),
    "thumbprint that is none": Case(
        "key_not_found", form(header={"x5t#S256": "%%%"}), _NOT_REGISTERED, 700027, "invalid_client", 401
    ),
    "certificate expired": Case(
        "key_expired", lambda s: s.client.form(s.expired), _words_700027(r"The key used is expired\."), 700027,
        "invalid_client", 401,
    ),
    "certificate not yet valid": Case(
        "certificate_outside_validity", lambda s: s.client.form(s.not_yet_valid),
        r"The provided certificate is not within its specified validity window\.", 1000502, "invalid_client", 401,
    ),
    "signed by another key": Case(
        "signature_wrong", lambda s: s.client.form(s.registered, signed_by=s.other),
        _words_700027(_WRONG_SIGNATURE), 700027,
        "invalid_client", 401,
    ),
    "claims changed after signing": Case(
        "signature_wrong", tampered, _words_700027(_WRONG_SIGNATURE), 700027,
        "invalid_client", 401,
    ),
    "trust by name, no x5c": Case(
        "key_not_found_subject_name", sni, _NOT_REGISTERED + r".*Alternatively, SNI may be configured on the app\.",
        700027, "invalid_client", 401,
    ),
    "trust by name, broken x5c": Case(
        "chain_invalid", lambda s: sni(s, header={"x5c": ["no certificate"]}), r"Invalid certificate chain\.", 7000213,
        "invalid_client", 401,
    ),
    "trust by name, another name": Case(
        "subject_not_authorized", lambda s: sni(s, header={"x5c": x5c(s.chain.chain)}),
        r"Invalid certificate - subject name in certificate is not authorized\. SubjectNames/SubjectAlternativeNames "
        r"\(up to 10\) in token certificate are: CN=app\.contoso\.example, app\.contoso\.example\.", 700030,
        "invalid_client", 401,
    ),
}  # fmt: skip

TESTED_ELSEWHERE = {"conditional_access", "instance_unknown"}


def check_refusal(answer: Any, code: int, error: str, status: int, words: str) -> dict[str, Any]:
    """Check what all refusals have in common, and return the body."""
    assert answer.headers["Content-Type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert (body["error_codes"], body["error"], answer.status_code) == ([code], error, status), body
    text = re.compile(
        rf"AADSTS{code}: {words}.* Trace ID: {body['trace_id']} Correlation ID: {body['correlation_id']} "
        rf"Timestamp: {body['timestamp']}"
    )
    assert text.fullmatch(body["error_description"]), body["error_description"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", body["timestamp"])
    assert body["error_uri"] == f"https://login.microsoftonline.com/error?code={code}"
    assert answer.headers["x-ms-request-id"] == body["trace_id"]
    headers = ("Cache-Control", "Pragma", "Expires", "x-ms-ests-server", "P3P", "Strict-Transport-Security", "Date")
    assert [name for name in headers if name not in answer.headers] == []
    return body


@pytest.mark.parametrize("name", CASES)
def test_refusal(setting: Setting, name: str) -> None:
    case = CASES[name]
    counted = setting.client.tenant.statistics()["refusals"].get(str(case.code), 0)

    answer = setting.client.ask_token(case.form(setting), tenant=case.tenant, method=case.method)

    check_refusal(answer, case.code, case.error, case.status, case.words)
    assert setting.client.tenant.statistics()["refusals"][str(case.code)] == counted + 1


def test_every_refusal_is_tested() -> None:
    assert {case.row for case in CASES.values()} | TESTED_ELSEWHERE == REFUSALS.keys()
    for case in CASES.values():
        row = REFUSALS[case.row]
        assert (row.code, row.error, row.status) == (case.code, case.error, case.status)


def test_correlation_id_is_the_callers(setting: Setting) -> None:
    mine = "dddddddd-0000-4000-8000-000000000001"
    headers = {"client-request-id": mine, "return-client-request-id": "true"}

    refused = setting.client.ask_token({}, headers=headers)
    issued = setting.client.ask_token(setting.client.form(setting.registered), headers=headers)
    not_a_guid = setting.client.ask_token({}, headers={"client-request-id": "42"})

    assert refused.json()["correlation_id"] == mine
    assert refused.headers["client-request-id"] == issued.headers["client-request-id"] == mine
    assert not_a_guid.json()["correlation_id"] != "42"
    assert "client-request-id" not in not_a_guid.headers


def test_conditional_access(tmp_path: Any) -> None:
    files = self_signed(tmp_path)
    state = {"conditions": {"conditionalAccessBlocks": True}}
    with (
        TenantProcess.start(tmp_path, "--certificate", str(files.public), state=state) as tenant,
        Client(tenant) as client,
    ):
        answer = client.ask_token(client.form(files))

    words = (
        r"Access has been blocked by Conditional Access policies\. The access policy does not allow token issuance\."
    )
    body = check_refusal(answer, 53003, "invalid_grant", 400, words)
    assert body["suberror"] == "message_only"
    assert re.fullmatch(
        r'\{"access_token":\{"capolids":\{"essential":true,"values":\["[0-9a-f-]{36}"\]\}\}\}', body["claims"]
    )


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_clock_of_the_service_is_apart(tmp_path: Any, skew: int) -> None:
    files = self_signed(tmp_path)
    state = {"conditions": {"clockSkewSeconds": skew, "tokenLifetimeSeconds": 60}}
    with (
        TenantProcess.start(tmp_path, "--certificate", str(files.public), state=state) as tenant,
        Client(tenant) as client,
    ):
        refused = client.ask_token(client.form(files))
        now = int(time.time()) + skew
        right = client.ask_token(client.form(files, claims={"nbf": now, "exp": now + 600}))
        read = client.graph("/v1.0/organization", right.json()["access_token"])

    check_refusal(refused, 700024, "invalid_client", 401, "Client assertion is not within its valid time range")
    for answer in (refused, read):
        seen = parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
        assert seen == pytest.approx(skew, abs=5)
    assert right.json()["expires_in"] == 60
    claims = jwt.decode(right.json()["access_token"], options={"verify_signature": False})
    assert claims["exp"] == pytest.approx(now + 60, abs=5)
    assert read.status_code == 200


# Discovery


@pytest.mark.parametrize(
    ("asked", "issuer", "endpoint"),
    [
        (TENANT, TENANT, TENANT),
        ("contoso.example", TENANT, TENANT),
        ("common", "{tenantid}", "common"),
        ("organizations", "{tenantid}", "organizations"),
    ],
)
def test_openid_configuration(setting: Setting, asked: str, issuer: str, endpoint: str) -> None:
    url = setting.client.tenant.url

    body = setting.client.send("GET", f"/{asked}/v2.0/.well-known/openid-configuration").json()

    assert body["issuer"] == f"{url}/{issuer}/v2.0"
    assert body["token_endpoint"] == f"{url}/{endpoint}/oauth2/v2.0/token"
    assert body["jwks_uri"] == f"{url}/{endpoint}/discovery/v2.0/keys"
    assert body["device_authorization_endpoint"] == f"{url}/{endpoint}/oauth2/v2.0/devicecode"
    assert body["token_endpoint_auth_methods_supported"] == [
        "client_secret_post",
        "private_key_jwt",
        "client_secret_basic",
    ]
    assert body["id_token_signing_alg_values_supported"] == ["RS256"]


@pytest.mark.parametrize("path", ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys"])
def test_discovery_refuses_another_tenant(setting: Setting, path: str) -> None:
    answer = setting.client.send("GET", f"/{OTHER}/{path}")

    check_refusal(answer, 90002, "invalid_tenant", 400, f"Tenant '{OTHER}' not found")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("tenant", [TENANT, "contoso.example", OTHER])
def test_instance_discovery(setting: Setting, tenant: str, host: str) -> None:
    url = setting.client.tenant.url
    asked = f"{url}/{tenant}/oauth2/v2.0/authorize".replace("127.0.0.1", host)
    query = {"api-version": "1.1", "authorization_endpoint": asked}

    body = setting.client.send("GET", "/common/discovery/instance", params=query).json()

    assert body["tenant_discovery_endpoint"] == f"{url}/{tenant}/v2.0/.well-known/openid-configuration"
    assert url.removeprefix("https://") in body["metadata"][0]["aliases"]


INSTANCES = {
    "https://login.example/common/oauth2/v2.0/authorize": (50049, "invalid_instance", r"Unknown or invalid instance\."),
    None: (
        900144,
        "invalid_request",
        r"The request body must contain the following parameter: 'authorization_endpoint'\.",
    ),
}


@pytest.mark.parametrize("asked", INSTANCES)
def test_instance_discovery_refuses(setting: Setting, asked: str | None) -> None:
    code, error, words = INSTANCES[asked]

    answer = setting.client.send("GET", "/common/discovery/instance", params={"authorization_endpoint": asked})

    check_refusal(answer, code, error, 400, words)
