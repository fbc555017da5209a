"""ValidateProviderConfig and ConfigureProvider."""

from __future__ import annotations

from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import error
from provider.framework.paths import show
from provider.framework.provider import Configured, PutOff
from provider.protocol import from_wire, to_wire
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb


def validate_provider_config(
    session: Session[Any], request: pb.ValidateProviderConfig.Request, _token: CancelToken
) -> pb.ValidateProviderConfig.Response:
    """Say what is wrong with the form of the provider block."""
    provider = session.provider
    found = provider.validate(from_wire.config(request.config, provider.schema()))
    return pb.ValidateProviderConfig.Response(diagnostics=map(to_wire.diagnostic, found))


def configure_provider(
    session: Session[Any], request: pb.ConfigureProvider.Request, token: CancelToken
) -> pb.ConfigureProvider.Response:
    """Configure the provider, or put that off where the block holds values that are not known yet."""
    provider = session.provider
    config = from_wire.config(request.config, provider.schema())
    session.configured = provider.configure(config, request.terraform_version, token)
    warnings = session.configured.warnings if isinstance(session.configured, Configured) else ()
    return pb.ConfigureProvider.Response(diagnostics=map(to_wire.diagnostic, warnings))


def unknown_configuration(put_off: PutOff, what: str) -> Any:
    """Return the error for `what` (such as "The data source x") that needs a provider which is not configured yet."""
    names = ", ".join(show(path) for path in put_off.unknown)
    several = len(put_off.unknown) > 1
    return error(
        "The provider's configuration is not known yet",
        f"{what} cannot be read while planning: in the provider block, {names} {'come' if several else 'comes'} from "
        "something that "
        "is known only after apply. Wait for it: add `depends_on` with that something to the data source, so that it "
        "is read "
        "during apply; or apply that something first with `-target`; or give the value another way, such as a "
        "variable.",
    )
