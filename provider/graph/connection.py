"""The configured provider: its settings, the shared credential, and the Graph client. Every handler gets one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

# Only names: declarations refer to a connection and are loaded where nothing is connected.
if TYPE_CHECKING:
    from provider.auth.certificate import ClientCertificate
    from provider.auth.credential import Credential
    from provider.config.clouds import Endpoints
    from provider.config.settings import Settings
    from provider.graph.client import GraphClient


@dataclass(frozen=True, slots=True)
class Connection:
    """What a handler works with. `certificate` is the one that signed in, None with other methods."""

    settings: Settings
    endpoints: Endpoints
    credential: Credential
    certificate: ClientCertificate | None
    graph: GraphClient
