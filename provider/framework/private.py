"""Private state: what the provider keeps beside the state, where no user sees it. It crosses the protocol as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Where another provider's private state, which we cannot read, is kept: nothing is lost.
_FOREIGN = ".foreign"


def decode(data: bytes) -> dict[str, Any]:
    """Return the private state that bytes hold; what is no object of JSON comes back as it was when it is encoded."""
    if not data:
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {_FOREIGN: data.decode("latin-1")}


def encode(values: Mapping[str, Any]) -> bytes:
    """Return a private state as bytes, none for an empty one."""
    if _FOREIGN in values and len(values) == 1:
        return str(values[_FOREIGN]).encode("latin-1")
    return json.dumps(values, separators=(",", ":"), sort_keys=True).encode() if values else b""
