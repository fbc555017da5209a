"""Signing in, whole: from settings to a credential, against the simulated tenant or what stands in its place."""

from __future__ import annotations

import base64
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from provider.auth.sign_in import SignedIn, sign_in
from provider.config.clouds import endpoints
from provider.config.settings import Settings, merge
from provider.framework.diagnostics import Diagnostic, Failure, Severity
from provider.network.session import Session
from tests.certificates import PASSWORD, CertificateFiles, chain_of_three, self_signed
from tests.config.facts import AUTH_METHODS
from tests.network.servers import Answer, Seen, authority, closed_port, serve
from tests.tenant_process import TenantProcess

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
APP = "bbbbbbbb-0000-4000-8000-000000000001"
DISABLED = "bbbbbbbb-0000-4000-8000-000000000002"
WITHOUT_PRINCIPAL = "bbbbbbbb-0000-4000-8000-000000000003"
BY_NAME = "bbbbbbbb-0000-4000-8000-000000000004"
BY_ANOTHER_NAME = "bbbbbbbb-0000-4000-8000-000000000005"
POWERLESS = "bbbbbbbb-0000-4000-8000-000000000006"
OTHER = "cccccccc-0000-4000-8000-000000000001"
NIL = "00000000-0000-0000-0000-000000000000"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class World:
    """A tenant with an application for each circumstance, and the certificates that go with it."""

    tenant: TenantProcess
    good: CertificateFiles
    other: CertificateFiles
    chain: CertificateFiles

    def settings(self, **given: Any) -> Settings:
        return settings(self.tenant, self.good, **given)


def settings(tenant: TenantProcess, files: CertificateFiles, **given: Any) -> Settings:
    """Return the settings with which `files` sign in to `tenant`; `given` overrides any of them by its last name."""
    top = {"tenant_id": tenant.tenant_id, "auth_method": "client_certificate"}
    entra = {"client_id": APP, "client_certificate": str(files.pfx), "client_certificate_password": PASSWORD}
    client = {"authority_url": tenant.url, "graph_url": tenant.url, "ca_certificate_file": str(tenant.ca_file)}
    for name, value in given.items():
        group = top if name in top else entra if name in entra or name == "send_certificate_chain" else client
        group[name] = value
    return merge({**top, "entra_id_options": entra, "client_options": client}, {})


def signed_in(of: Settings) -> SignedIn:
    return sign_in(of, endpoints(of), Session(of, {}, "1.11.4"))


def refusal(of: Settings) -> Diagnostic:
    with pytest.raises(Failure) as caught:
        signed_in(of)
    (found,) = caught.value.diagnostics
    assert found.severity is Severity.ERROR
    assert PASSWORD not in found.summary + found.detail
    return found


def registered(*files: CertificateFiles) -> list[dict[str, str]]:
    return [{"key": base64.b64encode(each.certificate.public_bytes(Encoding.DER)).decode()} for each in files]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    good, other = self_signed(folder, "good"), self_signed(folder, "other", key_label="other")
    chain = chain_of_three(folder, "app.contoso.example")
    ca = base64.b64encode(chain.ca.public_bytes(Encoding.DER)).decode()
    state = {
        "organization": {"id": TENANT},
        "applications": [
            {"appId": APP, "displayName": "Terraform", "keyCredentials": registered(good)},
            {"appId": DISABLED, "keyCredentials": registered(good)},
            {"appId": WITHOUT_PRINCIPAL, "keyCredentials": registered(good)},
            {"appId": BY_NAME, "subjectNameAndIssuer": {"subjects": ["app.contoso.example"], "authorities": [ca]}},
            {"appId": BY_ANOTHER_NAME, "subjectNameAndIssuer": {"subjects": ["x.example"], "authorities": [ca]}},
            {"appId": POWERLESS, "keyCredentials": registered(good)},
        ],
        "servicePrincipals": [
            {"appId": APP},
            {"appId": DISABLED, "accountEnabled": False},
            {"appId": BY_NAME},
            {"appId": BY_ANOTHER_NAME},
            {"appId": POWERLESS, "roles": []},
        ],
    }
    with TenantProcess.start(folder, state=state) as tenant:
        yield World(tenant, good, other, chain)


# What works


def test_signing_in(world: World) -> None:
    before = world.tenant.statistics()
    began = datetime.now(UTC)

    found = signed_in(world.settings())

    token = found.credential.token()
    assert token.roles == ("Application.Read.All", "Organization.Read.All")
    assert token.claim("appid") == APP
    assert token.claim("tid") == TENANT
    assert token.claims["aud"] == "https://graph.microsoft.com"
    assert timedelta(seconds=3590) < token.expires - began < timedelta(seconds=3660)
    assert found.certificate is not None
    assert found.certificate.thumbprint_sha1 == world.good.thumbprint_sha1
    assert found.warnings == ()
    assert world.tenant.statistics()["tokenRequests"] == before["tokenRequests"] + 1


WORKS: dict[str, Callable[[World], dict[str, Any]]] = {
    "PEM": lambda w: {"client_certificate": str(w.good.pem)},
    "domain in place of the tenant's id": lambda w: {"tenant_id": "contoso.onmicrosoft.com"},
    "capital letters": lambda w: {"tenant_id": TENANT.upper(), "client_id": APP.upper()},
    "slash at the end": lambda w: {"authority_url": f"{w.tenant.url}/"},
    "chain that nobody asked for": lambda w: {"send_certificate_chain": True},
    "subject name and issuer": lambda w: {
        "client_id": BY_NAME,
        "client_certificate": str(w.chain.pfx),
        "send_certificate_chain": True,
    },
    "no redirects": lambda w: {"enable_redirect": False},
    "no compression": lambda w: {"enable_compression": False},
    "an audience that is a gateway's": lambda w: {"graph_audience": w.tenant.url},
}


@pytest.mark.parametrize("name", WORKS)
def test_what_works(world: World, name: str) -> None:
    assert signed_in(world.settings(**WORKS[name](world))).credential.token().roles


def test_a_token_without_roles_is_a_warning(world: World) -> None:
    (found,) = signed_in(world.settings(client_id=POWERLESS)).warnings

    assert found.severity is Severity.WARNING
    assert found.summary == "The application has no permissions"
    assert "grant admin consent" in found.detail


def test_a_warning_about_the_certificate_comes_along(world: World, tmp_path: Path) -> None:
    """The other warning, and the order: first what is about the certificate."""
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    files = self_signed(tmp_path, not_after=soon)
    state = {
        "organization": {"id": TENANT},
        "applications": [{"appId": APP, "keyCredentials": registered(files)}],
        "servicePrincipals": [{"appId": APP, "roles": []}],
    }
    with TenantProcess.start(tmp_path / "tenant", state=state) as tenant:
        found = signed_in(settings(tenant, files))

    assert [warning.summary for warning in found.warnings] == [
        "The certificate expires soon",
        "The application has no permissions",
    ]


def test_fifty_threads_ask_once(world: World) -> None:
    credential = signed_in(world.settings()).credential
    old = credential.token()
    before = world.tenant.statistics()["tokenRequests"]
    got: list[str] = []
    ready = threading.Barrier(50)

    def ask() -> None:
        ready.wait()
        got.append(credential.token(instead_of=old).value)

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 50
    assert len(set(got)) == 1
    assert got[0] != old.value
    assert world.tenant.statistics()["tokenRequests"] == before + 1


def test_a_token_that_ends_soon_is_renewed(world: World, tmp_path: Path) -> None:
    state = {
        "organization": {"id": TENANT},
        "applications": [{"appId": APP, "keyCredentials": registered(world.good)}],
        "conditions": {"tokenLifetimeSeconds": 2},
    }
    with TenantProcess.start(tmp_path, state=state) as tenant:
        credential = signed_in(settings(tenant, world.good)).credential
        first = credential.token()
        assert credential.token() is first
        time.sleep(1.1)
        second = credential.token()

        assert second.value != first.value
        assert tenant.statistics()["tokenRequests"] == 2


# Entra's refusals: what is given, the code, the setting concerned, what the remedy says


FILE, CLIENT_ID = ("entra_id_options", "client_certificate"), ("entra_id_options", "client_id")
REFUSALS: dict[str, tuple[Callable[[World], dict[str, Any]], int, tuple[str, ...] | None, str]] = {
    "certificate not registered": (
        lambda w: {"client_certificate": str(w.other.pfx)},
        700027,
        FILE,
        "is not registered on the application",
    ),
    "chain not sent": (
        lambda w: {"client_id": BY_NAME, "client_certificate": str(w.chain.pfx)},
        700027,
        FILE,
        "send_certificate_chain = true",
    ),
    "name not trusted": (
        lambda w: {
            "client_id": BY_ANOTHER_NAME,
            "client_certificate": str(w.chain.pfx),
            "send_certificate_chain": True,
        },
        700030,
        FILE,
        "app.contoso.example",
    ),
    "chain of nobody's": (
        lambda w: {"client_id": BY_NAME, "send_certificate_chain": True},
        7000213,
        FILE,
        "chain of 1 certificate(s)",
    ),
    "unknown application": (lambda w: {"client_id": OTHER}, 700016, CLIENT_ID, "Application (client) ID"),
    "nil application": (lambda w: {"client_id": NIL}, 700038, CLIENT_ID, NIL),
    "disabled application": (lambda w: {"client_id": DISABLED}, 7000112, CLIENT_ID, "is disabled in the tenant"),
    "no service principal": (lambda w: {"client_id": WITHOUT_PRINCIPAL}, 7000229, CLIENT_ID, "az ad sp create"),
    "unknown tenant": (lambda w: {"tenant_id": OTHER}, 90002, ("tenant_id",), f"no tenant {OTHER}"),
    "nil tenant": (lambda w: {"tenant_id": NIL}, 90002, ("tenant_id",), f"no tenant {NIL}"),
    "unknown resource": (
        lambda w: {"graph_audience": "https://unknown.example"},
        500011,
        ("client_options", "graph_audience"),
        "Check graph_audience and `cloud`",
    ),
}


def check_identity(found: Diagnostic) -> None:
    assert re.search(rf"\nTrace id: {GUID.pattern}\n", found.detail)
    assert re.search(rf"Correlation id: {GUID.pattern}\n", found.detail)
    assert re.search(r"\nTime: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", found.detail, re.MULTILINE)
    assert found.detail.count("Trace") == 1


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(world: World, name: str) -> None:
    given, code, path, remedy = REFUSALS[name]

    found = refusal(world.settings(**given(world)))

    assert found.summary == f"Entra ID refused the sign-in (AADSTS{code})"
    assert f"Entra ID says: AADSTS{code}: " in found.detail
    assert remedy in found.detail
    assert found.path == path
    check_identity(found)


CONDITIONS: dict[str, tuple[dict[str, Any], int, str]] = {
    "policy": ({"conditionalAccessBlocks": True}, 53003, "Conditional Access policy"),
    "clock behind": ({"clockSkewSeconds": 1200}, 700024, "seconds) behind"),
    "clock ahead": ({"clockSkewSeconds": -1200}, 700024, "seconds) ahead"),
    "expired meanwhile": ({"clockSkewSeconds": 500 * 86400}, 700027, "has expired (valid until "),
    "not valid yet": ({"clockSkewSeconds": -500 * 86400}, 1000502, "seconds) ahead"),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_refusals_by_circumstance(world: World, name: str, tmp_path: Path) -> None:
    conditions, code, remedy = CONDITIONS[name]
    state = {
        "organization": {"id": TENANT},
        "applications": [{"appId": APP, "keyCredentials": registered(world.good)}],
        "conditions": conditions,
    }
    with TenantProcess.start(tmp_path, state=state) as tenant:
        found = refusal(settings(tenant, world.good))

    assert found.summary == f"Entra ID refused the sign-in (AADSTS{code})"
    assert remedy in found.detail
    if code == 700024:
        (seconds,) = re.findall(r"\((\d+) seconds\)", found.detail)
        assert 1195 <= int(seconds) <= 1205
    check_identity(found)


def test_a_key_of_another_certificate_that_entra_alone_can_see(world: World, tmp_path: Path) -> None:
    """The registered certificate has the thumbprint, and the assertion is changed on its way: 700027's third form."""
    from provider.auth.certificate import ClientCertificate
    from provider.auth.client_certificate import ClientCertificateSignIn

    of = world.settings()
    mixed = ClientCertificate(world.other.key, world.good.chain, "CN=mixed")
    method = ClientCertificateSignIn(mixed, of, endpoints(of), Session(of, {}, ""))
    with pytest.raises(Failure) as caught:
        method.acquire()

    (found,) = caught.value.diagnostics
    assert found.path == FILE
    assert "the signature does not fit" in found.detail


def test_a_refusal_of_what_a_variable_gave_names_the_variable(world: World) -> None:
    of = world.settings(client_id=None, client_certificate=None)
    environment = {
        "M365_TENANT_ID": TENANT,
        "M365_AUTH_METHOD": "client_certificate",
        "M365_CLIENT_ID": APP,
        "M365_CLIENT_CERTIFICATE": base64.b64encode(world.other.pfx.read_bytes()).decode(),
        "M365_CLIENT_CERTIFICATE_PASSWORD": PASSWORD,
        "M365_AUTHORITY_URL": world.tenant.url,
        "M365_CA_CERTIFICATE_FILE": str(of.client_options.ca_certificate_file),
    }

    found = refusal(merge({}, environment))

    assert found.path is None
    assert found.detail.endswith(
        "The value of entra_id_options.client_certificate_data comes from the environment variable "
        "M365_CLIENT_CERTIFICATE."
    )


def test_inline_data_is_what_a_refusal_stands_on(world: World) -> None:
    entra = {"client_id": APP, "client_certificate_data": world.other.pem.read_text()}
    client = {"authority_url": world.tenant.url, "ca_certificate_file": str(world.tenant.ca_file)}
    of = merge(
        {
            "tenant_id": TENANT,
            "auth_method": "client_certificate",
            "entra_id_options": entra,
            "client_options": client,
        },
        {},
    )

    assert refusal(of).path == ("entra_id_options", "client_certificate_data")


def test_neither_assertion_nor_token_nor_password_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the lowest level, with what msal and urllib3 say, once the line is masked as the log masks it."""
    from provider.framework.redaction import redact

    with caplog.at_level(logging.DEBUG):
        token = signed_in(world.settings(enable_headers_inspection=True)).credential.token()

    logged = "\n".join(redact(record.getMessage()) for record in caplog.records)
    assert "oauth2/v2.0/token" in logged
    assert token.value not in logged
    assert "eyJ" not in logged
    assert PASSWORD not in logged


# What is missing, and what is not there yet


def missing(given: dict[str, Any]) -> Diagnostic:
    return refusal(merge(given, {}))


ALL = (
    "auth_method (variable M365_AUTH_METHOD)",
    "tenant_id (variable M365_TENANT_ID)",
    "entra_id_options.client_id (variable M365_CLIENT_ID)",
    (
        "entra_id_options.client_certificate (variable M365_CLIENT_CERTIFICATE_FILE_PATH) or "
        "entra_id_options.client_certificate_data (variable M365_CLIENT_CERTIFICATE_DATA)"
    ),
)
COMPLETE: dict[str, Any] = {
    "auth_method": "client_certificate",
    "tenant_id": TENANT,
    "entra_id_options": {"client_id": APP, "client_certificate": "a.pfx"},
}


def listed(found: Diagnostic) -> list[str]:
    return re.findall(r"^  - (.*)$", found.detail.replace("\n    or ", " or "), re.MULTILINE)


def test_all_that_is_missing_at_once() -> None:
    found = missing({})

    assert found.path is None
    assert listed(found) == list(ALL)


MISSING: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"auth_method": None}, ALL[0], ("auth_method",)),
    ({"tenant_id": ""}, ALL[1], ("tenant_id",)),
    ({"entra_id_options": {"client_certificate": "a.pfx"}}, ALL[2], CLIENT_ID),
    ({"entra_id_options": {"client_id": APP}}, ALL[3], FILE),
]


@pytest.mark.parametrize(("change", "line", "path"), MISSING, ids=[case[1].partition(" ")[0] for case in MISSING])
def test_the_one_thing_that_is_missing(change: dict[str, Any], line: str, path: tuple[str, ...]) -> None:
    found = missing(COMPLETE | change)

    assert listed(found) == [line]
    assert found.path == path


@pytest.mark.parametrize("method", [name for name in AUTH_METHODS if name != "client_certificate"])
def test_methods_that_are_not_available_yet(method: str) -> None:
    found = missing({"auth_method": method})

    assert found.summary == f"auth_method {method} is not available yet"
    assert "client_certificate" in found.detail
    assert found.path == ("auth_method",)
    assert "M365_AUTH_METHOD" in refusal(merge({}, {"M365_AUTH_METHOD": method})).detail


# What stands where Entra should


OURS = authority("in place of Entra")


def against(
    answer: Callable[[Seen], Answer] | Answer, files: CertificateFiles, folder: Path, **more: Any
) -> Diagnostic:
    with serve(answer, tls=OURS, folder=folder) as server:
        return refusal(
            merge(
                {
                    **COMPLETE,
                    "entra_id_options": {"client_id": APP, "client_certificate": str(files.pem)},
                    "client_options": {
                        "authority_url": server.url,
                        "ca_certificate_file": str(OURS.write_ca(folder)),
                        **more,
                    },
                },
                {},
            )
        )


def discovery(token: Answer) -> Callable[[Seen], Answer]:
    """Return a service whose discovery is right and whose token endpoint answers `token`."""
    import json

    def answer(seen: Seen) -> Answer:
        if seen.method == "POST":
            return token
        here = f"https://{seen.headers['Host']}/{TENANT}"
        body = {
            "issuer": f"{here}/v2.0",
            "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
            "token_endpoint": f"{here}/oauth2/v2.0/token",
        }
        return Answer(body=json.dumps(body).encode())

    return answer


HTML = b"<html>Please sign in to the network</html>"
STRANGERS: dict[str, tuple[Callable[[Seen], Answer] | Answer, str]] = {
    "a web page": (Answer(body=HTML), "answered with status 200"),
    "not found": (Answer(404, body=HTML), "answered with status 404"),
    "out of order": (Answer(503, body=b""), "answered with status 503"),
    "a redirect that is not followed": (Answer(302, {"Location": "/x"}), "answered with status 302"),
    "no discovery document": (Answer(body=b'{"hello": "world"}'), "does not answer as Entra ID does"),
    "a list": (Answer(body=b"[]"), "answered with status 200"),
    "nesting without end": (Answer(body=b"[" * 100_000), "answered with status 200"),
    "Graph": (Answer(400, body=b'{"error": {"code": "BadRequest"}}'), "answered with status 400"),
    "a web page for a token": (discovery(Answer(body=HTML)), "/oauth2/v2.0/token answered with status 200"),
    "nothing for a token": (discovery(Answer(204, body=b"")), "/oauth2/v2.0/token answered with status 204"),
    "a redirect for a token": (discovery(Answer(302, {"Location": "/x"})), "answered with status 302"),
    "out of order for a token": (discovery(Answer(500, body=HTML)), "/oauth2/v2.0/token answered with status 500"),
    "an empty object for a token": (discovery(Answer(body=b"{}")), "gave no token"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_is_not_entra(world: World, name: str, tmp_path: Path) -> None:
    answer, said = STRANGERS[name]

    found = against(answer, world.good, tmp_path, enable_redirect=False)

    assert said in f"{found.summary}\n{found.detail}"
    assert "HTML" not in found.detail


def test_a_passing_refusal_in_entras_form(world: World, tmp_path: Path) -> None:
    body = b'{"error": "temporarily_unavailable", "error_description": "AADSTS90033: A transient error has occurred."}'

    found = against(discovery(Answer(503, body=body)), world.good, tmp_path)

    assert found.summary == "Entra ID refused the sign-in (AADSTS90033)"


def test_an_authority_out_of_reach(world: World) -> None:
    at = f"127.0.0.1:{closed_port()}"

    assert refusal(world.settings(authority_url=f"https://{at}")).summary == f"{at} refuses connections"


def test_an_authority_that_is_not_trusted(world: World, tmp_path: Path) -> None:
    found = refusal(world.settings(ca_certificate_file=str(OURS.write_ca(tmp_path))))

    assert "is not trusted" in found.summary
    assert "client_options.ca_certificate_file" in found.detail


def test_the_certificate_is_looked_at_before_anything_is_sent(world: World) -> None:
    before = world.tenant.statistics()

    refusal(world.settings(client_certificate="/nowhere/cert.pfx"))

    assert world.tenant.statistics() == before


@pytest.mark.parametrize("status", [302, 307, 308])
def test_no_redirect_carries_the_assertion_elsewhere(world: World, tmp_path: Path, status: int) -> None:
    with serve() as elsewhere:
        found = against(discovery(Answer(status, {"Location": f"{elsewhere.url}/x"})), world.good, tmp_path)

        assert f"answered with status {status}" in found.detail
        assert not elsewhere.requests
