"""The addresses of Graph: all that are not the token service's."""

from __future__ import annotations

from tenant.evidence import documented
from tenant.graph.endpoint import graph
from tenant.service import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/{path:path}",
        ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"),
        graph,
        documented("graph use-the-api: {version}/{resource}?{query}"),
    ),
)
