"""What Entra ID says when it refuses a sign-in, as a diagnostic.

The texts of the service change: only the codes, and what tells the variants in `remedies.py`, are relied on. Source:
Entra's page "Microsoft Entra authentication and authorization error codes".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from provider.auth.remedies import REMEDIES, UNKNOWN
from provider.framework.diagnostics import Diagnostic, error
from provider.framework.paths import Path

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


def diagnose(refusal: Refusal, facts: Facts, now: datetime) -> tuple[Diagnostic, Path | None]:
    """Return the error for a refusal that arrived at `now`, and the path of the setting that it is about, if any."""
    remedy = next((each for each in REMEDIES if each.fits(refusal.code, refusal.words)), UNKNOWN)
    told = remedy.told(
        {
            "tenant_id": facts.tenant_id,
            "client_id": facts.client_id,
            "authority": facts.authority,
            "thumbprint": facts.thumbprint,
            "not_before": _time(facts.not_before),
            "not_after": _time(facts.not_after),
            "chain_length": facts.chain_length,
            "clock": _clock(refusal, now),
        }
    )
    labels = {"Correlation id": refusal.correlation_id, "Trace id": refusal.trace_id, "Time": refusal.timestamp}
    identity = "\n".join(f"{label}: {value}" for label, value in labels.items() if value)
    name = f"AADSTS{refusal.code}" if refusal.code is not None else refusal.error
    detail = "\n\n".join(part for part in (told, f"Entra ID says: {refusal.words or refusal.error}", identity) if part)
    return error(f"Entra ID refused the sign-in ({name})", detail), remedy.path


def _clock(refusal: Refusal, now: datetime) -> str:
    if refusal.served_at is None:
        return f"This machine's clock shows {_time(now)}."
    skew = round((now - refusal.served_at).total_seconds())
    if abs(skew) < 2:
        return f"This machine's clock agrees with Entra ID's ({_time(refusal.served_at)})."
    return (
        f"This machine's clock shows {_time(now)}, Entra ID's {_time(refusal.served_at)}: this machine is "
        f"{timedelta(seconds=abs(skew))} ({abs(skew)} seconds) {'ahead' if skew > 0 else 'behind'}."
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
