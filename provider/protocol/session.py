"""What one process knows between two calls: the provider, and how it was configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from provider.framework.diagnostics import Failure, error
from provider.framework.paths import show
from provider.framework.provider import Configured, Meta, Provider, PutOff


@dataclass(slots=True)
class Session(Generic[Meta]):
    """The provider that is served. A host that reattaches configures it anew: the last one counts."""

    provider: Provider[Meta]
    configured: Configured[Meta] | PutOff | None = None

    def ready(self, what: str) -> Meta:
        """Return the configured provider's meta; raise Failure if there is none, because `what` needs it."""
        match self.configured:
            case Configured(meta):
                return meta
            case PutOff(unknown):
                names = ", ".join(show(path) for path in unknown)
                raise Failure(
                    error(
                        "The provider's configuration is not known yet",
                        f"{what} while planning: in the provider block, {names} "
                        f"{'come' if len(unknown) > 1 else 'comes'} from something that is known only after apply. "
                        "Wait for it: add `depends_on` with that something to a data source, so that it is read during "
                        "apply; or apply that something first with `-target`; or give the value another way, such as a "
                        "variable.",
                    )
                )
        raise Failure(error("The provider is not configured", f"{what} before ConfigureProvider."))

    def put_off(self, deferral_allowed: bool) -> bool:
        """Tell whether a call has to be deferred: the provider is not configured yet, and the host can wait."""
        return isinstance(self.configured, PutOff) and deferral_allowed
