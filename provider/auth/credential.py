"""The one credential that everything behind ConfigureProvider shares.

It says nothing of how the provider signs in: a sign-in method is a function that returns a new token.
"""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from provider.framework.diagnostics import Failure
from provider.framework.redaction import protect

_log = logging.getLogger(__name__)

# A token is renewed this long before it expires, at the latest.
_MARGIN = timedelta(minutes=5)
# Where renewing fails while the old token still serves, the next try waits this long.
_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A bearer token, until when it serves, and the claims that can be read in it."""

    value: str = field(repr=False)
    issued: datetime
    expires: datetime
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def roles(self) -> tuple[str, ...]:
        """The application permissions in the token, sorted."""
        roles = self.claims.get("roles")
        return tuple(sorted(map(str, roles))) if isinstance(roles, list) else ()

    def claim(self, name: str) -> str | None:
        """Return a claim that is a text, or None where the token has none."""
        value = self.claims.get(name)
        return value if isinstance(value, str) else None


class Credential(Protocol):
    """What a caller needs to know of signing in."""

    def token(self, *, instead_of: AccessToken | None = None) -> AccessToken:
        """Return a token that serves for minutes to come; raise Failure where signing in fails.

        `instead_of` is a token that was refused: it is not returned again.
        """
        ...


class SharedCredential:
    """Keeps one token for all threads and renews it in good time; however many ask, one request is made."""

    def __init__(
        self, acquire: Callable[[], AccessToken], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Keep what `acquire` returns; it raises Failure."""
        self._acquire = acquire
        self._clock = clock
        self._lock = Lock()
        self._failure: Failure | None = None
        self._current: AccessToken | None = None
        self._retry_at = datetime.min.replace(tzinfo=UTC)

    def token(self, *, instead_of: AccessToken | None = None) -> AccessToken:
        """Return the kept token, or a new one where that is about to expire or was refused."""
        current, failed_before = self._current, self._failure
        if current is not None and self._serves(current, instead_of):
            return current
        with self._lock:
            current = self._current
            if current is not None and self._serves(current, instead_of):
                return current
            now = self._clock()
            still_valid = current is not None and current is not instead_of and now < current.expires
            if still_valid and now < self._retry_at:
                assert current is not None
                return current
            if self._failure is not None and self._failure is not failed_before:
                # Failed for another thread while this one waited: the same question would get the same answer.
                raise Failure(*self._failure.diagnostics)
            try:
                new = self._acquire()
            except Failure as failure:
                self._failure = failure
                if not still_valid:
                    raise
                assert current is not None
                _log.warning("The token could not be renewed yet and serves until %s: %s", current.expires, failure)
                self._retry_at = now + _PAUSE
                return current
            protect(new.value)
            self._failure, self._current = None, new
            return new

    def _serves(self, token: AccessToken, refused: AccessToken | None) -> bool:
        # Of a short-lived token, half of its life is margin enough.
        margin = min(_MARGIN, (token.expires - token.issued) / 2)
        return token is not refused and self._clock() < token.expires - margin


def read_claims(token: str) -> Mapping[str, Any]:
    """Return the claims of a JWT, unverified (only its audience can verify it); empty where it is none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
