"""Entra's refusals: what is read in them, in the form of old and of new answers, and what the user is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.auth import refusal
from provider.auth.refusal import Facts, Refusal
from provider.framework.diagnostics import Severity

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
TENANT, CLIENT = "11111111-2222-3333-4444-555555555555", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
TRACE, CORRELATION = "aaaaaaaa-1111-4222-8333-bbbbbbbbbb00", "cccccccc-1111-4222-8333-dddddddddd00"
TIME = "2026-05-04 11:59:59Z"
THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
FACTS = Facts(
    tenant_id=TENANT,
    client_id=CLIENT,
    authority="https://login.example",
    thumbprint=THUMBPRINT,
    not_before=datetime(2025, 5, 4, tzinfo=UTC),
    not_after=datetime(2027, 5, 4, tzinfo=UTC),
    chain_length=3,
)

_REVIEW = f"Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys '{CLIENT}'.]"
_USED = f"Thumbprint of key used by client: '{THUMBPRINT}', "
_FOUND = "Found key 'Start=02/07/2021 17:00:39, End=02/06/2026 17:00:39', "

FILE = ("entra_id_options", "client_certificate")
CLIENT_ID = ("entra_id_options", "client_id")

# Code, Entra's words, the setting that it is about, what the remedy says.
ROWS: dict[str, tuple[int, str, tuple[str, ...] | None, tuple[str, ...]]] = {
    "key not found": (
        700027,
        (
            "The certificate with identifier used to sign the client assertion is not registered on application. "
            f"[Reason - The key was not found., {_USED}{_REVIEW}"
        ),
        FILE,
        (THUMBPRINT, "is not registered on the application", CLIENT, "public part", "send_certificate_chain = true"),
    ),
    "key not found, until 2022": (
        700027,
        f"Client assertion contains an invalid signature. [Reason - The key was not found., {_USED}{_REVIEW}",
        FILE,
        (THUMBPRINT, "is not registered on the application"),
    ),
    "key not found, subject name and issuer": (
        700027,
        (
            "The certificate with identifier used to sign the client assertion is not registered on application. "
            f"[Reason - The key was not found., {_REVIEW} Alternatively, SNI may be configured on the app."
        ),
        FILE,
        ("is not registered on the application", "send_certificate_chain = true"),
    ),
    "key expired": (
        700027,
        f"Client assertion contains an invalid signature. [Reason - The key used is expired., {_USED}{_FOUND}{_REVIEW}",
        FILE,
        (THUMBPRINT, "has expired", "2027-05-04 00:00:00 UTC", "Make a new certificate"),
    ),
    "signature wrong": (
        700027,
        (
            "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the "
            f"expected signature value., {_USED}{_FOUND}{_REVIEW}"
        ),
        FILE,
        (THUMBPRINT, "the signature does not fit", "different pairs"),
    ),
    "application unknown": (
        700016,
        f"Application with identifier '{CLIENT}' was not found in the directory 'Contoso'.",
        CLIENT_ID,
        (TENANT, CLIENT, "Application (client) ID", "object id", "tenant_id"),
    ),
    "application impossible": (700038, f"{CLIENT} is not a valid application identifier.", CLIENT_ID, (CLIENT,)),
    "tenant unknown": (
        90002,
        f"Tenant '{TENANT}' not found. Check to make sure you have the correct tenant ID.",
        ("tenant_id",),
        ("https://login.example", TENANT, "`cloud`"),
    ),
    "tenant empty": (
        90002,
        "Requested tenant identifier '00000000-0000-0000-0000-000000000000' is not valid.",
        ("tenant_id",),
        ("there is no tenant",),
    ),
    "tenant malformed": (900023, "Specified tenant identifier 'x' is neither.", ("tenant_id",), ("tenant_id",)),
    "audience": (
        700023,
        "Client assertion audience claim does not match Realm issuer.",
        ("client_options", "authority_url"),
        ("https://login.example", "audience", "authority_url and `cloud`", "gateway"),
    ),
    "time": (
        700024,
        (
            "Client assertion is not within its valid time range. Current time: 2024-10-02T22:05:03.6755165Z, "
            "assertion valid from 2024-10-02T21:20:53.0000000Z, expiry time of assertion 2024-10-02T21:30:53.0000000Z."
        ),
        None,
        ("clock of this machine", "network time (NTP)"),
    ),
    "subject name": (
        700030,
        (
            "Invalid certificate - subject name in certificate is not authorized. SubjectNames/SubjectAlternativeNames "
            "(up to 10) in token certificate are: app.contoso.example."
        ),
        FILE,
        ("subject name and issuer", "names"),
    ),
    "outside validity": (
        1000502,
        "The provided certificate is not within its specified validity window.",
        FILE,
        ("2025-05-04 00:00:00 UTC", "2027-05-04 00:00:00 UTC", "make a new certificate"),
    ),
    "outside validity, by another code": (7000274, "Certificate is outside.", FILE, ("outside its validity",)),
    "revoked": (7000214, "Certificate has been revoked.", FILE, ("revoked by its issuer",)),
    "disabled": (
        7000112,
        f"Application '{CLIENT}'(Terraform) is disabled.",
        CLIENT_ID,
        (CLIENT, "is disabled", "Enabled for users to sign-in"),
    ),
    "no service principal": (
        7000229,
        f"The client application {CLIENT} is missing service principal in the tenant {TENANT}.",
        CLIENT_ID,
        (CLIENT, TENANT, "no service principal", f"az ad sp create --id {CLIENT}"),
    ),
    "policy": (
        53003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        None,
        ("Conditional Access policy", "Service principal sign-ins", "correlation id"),
    ),
    "public client": (700025, "Client is public.", CLIENT_ID, ("public client",)),
    "resource": (
        500011,
        "The resource principal named https://x was not found in the tenant.",
        ("client_options", "graph_audience"),
        ("graph_audience", "`cloud`"),
    ),
    "any other": (9999999, "Something new.", None, ("https://login.microsoftonline.com/error",)),
}

JOINTS = {"old": "\r\n", "new": " "}


def body(code: int, words: str, joint: str = " ", **members: Any) -> dict[str, Any]:
    return {
        "error": "invalid_client",
        "error_description": joint.join(
            (
                f"AADSTS{code}: {words}",
                f"Trace ID: {TRACE}",
                f"Correlation ID: {CORRELATION}",
                f"Timestamp: {TIME}",
            )
        ),
        "error_codes": [code],
        "timestamp": TIME,
        "trace_id": TRACE,
        "correlation_id": CORRELATION,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    } | members


def stated(of: dict[str, Any], **headers: str) -> Refusal:
    found = refusal.read(of, headers)
    assert found is not None
    return found


@pytest.mark.parametrize("form", JOINTS)
@pytest.mark.parametrize("name", ROWS)
def test_what_the_user_is_told(name: str, form: str) -> None:
    code, words, path, remedy = ROWS[name]

    found, placed = refusal.diagnose(stated(body(code, words, JOINTS[form])), FACTS, NOW)

    assert found.severity is Severity.ERROR
    assert found.summary == f"Entra ID refused the sign-in (AADSTS{code})"
    assert placed == path
    said, entra, identity = found.detail.split("\n\n")
    for part in remedy:
        assert part in said
    # Entra's own words, whole, once, and nothing of the trailer, which follows line by line.
    assert entra == f"Entra ID says: AADSTS{code}: {words}"
    assert identity == f"Correlation id: {CORRELATION}\nTrace id: {TRACE}\nTime: {TIME}"
    assert "None" not in found.detail


def test_a_chain_that_cannot_be_followed() -> None:
    found, path = refusal.diagnose(stated(body(7000213, "Chain.")), FACTS, NOW)

    assert path == FILE
    assert "chain of 3 certificate(s)" in found.detail


# The clock, by Entra's Date header


CLOCKS = [
    ("Mon, 04 May 2026 12:00:00 GMT", "This machine's clock agrees with Entra ID's (2026-05-04 12:00:00 UTC)."),
    ("Mon, 04 May 2026 11:59:59 GMT", "This machine's clock agrees with Entra ID's"),
    (
        "Mon, 04 May 2026 11:45:00 GMT",
        (
            "This machine's clock shows 2026-05-04 12:00:00 UTC, Entra ID's 2026-05-04 11:45:00 UTC: this machine is "
            "0:15:00 (900 seconds) ahead."
        ),
    ),
    ("Mon, 04 May 2026 13:00:05 GMT", "this machine is 1:00:05 (3605 seconds) behind."),
    ("Tue, 05 May 2026 12:00:00 GMT", "this machine is 1 day, 0:00:00 (86400 seconds) behind."),
    ("Mon, 04 May 2026 14:10:00 +0200", "this machine is 0:10:00 (600 seconds) behind."),
    ("Mon, 04 May 2026 11:45:00 -0000", "this machine is 0:15:00 (900 seconds) ahead."),
    ("", "This machine's clock shows 2026-05-04 12:00:00 UTC."),
    ("yesterday", "This machine's clock shows 2026-05-04 12:00:00 UTC."),
    ("Mon, 99 May 2026 99:99:99 GMT", "This machine's clock shows 2026-05-04 12:00:00 UTC."),
]


@pytest.mark.parametrize(("date", "said"), CLOCKS, ids=[case[0] for case in CLOCKS])
@pytest.mark.parametrize("code", [700024, 1000502])
def test_the_skew_of_the_clock(code: int, date: str, said: str) -> None:
    found, _ = refusal.diagnose(stated(body(code, "Time."), **({"Date": date} if date else {})), FACTS, NOW)

    assert said in found.detail


def test_a_local_clock_in_another_zone() -> None:
    from datetime import timezone

    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))

    found, _ = refusal.diagnose(stated(body(700024, "Time."), Date="Mon, 04 May 2026 12:00:00 GMT"), FACTS, elsewhere)

    assert "agrees with Entra ID's" in found.detail


# Answers that have less, or more, than usual


@pytest.mark.parametrize("form", JOINTS)
def test_ids_are_found_in_the_text_where_the_members_are_missing(form: str) -> None:
    whole = body(700016, "Words.", JOINTS[form])
    bare = {name: whole[name] for name in ("error", "error_description")}

    found = stated(bare)

    assert (found.code, found.words) == (700016, "AADSTS700016: Words.")
    assert (found.correlation_id, found.trace_id, found.timestamp) == (CORRELATION, TRACE, TIME)


def test_an_answer_with_nothing_but_the_error() -> None:
    found, path = refusal.diagnose(stated({"error": "temporarily_unavailable"}), FACTS, NOW)

    assert found.summary == "Entra ID refused the sign-in (temporarily_unavailable)"
    assert found.detail.endswith("Entra ID says: temporarily_unavailable")
    assert path is None


def test_the_trace_id_of_the_header() -> None:
    assert stated({"error": "x"}, **{"x-ms-request-id": "from-header"}).trace_id == "from-header"


NO_REFUSALS: list[Any] = [None, [], "error", 5, {}, {"error": None}, {"error": {"code": "Forbidden"}}, {"Error": "x"}]


@pytest.mark.parametrize("other", NO_REFUSALS, ids=repr)
def test_what_is_no_error_of_the_token_service(other: Any) -> None:
    assert refusal.read(other, {}) is None


ODD_CODES: list[tuple[Any, int | None]] = [
    ([], 700016),
    ([None], 700016),
    (["700027"], 700016),
    ([{}], 700016),
    ("700027", 700016),
    (None, 700016),
    ([53003, 700027], 53003),
]


@pytest.mark.parametrize(("codes", "code"), ODD_CODES, ids=repr)
def test_odd_codes(codes: Any, code: int | None) -> None:
    assert stated(body(700016, "Words.", error_codes=codes)).code == code


def test_a_code_that_is_none() -> None:
    found = stated({"error": "x", "error_description": f"AADSTS{'9' * 9000}: x"})

    assert "x" in refusal.diagnose(found, FACTS, NOW)[0].detail


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = ("error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id")


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.fixed_dictionaries({"error": st.text()}, optional=dict.fromkeys(MEMBERS[1:], JSON)), st.text(max_size=40))
def test_whatever_is_answered_becomes_a_diagnostic(answer: dict[str, Any], date: str) -> None:
    found, _ = refusal.diagnose(stated(answer, Date=date), FACTS, NOW)

    assert found.summary.startswith("Entra ID refused the sign-in (")
