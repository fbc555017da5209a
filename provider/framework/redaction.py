"""Secrets that must never be shown, and the masking of texts that may hold them.

Whoever meets a secret (the provider block, a token answer) registers it with `protect`; whoever
emits a text (the log, a diagnostic) passes it through `redact`. A registered secret is found in
plain, base64, base64url, URL-encoded and JSON-escaped form. Secrets that nobody registered are found by
their shape: bearer tokens, JWTs, PEM private keys, passwords in URLs, and the form fields and JSON members that carry
them.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from threading import Lock
from urllib.parse import quote, quote_plus

MASK = "(hidden)"

# Shorter values are too common to be searched for: masking every "a" would make texts useless.
_SHORTEST = 4

_forms: set[str] = set()
_pattern: re.Pattern[str] | None = None
# Tokens are registered in one thread while others write to the log.
_lock = Lock()


def protect(secret: str) -> None:
    """Register `secret`: from now on `redact` masks it in each of its forms."""
    global _pattern
    if len(secret) < _SHORTEST:
        return
    from json import dumps  # not at start: most processes never see a secret

    # A variable may hold bytes that are no UTF-8; Python keeps them as surrogates, which do not encode otherwise.
    raw = secret.encode(errors="surrogatepass")
    forms = {secret, repr(secret)[1:-1]}
    for ascii_only in (True, False):
        escaped = dumps(secret, ensure_ascii=ascii_only)[1:-1]
        # The last: in a JSON text that is a string of another one.
        forms |= {escaped, escaped.replace("/", "\\/"), dumps(escaped, ensure_ascii=ascii_only)[1:-1]}
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        forms |= {quoted, re.sub("%..", lambda escape: escape[0].lower(), quoted)}
    with _lock:
        _forms.update(forms, _base64_forms(raw))
        _pattern = None


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
        if end - start >= _SHORTEST:
            for encode in (b64encode, urlsafe_b64encode):
                forms.add(encode(bytes(offset) + raw).decode()[start:end])
    return forms


def _registered() -> re.Pattern[str] | None:
    global _pattern
    with _lock:
        if _pattern is None and _forms:
            longest_first = sorted(_forms, key=len, reverse=True)
            _pattern = re.compile("|".join(map(re.escape, longest_first)))
        return _pattern


def _mask(found: re.Match[str]) -> str:
    kept = found["header"] or found["bearer"] or found["url"] or (found["member"] or "") + (found["open"] or "")
    return kept + MASK


@cache
def _shapes() -> re.Pattern[str]:
    # Compiled when the first text is masked: no process needs it to start.
    return re.compile(
        r"""
        (?P<pem>-----BEGIN<label>-----.*?(?:-----END<label>-----|\Z))
        # "-----BEGIN " in base64.
        | (?P<pem64>LS0tLS1CRUdJTi[\w+/=-]{16,})
        | (?P<jwt>(?:\b|(?<=%3D)|(?<=%3d))eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)
        | (?P<header>(?i:authorization)(?:\\*["']?\s*[:=]|\\*["']\s*,)\s*(?:b(?=["']))?\\*["']?)
            (?:(?i:[a-z][\w-]*)\ +)?[^\s"',}\\][^\r\n"',}\\]*
        | (?P<bearer>\b(?i:bearer)\s+)(?=[\w.~+/=-]*\d|[\w.~+/=-]{20})[\w.~+/=-]{8,}
        | (?P<url>://[^\s/:@"']*:)[^\s/@"']+(?=@)
        | (?P<member>(?i:client_assertion|client_secret|password|access_token|refresh_token|id_token|assertion)
            \\*["']?\s*[=:]\s*)(?P<open>\\*["'])?(?!\(hidden\))
            # To the same quote that it began with, or, without one, to what ends a form field or a word.
            (?(open)(?:(?!(?P=open))(?:\\.|.))+|[^\s&"',}\\]+)
        """.replace("<label>", r"<blank>(?:[A-Z]+<blank>)*PRIVATE<blank>KEY").replace("<blank>", r"(?:\ |%20|\+)"),
        re.VERBOSE | re.DOTALL,
    )
