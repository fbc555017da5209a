"""ValidateProviderConfig and ConfigureProvider."""

from __future__ import annotations

from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.provider import Configured
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
    configured = provider.configure(config, request.terraform_version, token)
    # A call that was stopped has been answered for, and another host may have configured the provider since.
    token.check()
    session.configured = configured
    warnings = configured.warnings if isinstance(configured, Configured) else ()
    return pb.ConfigureProvider.Response(diagnostics=map(to_wire.diagnostic, warnings))
