"""What Entra ID says when it refuses a sign-in, and what a person can do about it.

Sources: Entra's pages "Microsoft Entra authentication and authorization error codes" and "certificate credentials", and
recorded answers. The texts of the service change: apart from the variants of 700027, only the codes are relied on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from provider.framework.diagnostics import Diagnostic, error

_CLIENT_ID = ("entra_id_options", "client_id")
_TENANT_ID = ("tenant_id",)
_CERTIFICATE = ("entra_id_options", "client_certificate")
_AUTHORITY = ("client_options", "authority_url")

_TRAILER = re.compile(r"\s*(Trace ID|Correlation ID|Timestamp): .*", re.DOTALL)
_CODE = re.compile(r"AADSTS([0-9]{1,10})")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused token or discovery request: Entra's code, its own words, and what identifies the request."""

    code: int | None
    error: str
    words: str
    correlation_id: str
    trace_id: str
    timestamp: str
    served_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was sent, as far as remedies name it."""

    tenant_id: str
    client_id: str
    authority: str
    thumbprint: str
    not_before: datetime
    not_after: datetime
    chain_length: int
    chain_sent: bool


def read(body: Any, headers: Mapping[str, str]) -> Refusal | None:
    """Return the refusal that a decoded JSON body states, or None where it is no error of the token service."""
    if not isinstance(body, dict) or not isinstance(body.get("error"), str):
        return None
    text = str(body.get("error_description") or "")
    codes = body.get("error_codes")
    code = codes[0] if isinstance(codes, list) and codes else None
    found = _CODE.search(text)
    return Refusal(
        code=code if isinstance(code, int) else int(found[1]) if found else None,
        error=body["error"],
        words=_TRAILER.sub("", text).strip(),
        correlation_id=str(body.get("correlation_id") or _trailing("Correlation ID", text)),
        trace_id=str(body.get("trace_id") or headers.get("x-ms-request-id") or _trailing("Trace ID", text)),
        timestamp=str(body.get("timestamp") or _trailing("Timestamp", text)),
        served_at=_date(headers),
    )


def diagnose(refusal: Refusal, facts: Facts, now: datetime) -> tuple[Diagnostic, tuple[str, ...] | None]:
    """Return the error for a refusal that arrived at `now`, and the path of the setting that it is about, if any."""
    path, remedy = _remedy(refusal, facts, now)
    name = f"AADSTS{refusal.code}" if refusal.code is not None else refusal.error
    identity = [
        f"{label}: {value}"
        for label, value in (
            ("Correlation id", refusal.correlation_id),
            ("Trace id", refusal.trace_id),
            ("Time", refusal.timestamp),
        )
        if value
    ]
    detail = "\n\n".join(
        part for part in (remedy, f"Entra ID says: {refusal.words or refusal.error}", "\n".join(identity)) if part
    )
    return error(f"Entra ID refused the sign-in ({name})", detail), path


def _remedy(refusal: Refusal, facts: Facts, now: datetime) -> tuple[tuple[str, ...] | None, str]:
    match refusal.code:
        case 700027 if "expired" in refusal.words.lower():
            return _CERTIFICATE, (
                f"The certificate with thumbprint {facts.thumbprint} is registered on the application, but for Entra "
                f"ID has expired (valid until {_time(facts.not_after)} by its own account). Make a new certificate, "
                "upload it to the app registration under "
                "Certificates & secrets, and use it here."
            )
        case 700027 if "not found" in refusal.words.lower():
            return _CERTIFICATE, (
                f"The certificate with thumbprint {facts.thumbprint} is not registered on the application "
                f"{facts.client_id}. Upload "
                "its public part (.cer or .pem, never the private key) to the app registration under Certificates & "
                "secrets, "
                "Certificates, and compare the thumbprint shown there. Where it is registered: check that client_id "
                "is that "
                "application's, and wait a minute after an upload. An application that trusts a subject name and "
                "issuer "
                "instead needs send_certificate_chain = true."
            )
        case 700027:
            return _CERTIFICATE, (
                f"The application {facts.client_id} has a certificate with thumbprint {facts.thumbprint}, but the "
                "signature does not fit "
                "it. The private key and the registered certificate belong to different pairs: upload the public part "
                "of the "
                "certificate that is used here again, or use the file that holds the right key."
            )
        case 700030:
            return _CERTIFICATE, (
                "The application trusts a subject name and issuer, and the subject of this certificate is not among "
                "the names that it trusts. Entra ID lists below the names in this certificate. Use a certificate with "
                "a name that the application trusts, or add one of these names to the application."
            )
        case 1000502 | 7000274:
            return _CERTIFICATE, (
                f"For Entra ID the certificate is outside its validity, which is from {_time(facts.not_before)} to "
                f"{_time(facts.not_after)}. Renew the certificate and register the new one. {_clock(refusal, now)}"
            )
        case 7000214 | 7000277:
            return (
                _CERTIFICATE,
                "The certificate was revoked by its issuer. Make a new one and register it on the application.",
            )
        case 700016 | 700038:
            return _CLIENT_ID, (
                f"The tenant {facts.tenant_id} has no application {facts.client_id}. Check that client_id is the "
                "Application (client) "
                "ID of the app registration (neither its object id nor the id of the enterprise application), and that "
                "tenant_id is the tenant it is registered in. An application of another tenant must first be "
                "consented to here."
            )
        case 90002 | 900023 | 900021:
            return _TENANT_ID, (
                f"At {facts.authority} there is no tenant {facts.tenant_id}. Check tenant_id (Entra admin center, "
                "Overview: Tenant ID), "
                "and that `cloud` is the national cloud in which the tenant lives."
            )
        case 700023:
            return _AUTHORITY, (
                f"The token service does not take itself for {facts.authority}: the audience of the client assertion "
                "is not one of its own. "
                "Check authority_url and `cloud`; where a proxy or gateway stands before Entra ID, it must pass the "
                "host name on."
            )
        case 700024:
            return None, (
                "Entra ID finds the client assertion outside its time, because the clock of this machine and Entra "
                "ID's disagree. "
                f"{_clock(refusal, now)} Set the machine's clock by network time (NTP) and try again."
            )
        case 7000112:
            return _CLIENT_ID, (
                f"The application {facts.client_id} is disabled in the tenant. In the Entra admin center, Enterprise "
                "applications, open it "
                "and set Properties, Enabled for users to sign-in, to Yes; or ask who disabled it."
            )
        case 7000229:
            return _CLIENT_ID, (
                f"The application {facts.client_id} has no service principal in the tenant {facts.tenant_id}. Make "
                "one: open the app "
                "registration and choose to create the service principal under Managed application in local "
                "directory, run "
                f"`az ad sp create --id {facts.client_id}`, or grant admin consent for its permissions."
            )
        case 53003:
            return None, (
                "A Conditional Access policy for workload identities blocks this sign-in, most often because of the "
                "address that it comes "
                "from. In the Entra admin center, Sign-in logs, Service principal sign-ins, look for the correlation "
                "id below "
                "to see which policy; run from an allowed network, or have the policy exclude this application."
            )
        case 700025 | 7000218 | 7000216:
            return _CLIENT_ID, (
                "The app registration does not take a certificate for this sign-in. Check under Authentication that "
                "it is not set up as a "
                "public client only."
            )
        case 7000213 | 50027 | 700021 if facts.chain_sent:
            return _CERTIFICATE, (
                f"Entra ID cannot follow the chain of {facts.chain_length} certificate(s) that was sent. The "
                "certificate file must hold "
                "the certificate and every intermediate of its issuer."
            )
        case 500011 | 70011:
            return ("client_options", "graph_audience"), (
                "The tenant does not know what the token was asked for. Check graph_audience and `cloud`."
            )
        case _:
            return None, "Look the code up at https://login.microsoftonline.com/error for what Microsoft says of it."


def _clock(refusal: Refusal, now: datetime) -> str:
    if refusal.served_at is None:
        return f"This machine's clock shows {_time(now)}."
    skew = round((now - refusal.served_at).total_seconds())
    if abs(skew) < 2:
        return f"This machine's clock agrees with Entra ID's ({_time(refusal.served_at)})."
    return (
        f"This machine's clock shows {_time(now)}, Entra ID's {_time(refusal.served_at)}: this machine is "
        f"{timedelta(seconds=abs(skew))} "
        f"({abs(skew)} seconds) {'ahead' if skew > 0 else 'behind'}."
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _trailing(label: str, text: str) -> str:
    """Return what the text says after `label`; older answers put each on a line, newer ones in one line."""
    found = re.search(rf"{label}: (\S+(?: \d\d:\S+)?)", text)
    return found[1] if found else ""


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        stated = parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    # "-0000" says that the time is in UTC and the zone of the sender unknown.
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
