"""Counters, so that a test can see what reached the tenant: `GET /_tenant/statistics`.

The answer is JSON:

- `tokenRequests`: POSTs to the token endpoint; `tokensIssued`: those that got a token.
- `repeatedAssertionIds`: token requests whose assertion carried a `jti` seen before. Entra accepts those.
- `refusals`: how often each AADSTS code was answered, by the code as text.
- `graphRequests`: how often each method and path (without the query) of Graph was asked for, such as
  `"GET /v1.0/organization"`.
- `graphErrors`: how often Graph answered each error code.

This address is of the simulation alone: the real services have nothing like it.
"""

from __future__ import annotations

from collections import Counter


class Statistics:
    """What happened since the start."""

    __slots__ = ("_assertion_ids", "graph_errors", "graph_requests", "refusals", "repeated", "requests", "tokens")

    def __init__(self) -> None:
        self.requests = 0
        self.tokens = 0
        self.repeated = 0
        self.refusals: Counter[str] = Counter()
        self.graph_requests: Counter[str] = Counter()
        self.graph_errors: Counter[str] = Counter()
        self._assertion_ids: set[str] = set()

    def saw_assertion(self, identifier: str) -> None:
        """Count `identifier`, the `jti` of an assertion, as repeated if it was there before."""
        if identifier in self._assertion_ids:
            self.repeated += 1
        self._assertion_ids.add(identifier)

    def to_json(self) -> dict[str, object]:
        """Return the counters as the answer shows them."""
        return {
            "tokenRequests": self.requests,
            "tokensIssued": self.tokens,
            "repeatedAssertionIds": self.repeated,
            "refusals": dict(self.refusals),
            "graphRequests": dict(self.graph_requests),
            "graphErrors": dict(self.graph_errors),
        }
