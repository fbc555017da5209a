"""What one process knows between two calls: the provider, and how it was configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from provider.framework.provider import Configured, Meta, Provider, PutOff


@dataclass(slots=True)
class Session(Generic[Meta]):
    """The provider that is served. A host that reattaches configures it anew: the last one counts."""

    provider: Provider[Meta]
    configured: Configured[Meta] | PutOff | None = None
