"""From settings to the shared credential, whatever the sign-in method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from provider.auth.certificate import ClientCertificate
from provider.auth.credential import AccessToken, SharedCredential
from provider.config import block
from provider.config.clouds import Endpoints
from provider.config.settings import Settings
from provider.framework.diagnostics import Diagnostic, Failure, error, warning
from provider.framework.paths import Path, show
from provider.network.session import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A credential that has a token. `certificate` is the one it was obtained with, where there is one."""

    credential: SharedCredential
    certificate: ClientCertificate | None
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Method:
    """A sign-in method: the settings of which each group needs one, and what makes it."""

    required: tuple[tuple[Path, ...], ...]
    begin: Callable[
        [Settings, Endpoints, Session],
        tuple[Callable[[], AccessToken], ClientCertificate | None, tuple[Diagnostic, ...]],
    ]


def _client_certificate(
    settings: Settings, endpoints: Endpoints, session: Session
) -> tuple[Callable[[], AccessToken], ClientCertificate | None, tuple[Diagnostic, ...]]:
    from provider.auth.client_certificate import ClientCertificateSignIn, load

    loaded = load(settings, datetime.now(UTC))
    method = ClientCertificateSignIn(loaded.certificate, settings, endpoints, session)
    return method.acquire, loaded.certificate, loaded.warnings


_METHODS = {
    "client_certificate": _Method(
        required=(
            (("tenant_id",),),
            (("entra_id_options", "client_id"),),
            (("entra_id_options", "client_certificate"), ("entra_id_options", "client_certificate_data")),
        ),
        begin=_client_certificate,
    ),
}


def sign_in(settings: Settings, endpoints: Endpoints, session: Session) -> SignedIn:
    """Sign in and return the credential with its first token; raise Failure with everything that is missing."""
    method = _method(settings)
    acquire, certificate, warnings = method.begin(settings, endpoints, session)
    credential = SharedCredential(acquire)
    if not credential.token().roles:
        warnings = (
            *warnings,
            warning(
                "The application has no permissions",
                "Signing in succeeded, but the token holds no application role, so Microsoft Graph will refuse nearly "
                "everything. Add application permissions of Microsoft Graph to the app registration and grant admin "
                "consent for them.",
            ),
        )
    return SignedIn(credential, certificate, warnings)


def _method(settings: Settings) -> _Method:
    name = settings.auth_method
    method = _METHODS.get(name or "client_certificate")
    if method is None:
        problem = error(
            f"auth_method {name} is not available yet",
            f"This version signs in with: {', '.join(_METHODS)}. Use one of these, or a version of the provider that "
            f"has {name}.",
        )
        raise Failure(settings.place(problem, "auth_method"))
    missing: list[tuple[Path, ...]] = [] if name else [(("auth_method",),)]
    missing += [group for group in method.required if all(_value(settings, path) is None for path in group)]
    if missing:
        raise Failure(_incomplete(missing))
    return method


def _incomplete(missing: list[tuple[Path, ...]]) -> Diagnostic:
    variables = {path: setting.variables for path, setting in block.settings()}
    lines = ["\n    or ".join(f"{show(path)} (variable {variables[path][0]})" for path in group) for group in missing]
    one = missing[0][0] if len(missing) == 1 else None
    return error(
        "Signing in takes more than is set",
        "Missing are:\n"
        + "".join(f"  - {line}\n" for line in lines)
        + "Set each of them in the provider block, or set its environment variable before you start Terraform.",
        one,
    )


def _value(settings: Settings, path: Path) -> object:
    value: object = settings
    for step in path:
        value = getattr(value, str(step))
    return value
