"""Secrets that must never be shown, and the masking of texts that may hold them.

Whoever meets a secret (the provider block, a token answer) registers it with `protect`; whoever
emits a text (the log, a diagnostic) passes it through `redact`. A registered secret is found in
plain, base64, base64url, URL-encoded and JSON-escaped form. Secrets that nobody registered are found by
their shape: bearer tokens, JWTs, PEM private keys, and the form fields and JSON members that carry them.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from urllib.parse import quote, quote_plus

MASK = "(hidden)"

# Shorter values are too common to be searched for: masking every "a" would make texts useless.
_SHORTEST = 4

_forms: set[str] = set()


def protect(secret: str) -> None:
    """Register `secret`: from now on `redact` masks it in each of its forms."""
    if len(secret) < _SHORTEST:
        return
    from json import dumps  # not at start: most processes never see a secret

    raw = secret.encode()
    escaped = dumps(secret)[1:-1]
    _forms.update((secret, escaped, escaped.replace("/", "\\/"), dumps(secret, ensure_ascii=False)[1:-1]))
    _forms.update((quote(secret, safe=""), quote(secret), quote_plus(secret)))
    _forms.update(_base64_forms(raw))
    _registered.cache_clear()


def redact(text: str) -> str:
    """Return `text` with every secret replaced by a mask."""
    registered = _registered()
    if registered is not None:
        text = registered.sub(MASK, text)
    return _shapes().sub(_mask, text)


def _base64_forms(raw: bytes) -> set[str]:
    """Return what stays the same of `raw` in base64, wherever in the encoded bytes it begins."""
    forms = {b64encode(raw).decode().rstrip("="), urlsafe_b64encode(raw).decode().rstrip("=")}
    for offset in range(3):
        # The first and last characters mix with neighbouring bytes: only those between are the secret's own.
        start = (offset * 8 + 5) // 6
        end = (offset + len(raw)) * 8 // 6
        if end - start >= 8:
            for encode in (b64encode, urlsafe_b64encode):
                forms.add(encode(bytes(offset) + raw).decode()[start:end])
    return forms


@cache
def _registered() -> re.Pattern[str] | None:
    longest_first = sorted(_forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _mask(found: re.Match[str]) -> str:
    return (found["header"] or found["bearer"] or found["member"] or "") + MASK


@cache
def _shapes() -> re.Pattern[str]:
    # Compiled when the first text is masked: no process needs it to start.
    return re.compile(
        r"""
        (?P<pem>-----BEGIN\ (?:[A-Z]+\ )*PRIVATE\ KEY-----.*?(?:-----END\ (?:[A-Z]+\ )*PRIVATE\ KEY-----|\Z))
        | (?P<jwt>\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)
        | (?P<header>(?i:authorization)["']?\s*[:=]\s*["']?)(?:(?i:bearer|basic)\s+)?[^\s"',}]+
        | (?P<bearer>\b[Bb]earer\s+)[\w.~+/=-]{8,}
        | (?P<member>["']?(?i:client_assertion|client_secret|password|access_token|refresh_token|id_token|assertion)
            ["']?\s*[=:]\s*["']?)(?!\(hidden\))[^\s&"',}]+
        """,
        re.VERBOSE | re.DOTALL,
    )
