"""What the request handlers of both services share: the state, the token signing key, the counters, the addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant.directory import Store
from tenant.pki import SigningKey
from tenant.statistics import Statistics

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenant.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Service:
    """One running tenant."""

    store: Store
    signing_key: SigningKey
    statistics: Statistics
    url: str
    """Where it serves, without a slash at the end: the authority host and the root of Graph."""
    same_urls: frozenset[str]
    """`url` and the other names of the same loopback address."""


Handler = Callable[[Service, "Request"], Awaitable["Response"]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of a service's table of addresses."""

    path: str
    methods: tuple[str, ...]
    handler: Handler
    evidence: Evidence
