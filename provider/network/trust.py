"""Which certificate authorities are trusted.

The first of these that is set: `ca_certificate_file` with its variable, REQUESTS_CA_BUNDLE, SSL_CERT_FILE or
SSL_CERT_DIR (which OpenSSL reads itself); else the system's own trust store.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provider.config.settings import Settings
from provider.framework.diagnostics import Failure, error

_SETTING = ("client_options", "ca_certificate_file")
_BUNDLE = "REQUESTS_CA_BUNDLE"


@dataclass(frozen=True, slots=True)
class Trust:
    """A TLS context, and where its authorities come from, in words."""

    context: ssl.SSLContext
    origin: str


def load(settings: Settings, environment: Mapping[str, str]) -> Trust:
    """Return what to trust; raise Failure where the file or folder that is named gives no authorities."""
    if path := settings.client_options.ca_certificate_file:
        name = settings.describe(*_SETTING)
        return Trust(_from_path(path, name, settings), f"{name} = {path}")
    if path := environment.get(_BUNDLE):
        return Trust(_from_path(path, _BUNDLE, settings), f"{_BUNDLE} = {path}")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if path := environment.get(name):
            return Trust(ssl.create_default_context(), f"{name} = {path}")
    import truststore

    return Trust(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "the system's trust store")


def _from_path(path: str, name: str, settings: Settings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    place = Path(path)
    try:
        place = place.expanduser().absolute()
        if place.is_dir():
            context.load_verify_locations(capath=str(place))
            return context
        context.load_verify_locations(cafile=str(place))
        if not context.cert_store_stats()["x509"]:
            raise ssl.SSLError("nothing to trust in it")
    except (OSError, RuntimeError, ValueError) as cause:
        # RuntimeError: `~` with a user who does not exist; ValueError: a zero byte.
        why = str(getattr(cause, "strerror", None) or cause)
        if isinstance(cause, ssl.SSLError):
            why = "it holds no certificate in PEM form"
        problem = error(
            "Unusable file of certificate authorities",
            f"{name} names {place}, which cannot be used: {why}. Give a PEM file with the certificates of the "
            "authorities to trust. A relative path starts at the working directory.",
        )
        raise Failure(settings.place(problem, *_SETTING) if name != _BUNDLE else problem) from None
    return context
