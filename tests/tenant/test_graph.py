"""Graph: what it shows, to whom, and every error with status, code, words and headers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tenant.graph.errors import ERRORS
from tests.certificates import CertificateFiles, rsa_key, self_signed
from tests.tenant.client import Client
from tests.tenant_process import TenantProcess

TENANT = "aaaaaaaa-0000-4000-8000-000000000002"
READER = "bbbbbbbb-0000-4000-8000-000000000001"
WRITER = "bbbbbbbb-0000-4000-8000-000000000002"
OWNER = "bbbbbbbb-0000-4000-8000-000000000003"
NOBODY = "bbbbbbbb-0000-4000-8000-000000000004"
READER_OBJECT = "dddddddd-0000-4000-8000-000000000001"
OWNED_OBJECT = "dddddddd-0000-4000-8000-000000000003"
OWNER_PRINCIPAL = "eeeeeeee-0000-4000-8000-000000000003"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
MISSING = "ffffffff-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Setting:
    client: Client
    files: CertificateFiles
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder = tmp_path_factory.mktemp("graph")
    files = self_signed(folder)
    keys = [{"key": base64.b64encode(files.certificate.public_bytes(Encoding.DER)).decode()}]
    state = {
        "organization": {"id": TENANT, "displayName": "Contoso's"},
        "applications": [
            {"appId": READER, "id": READER_OBJECT, "displayName": "It's a reader", "keyCredentials": keys},
            {"appId": WRITER, "displayName": "Writer", "keyCredentials": keys},
            {
                "appId": OWNER,
                "id": OWNED_OBJECT,
                "displayName": "Owner",
                "keyCredentials": keys,
                "owners": [OWNER_PRINCIPAL],
            },
            {"appId": NOBODY, "displayName": "Nobody", "keyCredentials": keys},
        ],
        "servicePrincipals": [
            {"appId": READER, "displayName": "It's a reader"},
            {"appId": WRITER, "roles": ["Application.ReadWrite.All", "Domain.Read.All"], "displayName": "Writer"},
            {"appId": OWNER, "id": OWNER_PRINCIPAL, "roles": ["Application.ReadWrite.OwnedBy"]},
            {"appId": NOBODY, "roles": ["Policy.Read.All"]},
            {"appId": GRAPH_APP, "displayName": "Microsoft Graph", "roles": []},
        ],
    }
    with TenantProcess.start(folder, state=state) as tenant, Client(tenant) as client:
        tokens = {app: client.sign_in(files, client_id=app) for app in (READER, WRITER, OWNER, NOBODY)}
        yield Setting(client, files, tokens)


def get(setting: Setting, path: str, app: str = READER, **headers: str) -> Any:
    answer = setting.client.graph(path, setting.tokens[app], headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


# What it shows


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_organization(setting: Setting, version: str) -> None:
    body = get(setting, f"/{version}/organization")

    assert body["@odata.context"] == f"{setting.client.tenant.url}/{version}/$metadata#organization"
    [organization] = body["value"]
    assert (organization["id"], organization["displayName"]) == (TENANT, "Contoso's")
    domains = {each["name"]: (each["isInitial"], each["isDefault"]) for each in organization["verifiedDomains"]}
    assert domains == {"contoso.onmicrosoft.com": (True, False), "contoso.example": (False, True)}
    single = get(setting, f"/{version}/organization/{TENANT}")
    assert single.pop("@odata.context").endswith("/$metadata#organization/$entity")
    assert single == organization


@pytest.mark.parametrize("collection", ["applications", "servicePrincipals"])
@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_one_object_in_four_ways(setting: Setting, version: str, collection: str) -> None:
    path = f"/{version}/{collection}"
    [by_filter] = get(setting, f"{path}?$filter=appId eq '{READER}'")["value"]

    by_id = get(setting, f"{path}/{by_filter['id']}")
    by_key = get(setting, f"{path}(appId='{READER.upper()}')")
    [in_list] = [each for each in get(setting, path)["value"] if each["appId"] == READER]

    context = f"{setting.client.tenant.url}/{version}/$metadata#{collection}/$entity"
    for each in (by_id, by_key):
        assert each.pop("@odata.context") == context
    assert by_filter == by_id == by_key == in_list
    assert by_filter["displayName"] == "It's a reader"


def test_microsoft_graph_has_a_service_principal_and_no_application(setting: Setting) -> None:
    [principal] = get(setting, f"/v1.0/servicePrincipals?$filter=appId eq '{GRAPH_APP}'")["value"]

    assert principal["displayName"] == "Microsoft Graph"
    assert principal["appOwnerOrganizationId"] != TENANT
    assert get(setting, f"/v1.0/applications?$filter=appId eq '{GRAPH_APP}'")["value"] == []


def test_properties_of_beta_alone(setting: Setting) -> None:
    path = f"servicePrincipals(appId='{READER}')"

    assert "publisherName" not in get(setting, f"/v1.0/{path}")
    assert get(setting, f"/beta/{path}")["publisherName"] == "Contoso's"


def test_domains(setting: Setting) -> None:
    assert [each["id"] for each in get(setting, "/v1.0/domains", WRITER)["value"]] == [
        "contoso.onmicrosoft.com",
        "contoso.example",
    ]
    assert get(setting, "/beta/domains/contoso.example", WRITER)["isDefault"] is True


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1.0/applications?$select=appId,displayName&$filter=displayName eq 'It''s a reader'", {READER}),
        ("/v1.0/applications?$select=appId&$filter=displayName eq 'writer'", {WRITER}),
        ("/v1.0/applications?%24select=appId&%24filter=displayName%20eq%20'nothing'", set()),
        ("/beta/applications?select=appId&filter=displayName eq 'Writer'", {WRITER}),
        ("/v1.0/servicePrincipals?$select=appId&$filter=accountEnabled eq false", set()),
        ("/v1.0/servicePrincipals?$select=appId&$filter=accountEnabled eq true&$top=999",
         {READER, WRITER, OWNER, NOBODY, GRAPH_APP}),
    ],
)  # fmt: skip
def test_filter_and_select(setting: Setting, path: str, expected: set[str]) -> None:
    body = get(setting, path)

    assert {each["appId"] for each in body["value"]} == expected
    names = {"appId", "displayName"} if "displayName&" in path else {"appId"}
    assert all(each.keys() == names for each in body["value"])
    assert body["@odata.context"].endswith(("(appId)", "(appId,displayName)"))


def test_pages(setting: Setting) -> None:
    seen: list[str] = []
    url = "/v1.0/servicePrincipals?$top=2&$select=appId"
    while url:
        body = get(setting, url)
        assert 1 <= len(body["value"]) <= 2
        seen += [each["appId"] for each in body["value"]]
        link = body.get("@odata.nextLink", "")
        assert not link or link.startswith(setting.client.tenant.url)
        url = link.removeprefix(setting.client.tenant.url)
    assert sorted(seen) == sorted([READER, WRITER, OWNER, NOBODY, GRAPH_APP])


def test_count_needs_its_header(setting: Setting) -> None:
    path = "/v1.0/servicePrincipals?$count=true"

    assert "@odata.count" not in get(setting, path)
    assert get(setting, path, ConsistencyLevel="eventual")["@odata.count"] == 5


def test_key_is_shown_only_when_selected_from_one_object(setting: Setting) -> None:
    certificate = setting.files.certificate
    path = f"/v1.0/applications/{READER_OBJECT}"

    [listed] = get(setting, f"/v1.0/applications?$filter=id eq '{READER_OBJECT}'&$select=keyCredentials")["value"]
    [plain] = get(setting, path)["keyCredentials"]
    [selected] = get(setting, f"{path}?$select=id,keyCredentials")["keyCredentials"]

    assert plain["key"] is None
    assert listed["keyCredentials"] == [plain]
    assert base64.b64decode(selected["key"]) == certificate.public_bytes(Encoding.DER)
    assert selected["customKeyIdentifier"] == setting.files.thumbprint_sha1
    assert (selected["type"], selected["usage"]) == ("AsymmetricX509Cert", "Verify")
    assert selected["endDateTime"] == certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_head_answers_as_get_without_a_body(setting: Setting) -> None:
    answer = setting.client.graph("/v1.0/organization", setting.tokens[READER], method="HEAD")

    assert (answer.status_code, answer.content) == (200, b"")


# Errors


def check_error(answer: Any, row: str, **values: str) -> None:
    """Check status, code, words, body and headers of an error against its row."""
    expected = ERRORS[row]
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (expected.status, expected.code), answer.text
    assert error["message"] == expected.message.format(**values)
    assert error.keys() == {"code", "message", "innerError"}
    inner = error["innerError"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inner["date"])
    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["client-request-id"] == answer.headers["client-request-id"]
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="", authorization_uri="https://')
        assert answer.headers["WWW-Authenticate"].endswith(f'client_id="{GRAPH_APP}"')


Request = tuple[str, str, str, str, dict[str, str]]
"""Method, path, the caller's application, the row of the error, and what fills its words."""

REQUESTS: list[Request] = [
    ("GET", "/v1.0/organization", NOBODY, "forbidden", {}),
    ("GET", f"/v1.0/organization/{TENANT}", NOBODY, "forbidden", {}),
    ("GET", "/beta/applications", NOBODY, "forbidden", {}),
    ("GET", "/v1.0/domains", READER, "forbidden", {}),
    ("GET", "/v1.0/organization", WRITER, "forbidden", {}),
    ("PATCH", f"/v1.0/applications/{READER_OBJECT}", READER, "forbidden", {}),
    ("PATCH", f"/v1.0/applications/{READER_OBJECT}", OWNER, "forbidden", {}),
    ("GET", "/organization", READER, "version_invalid", {"version": "organization"}),
    ("GET", "/v2.0/organization", READER, "version_invalid", {"version": "v2.0"}),
    ("GET", "/", READER, "version_invalid", {"version": ""}),
    ("GET", "/v1.0", READER, "segment_unknown", {"segment": ""}),
    ("GET", "/v1.0/organisation", READER, "segment_unknown", {"segment": "organisation"}),
    ("GET", "/beta/applications/1/owners", READER, "segment_unknown", {"segment": "owners"}),
    ("GET", "/v1.0/applications(id='1')", READER, "segment_unknown", {"segment": "applications(id='1')"}),
    ("GET", "/v1.0/organization(appId='1')", READER, "segment_unknown", {"segment": "organization(appId='1')"}),
    ("GET", "/v1.0/applications(appId='1')/owners", READER, "segment_unknown", {"segment": "owners"}),
    ("POST", "/v1.0/organization", READER, "method_not_allowed", {}),
    ("PUT", f"/v1.0/applications/{READER_OBJECT}", WRITER, "method_not_allowed", {}),
    ("POST", "/v1.0/applications", WRITER, "not_simulated", {"method": "POST", "path": "/v1.0/applications"}),
    ("GET", f"/v1.0/applications/{MISSING}", READER, "object_not_found", {"id": MISSING}),
    ("GET", f"/v1.0/organization/{MISSING}", READER, "object_not_found", {"id": MISSING}),
    ("GET", f"/v1.0/servicePrincipals(appId='{MISSING}')", READER, "object_not_found", {"id": MISSING}),
    ("PATCH", f"/v1.0/applications/{MISSING}", WRITER, "object_not_found", {"id": MISSING}),
    ("GET", "/v1.0/applications?$select=appId,nonsense", READER, "property_unknown",
     {"name": "nonsense", "entity": "microsoft.graph.application"}),
    ("GET", "/v1.0/applications?$filter=nonsense eq 'x'", READER, "filter_property_unknown",
     {"name": "nonsense", "entity": "microsoft.graph.application"}),
    ("GET", "/v1.0/applications?$filter=publisherDomain eq 'x'", READER, "filter_property_not_indexed", {}),
    *(("GET", f"/v1.0/applications?{query}", READER, "query_unsupported", {}) for query in (
        "$filter=startsWith(displayName,'x')", "$filter=displayName ne 'x'", "$filter=displayName eq 5", "$filter=",
        "$filter=appId eq 'a' or appId eq 'b'", "$orderby=displayName", "$expand=owners", "$apply=x",
    )),
    ("GET", "/v1.0/applications?$search=\"displayName:x\"", READER, "search_needs_header", {}),
    *(("GET", f"/v1.0/applications?$top={top}", READER, "page_size", {"top": top}) for top in ("0", "1000", "-1", "x")),
    ("GET", "/v1.0/applications?$skiptoken=%25", READER, "skip_token", {"entity": "microsoft.graph.application"}),
]  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: f"{each[0]} {each[1]} as {each[2][-1]}")
def test_error(setting: Setting, request_: Request) -> None:
    method, path, app, row, values = request_

    answer = setting.client.graph(path, setting.tokens[app], method=method, data="{}" if method == "PATCH" else None)

    check_error(answer, row, **values)


def forged(setting: Setting, **claims: Any) -> str:
    """A token with the service's own key id, signed by another key."""
    header = jwt.get_unverified_header(setting.tokens[READER])
    body = jwt.decode(setting.tokens[READER], options={"verify_signature": False})
    return jwt.encode({**body, **claims}, rsa_key(), algorithm="RS256", headers=header)


def _unsigned(setting: Setting) -> str:
    body = jwt.decode(setting.tokens[READER], options={"verify_signature": False})
    return jwt.encode(body, "", algorithm="none")


TOKENS: dict[str, tuple[Callable[[Setting], str | None], str]] = {
    "no header": (lambda s: None, "token_missing"),
    "empty": (lambda s: "Bearer ", "token_missing"),
    "another scheme": (lambda s: "Basic eDp5", "token_missing"),
    "no JWT": (lambda s: "Bearer nonsense", "token_malformed"),
    "cut": (lambda s: f"Bearer {s.tokens[READER].rpartition('.')[0]}", "token_malformed"),
    "forged": (lambda s: f"Bearer {forged(s)}", "token_signature"),
    "unsigned": (lambda s: f"Bearer {_unsigned(s)}", "token_signature"),
    "changed": (lambda s: f"Bearer {_swapped(s)}", "token_signature"),
}


def _swapped(setting: Setting) -> str:
    """The signature of one right token under the claims of another."""
    reader, writer = (setting.tokens[app].split(".") for app in (READER, WRITER))
    return f"{reader[0]}.{writer[1]}.{reader[2]}"


@pytest.mark.parametrize("name", TOKENS)
def test_token_is_verified(setting: Setting, name: str) -> None:
    header, row = TOKENS[name]
    authorization = header(setting)

    answer = setting.client.send(
        "GET", "/v1.0/organization", headers={} if authorization is None else {"Authorization": authorization}
    )

    check_error(answer, row)


def test_token_of_another_resource(setting: Setting) -> None:
    token = setting.client.sign_in(setting.files, client_id=READER, scope="https://management.azure.com/.default")

    check_error(setting.client.graph("/v1.0/organization", token), "token_audience")


@pytest.mark.parametrize(("lifetime", "row"), [(-240, None), (-360, "token_expired")])
def test_token_lifetime_has_five_minutes_of_tolerance(tmp_path: Path, lifetime: int, row: str | None) -> None:
    files = self_signed(tmp_path)
    state = {"conditions": {"tokenLifetimeSeconds": lifetime}}
    with (
        TenantProcess.start(tmp_path, "--certificate", str(files.public), state=state) as tenant,
        Client(tenant) as client,
    ):
        answer = client.graph("/v1.0/organization", client.sign_in(files))
    if row is None:
        assert answer.status_code == 200
    else:
        check_error(answer, row)


def test_headers_of_every_answer(setting: Setting) -> None:
    mine = "my own id"
    right = setting.client.graph("/v1.0/organization", setting.tokens[READER], headers={"client-request-id": mine})
    wrong = setting.client.graph("/v1.0/nothing", setting.tokens[READER])

    assert right.headers["client-request-id"] == mine
    assert wrong.headers["client-request-id"] == wrong.headers["request-id"]
    assert right.headers["request-id"] != wrong.headers["request-id"]
    assert right.headers["OData-Version"] == "4.0"
    for answer in (right, wrong):
        server = json.loads(answer.headers["x-ms-ags-diagnostic"])["ServerInfo"]
        assert server.keys() == {"DataCenter", "Slice", "Ring", "ScaleUnit", "RoleInstance"}
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["Date"]


def test_requests_are_counted(setting: Setting) -> None:
    path = "/beta/domains/contoso.example"
    before = setting.client.tenant.statistics()["graphRequests"].get(f"GET {path}", 0)

    get(setting, f"{path}?$select=id", WRITER)

    assert setting.client.tenant.statistics()["graphRequests"][f"GET {path}"] == before + 1


# Changes


def patch(setting: Setting, app: str, body: object, object_id: str = OWNED_OBJECT, version: str = "v1.0") -> Any:
    return setting.client.graph(f"/{version}/applications/{object_id}", setting.tokens[app], method="PATCH", json=body)


def key_of(files: CertificateFiles, **members: Any) -> dict[str, Any]:
    der = base64.b64encode(files.certificate.public_bytes(Encoding.DER)).decode()
    return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": der, **members}


@pytest.mark.parametrize("app", [WRITER, OWNER])
def test_certificates_are_registered_and_removed(setting: Setting, app: str, tmp_path: Path) -> None:
    fresh = self_signed(tmp_path, "fresh", key_label="fresh")
    path = f"/v1.0/applications(appId='{OWNER}')"
    kept = get(setting, path)["keyCredentials"]

    def can_sign_in(files: CertificateFiles) -> bool:
        return setting.client.ask_token(setting.client.form(files, client_id=OWNER)).status_code == 200

    assert (can_sign_in(setting.files), can_sign_in(fresh)) == (True, False)
    added = patch(setting, app, {"keyCredentials": [*kept, key_of(fresh, displayName="The fresh one")]})
    assert (added.status_code, added.content) == (204, b"")
    assert (can_sign_in(setting.files), can_sign_in(fresh)) == (True, True)
    assert get(setting, path)["keyCredentials"][1]["displayName"] == "The fresh one"

    only_fresh = patch(setting, app, {"keyCredentials": get(setting, path)["keyCredentials"][1:]}, version="beta")
    assert only_fresh.status_code == 204
    assert (can_sign_in(setting.files), can_sign_in(fresh)) == (False, True)

    assert patch(setting, app, {"keyCredentials": [key_of(setting.files)]}).status_code == 204
    assert (can_sign_in(setting.files), can_sign_in(fresh)) == (True, False)


def test_registration_may_end_before_the_certificate(setting: Setting) -> None:
    before = get(setting, f"/v1.0/applications/{OWNED_OBJECT}")["keyCredentials"]
    past = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}

    assert patch(setting, WRITER, {"keyCredentials": [key_of(setting.files, **past)]}).status_code == 204
    refused = setting.client.ask_token(setting.client.form(setting.files, client_id=OWNER))
    assert patch(setting, WRITER, {"keyCredentials": [key_of(setting.files)]}).status_code == 204

    assert len(before) == 1
    assert "Found key 'Start=01/01/2020 00:00:00, End=01/01/2021 00:00:00'" in refused.json()["error_description"]


def test_display_name_is_changed(setting: Setting) -> None:
    assert patch(setting, WRITER, {"displayName": "Renamed"}).status_code == 204
    assert get(setting, f"/v1.0/applications/{OWNED_OBJECT}")["displayName"] == "Renamed"


KEYS = "KeyCredential"
WRONG_BODIES: dict[str, tuple[Callable[[CertificateFiles], object], str, dict[str, str]]] = {
    "list": (lambda f: [], "body_not_json", {}),
    "unknown property": (lambda f: {"notes": "x"}, "property_not_writable", {"name": "notes"}),
    "no name": (lambda f: {"displayName": ""}, "value_invalid", {"name": "displayName", "entity": "Application"}),
    "no list": (lambda f: {"keyCredentials": {}}, "value_invalid", {"name": "keyCredentials", "entity": "Application"}),
    "no entries": (
        lambda f: {"keyCredentials": ["x"]}, "value_invalid", {"name": "keyCredentials", "entity": "Application"}
    ),
    "type": (
        lambda f: {"keyCredentials": [key_of(f, type="Symmetric")]}, "value_invalid", {"name": "type", "entity": KEYS}
    ),
    "usage": (
        lambda f: {"keyCredentials": [key_of(f, usage="Sign")]}, "value_invalid", {"name": "usage", "entity": KEYS}
    ),
    "key": (
        lambda f: {"keyCredentials": [key_of(f, key="AAAA")]}, "value_invalid", {"name": "key", "entity": KEYS}
    ),
    "no key": (
        lambda f: {"keyCredentials": [key_of(f, key=None)]}, "value_invalid", {"name": "key", "entity": KEYS}
    ),
    "date": (
        lambda f: {"keyCredentials": [key_of(f, startDateTime="soon")]}, "value_invalid",
        {"name": "startDateTime", "entity": KEYS},
    ),
    "end": (lambda f: {"keyCredentials": [key_of(f, endDateTime="2999-01-01T00:00:00Z")]}, "key_end_date", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_BODIES)
def test_wrong_body_changes_nothing(setting: Setting, name: str) -> None:
    body, row, values = WRONG_BODIES[name]
    before = get(setting, f"/v1.0/applications/{OWNED_OBJECT}")

    check_error(patch(setting, WRITER, body(setting.files)), row, **values)

    assert get(setting, f"/v1.0/applications/{OWNED_OBJECT}") == before


def test_body_that_is_no_json(setting: Setting) -> None:
    answer = setting.client.graph(
        f"/v1.0/applications/{OWNED_OBJECT}", setting.tokens[WRITER], method="PATCH", data=b"\xff{"
    )

    check_error(answer, "body_not_json")


def test_every_error_is_tested() -> None:
    tested = {each[3] for each in REQUESTS} | {row for _header, row in TOKENS.values()}
    tested |= {row for _body, row, _values in WRONG_BODIES.values()} | {"token_audience", "token_expired"}

    assert tested == ERRORS.keys()


def test_question_mark_in_an_id(setting: Setting) -> None:
    check_error(setting.client.graph("/v1.0/applications/a%3Fb", setting.tokens[READER]), "object_not_found", id="a?b")


def test_path_is_decoded(setting: Setting) -> None:
    assert get(setting, "/v1.0/" + quote(f"applications(appId='{READER}')", safe=""))["id"] == READER_OBJECT
