"""The one place that knows all rooms: it decides who started the process, and hands each room what it serves.

Terraform waits for this process three times in every plan. So nothing is loaded here that only some calls need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provider.plugin import platform
from provider.plugin.handshake import started_by_host

if TYPE_CHECKING:
    import grpc

    from provider.framework.cancellation import CancelToken
    from provider.framework.diagnostics import Diagnostic
    from provider.framework.provider import Configured, Provider, PutOff
    from provider.graph.connection import Connection


def main() -> None:
    """Be Terraform's plugin, or what a person asks for on the command line."""
    if started_by_host(os.environ):
        # First of all: Ctrl-C reaches every process of the terminal, and the rest takes a while to load.
        platform.ignore_interrupt()
        from provider.plugin.process import serve

        serve(make_handler)
    from provider.cli import run

    sys.exit(run(sys.argv[1:], make_handler))


def make_handler() -> grpc.GenericRpcHandler:
    """Return what the plugin serves beside go-plugin's own services."""
    from provider.protocol.service import Service

    return Service(make_provider())


def make_provider() -> Provider[Connection]:
    """Return the provider, not configured yet."""
    from provider import catalogue
    from provider.framework.provider import Provider

    return Provider(
        name="microsoft365",
        schema=_schema,
        constant=catalogue.compiled,
        data_source_names=tuple(catalogue.DATA_SOURCES),
        data_source=catalogue.data_source,
        resource_names=tuple(catalogue.RESOURCES),
        resource=catalogue.resource,
        outline=catalogue.outline,
        validate=_validate,
        configure=_configure,
    )


def _schema() -> Any:
    from provider.config.block import SCHEMA

    return SCHEMA


def _validate(config: Mapping[str, Any]) -> list[Diagnostic]:
    from provider.config.settings import validate

    return list(validate(config))


def _configure(
    config: Mapping[str, Any], terraform_version: str, token: CancelToken
) -> Configured[Connection] | PutOff:
    from provider.config.settings import merge
    from provider.framework.provider import Configured, PutOff
    from provider.framework.values import unknown_paths

    if unknown := tuple(unknown_paths(config)):
        return PutOff(unknown)
    settings = merge(config, os.environ)
    token.check()

    from provider.auth.sign_in import sign_in
    from provider.config.clouds import endpoints
    from provider.graph.client import GraphClient
    from provider.graph.connection import Connection
    from provider.network.session import Session

    places = endpoints(settings)
    session = Session(settings, os.environ, terraform_version)
    signed_in = sign_in(settings, places, session)
    graph = GraphClient(places.graph, session, signed_in.credential)
    return Configured(
        Connection(settings, places, signed_in.credential, signed_in.certificate, graph), signed_in.warnings
    )
