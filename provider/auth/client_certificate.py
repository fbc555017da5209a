"""Signing in with a client certificate.

The assertion is our own and msal sends it: msal's would carry only the leaf, or fall back to SHA-1 and RS256.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from provider.auth import assertion, certificate, refusal
from provider.auth.certificate import CertificateError, ClientCertificate, Input
from provider.auth.credential import AccessToken, read_claims
from provider.config.clouds import Endpoints
from provider.config.settings import Settings
from provider.framework.diagnostics import Diagnostic, Failure, error, warning
from provider.framework.paths import show
from provider.framework.redaction import protect
from provider.network.answers import json_object
from provider.network.session import Session

_log = logging.getLogger(__name__)

_FILE = ("entra_id_options", "client_certificate")
_DATA = ("entra_id_options", "client_certificate_data")
_PASSWORD = ("entra_id_options", "client_certificate_password")

# A certificate with its chain takes a few kilobytes.
_LARGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """The certificate to sign in with, and what the user should know of it."""

    certificate: ClientCertificate
    warnings: tuple[Diagnostic, ...]


def load(settings: Settings, now: datetime) -> Loaded:
    """Read the certificate that the settings name or hold; raise Failure on the setting concerned."""
    options = settings.entra_id_options
    inline = options.client_certificate_data
    path = _DATA if inline is not None else _FILE
    origin = ""
    try:
        if inline is not None:
            data = certificate.decode_inline(inline)
        else:
            assert options.client_certificate is not None
            place = _absolute(options.client_certificate, settings)
            origin = f"File: {place}\n\n"
            data = _read(place, settings)
        loaded, findings = certificate.load(data, options.client_certificate_password, now=now)
    except CertificateError as problem:
        concerned, hint = path, ""
        if problem.concerns is Input.PASSWORD:
            if options.client_certificate_password is not None:
                concerned = _PASSWORD
            else:
                hint = f" It goes into {show(_PASSWORD)} or the variable M365_CLIENT_CERTIFICATE_PASSWORD."
        raise Failure(settings.place(error(problem.summary, origin + problem.detail + hint), *concerned)) from None
    return Loaded(loaded, tuple(settings.place(warning(f.summary, origin + f.detail), *path) for f in findings))


class ClientCertificateSignIn:
    """Asks Entra ID for tokens; one object for the life of the process, used by one thread at a time."""

    def __init__(self, loaded: ClientCertificate, settings: Settings, endpoints: Endpoints, session: Session) -> None:
        """Keep what signing in takes; nothing is sent yet."""
        self._certificate = loaded
        self._settings = settings
        self._endpoints = endpoints
        self._http = _TokenServiceHttp(self._refused, session)
        self._application: Any = None

    def acquire(self) -> AccessToken:
        """Ask for a new token; raise Failure where Entra ID refuses or cannot be reached."""
        application = self._application or self._connect()
        # Not msal's cache: it would return the token that is to be replaced.
        application.remove_tokens_for_client()
        result = application.acquire_token_for_client([self._endpoints.scope])
        if "access_token" not in result:
            raise Failure(
                error(
                    "Entra ID gave no token", f"Its answer: {result.get('error_description') or result.get('error')}."
                )
            )
        now = datetime.now(UTC)
        return AccessToken(
            value=result["access_token"],
            issued=now,
            expires=now + timedelta(seconds=int(result["expires_in"])),
            claims=read_claims(result["access_token"]),
        )

    def _connect(self) -> Any:
        import msal  # only here: most processes never sign in

        entra = self._settings.entra_id_options
        try:
            self._application = msal.ConfidentialClientApplication(
                entra.client_id,
                authority=f"{self._endpoints.authority}/{self._settings.tenant_id}",
                client_credential={"client_assertion": self._assert},
                # The authority is one of the known clouds' or the user's own: nothing is left to discover.
                instance_discovery=False,
                http_client=self._http,
            )
        except (ValueError, KeyError) as cause:
            # KeyError: JSON that is no OpenID configuration.
            problem = error(
                "No token service at the authority",
                f"{self._endpoints.authority}/{self._settings.tenant_id} does not answer as Entra ID does: {cause}. "
                "Check authority_url (an https URL, before the tenant), `cloud` and tenant_id.",
            )
            raise Failure(self._settings.place(problem, "client_options", "authority_url")) from None
        return self._application

    def _assert(self) -> str:
        signed = assertion.sign(
            self._certificate,
            client_id=str(self._settings.entra_id_options.client_id),
            audience=self._application.authority.token_endpoint,
            now=datetime.now(UTC),
            send_chain=bool(self._settings.entra_id_options.send_certificate_chain),
        )
        protect(signed)
        return signed

    def _refused(self, answer: refusal.Refusal) -> Failure:
        entra = self._settings.entra_id_options
        facts = refusal.Facts(
            tenant_id=str(self._settings.tenant_id),
            client_id=str(entra.client_id),
            authority=self._endpoints.authority,
            thumbprint=self._certificate.thumbprint_sha1,
            not_before=self._certificate.not_before,
            not_after=self._certificate.not_after,
            chain_length=len(self._certificate.chain),
        )
        problem, path = refusal.diagnose(answer, facts, datetime.now(UTC))
        if path == _FILE and entra.client_certificate is None:
            path = _DATA
        return Failure(problem if path is None else self._settings.place(problem, *path))


class _TokenServiceHttp:
    """What msal sends through: our session; a refusal of the token service is raised before msal sees it."""

    def __init__(self, refused: Callable[[refusal.Refusal], Failure], session: Session) -> None:
        self._refused = refused
        self._session = session

    def get(self, url: str, **options: Any) -> Any:
        return self._send("GET", url, options)

    def post(self, url: str, **options: Any) -> Any:
        return self._send("POST", url, options)

    def close(self) -> None:
        """Do nothing: the session is Graph's too."""

    def _send(self, method: str, url: str, options: Mapping[str, Any]) -> Any:
        # A redirect would carry the assertion to whoever is named in it.
        answer = self._session.request(method, url, redirects=method != "POST", **options)
        body = json_object(answer)
        if answer.status_code != 200 or body is None:
            if stated := refusal.read(body, answer.headers):
                raise self._refused(stated)
            raise Failure(
                error(
                    "The token service does not answer as Entra ID does",
                    f"{url.partition('?')[0]} answered with status {answer.status_code} and nothing of Entra ID's "
                    "form. Check authority_url and `cloud`, and whether a proxy or firewall answers in its place.",
                )
            )
        return answer


def _absolute(path: str, settings: Settings) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        problem = error(
            "The client certificate does not exist",
            f"The path {path} starts in the home directory of a user that this machine does not know. Write the path "
            "from the root, or from the working directory.",
        )
        raise Failure(settings.place(problem, *_FILE)) from None


def _read(place: Path, settings: Settings) -> bytes:
    hint = f"A relative path starts at the working directory, which is {Path.cwd()}."
    try:
        if place.is_dir():
            problem = error(
                "The client certificate is a folder", f"{place} is a folder. Name the certificate file in it. {hint}"
            )
            raise Failure(settings.place(problem, *_FILE))
        with place.open("rb") as file:
            # One byte more than allowed tells a file that is too large from one that just fits.
            return file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        problem = error("The client certificate does not exist", f"There is no file {place}. {hint}")
    except PermissionError:
        user = f" (user id {os.getuid()})" if hasattr(os, "getuid") else ""
        problem = error(
            "The client certificate cannot be read",
            f"The user that runs Terraform{user} may not read {place}. Let it read the file, and the folders above "
            f"it. {hint}",
        )
    except (OSError, ValueError) as cause:
        # ValueError: a zero byte in the path.
        why = getattr(cause, "strerror", None) or cause
        problem = error("The client certificate cannot be read", f"{place}: {why}. {hint}")
    raise Failure(settings.place(problem, *_FILE))
