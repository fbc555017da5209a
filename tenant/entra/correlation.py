"""Request ids and the other headers that every answer of the token service carries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tenant.directory import new_id
from tenant.evidence import assumed, recorded

HEADERS_EVIDENCE = recorded("response headers of the token endpoint in public traces")
ECHO_EVIDENCE = assumed("msal sends client-request-id with every request and logs it as the correlation id")

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def is_guid(text: str) -> bool:
    """Say whether `text` has the form of a GUID with hyphens."""
    return _GUID.fullmatch(text) is not None


def correlation_id(request_headers: Mapping[str, str]) -> str:
    """Return the request's `client-request-id` where it is a GUID, else a new one."""
    given = request_headers.get("client-request-id", "")
    return given if is_guid(given) else new_id()


def correlation_headers(trace: str, correlation: str, request_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of an answer with this trace id and correlation id."""
    headers = {
        "Cache-Control": "no-store, no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "P3P": 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
        "x-ms-request-id": trace,
        "x-ms-ests-server": "2.1.0 - simulated tenant",
        "X-Content-Type-Options": "nosniff",
    }
    if request_headers.get("return-client-request-id", "").lower() == "true":
        headers["client-request-id"] = correlation
    return headers
