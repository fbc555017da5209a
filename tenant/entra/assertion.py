"""The client assertion (RFC 7523): form, key, signature, lifetime, audience, in this order."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from tenant.entra.chain import read_chain, require_trusted
from tenant.entra.refusals import RefusalError, seven_digits
from tenant.evidence import assumed, documented, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography import x509

    from tenant.directory import Application, KeyCredential
    from tenant.service import Service

ORDER_EVIDENCE = assumed("the order of Microsoft's own JWT library: signature before lifetime before audience")
ALGORITHMS_EVIDENCE = documented("entra identity-platform/certificate-credentials: PS256 now, RS256 until 2024")
TOLERANCE_EVIDENCE = assumed("5 minutes is the clock skew that Microsoft's token validation allows by default")
AUDIENCE_EVIDENCE = documented(
    "entra identity-platform/certificate-credentials (the token endpoint); azure developer/java/sdk/"
    "troubleshooting-service-principal-auth (the authority with /v2.0); domain names in place of the id are assumed"
)
REPEATED_ID_EVIDENCE = recorded("msal keeps an assertion and sends it again until it expires; Entra accepts that")
LIFETIME_EVIDENCE = documented("entra identity-platform/certificate-credentials: no maximum of exp is enforced")

_ALGORITHMS = frozenset({"RS256", "PS256"})
_TYPES = frozenset({"jwt", "http://openid.net/specs/jwt/1.0"})
_TOLERANCE = timedelta(minutes=5)
_AUDIENCE_PATHS = ("/oauth2/v2.0/token", "/v2.0", "/v2")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify(service: Service, assertion: str, application: Application) -> None:
    """Return when `assertion` proves that the caller is `application`.

    Raises:
        RefusalError: with the first thing that is wrong.
    """
    header, claims = _read(assertion)
    _require_application(claims, application)
    public_key, found = _find_key(service, header, application)
    try:
        jwt.decode(
            assertion,
            public_key,
            algorithms=[header["alg"]],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.InvalidTokenError:
        raise RefusalError(
            "signature_wrong",
            app_id=application.app_id,
            thumbprint_clause=_thumbprint_clause(header),
            start=_american(found[0]),
            end=_american(found[1]),
        ) from None
    _require_lifetime(claims, service.store.now())
    _require_audience(service, claims)
    identifier = claims.get("jti")
    if isinstance(identifier, str):
        service.statistics.saw_assertion(identifier)


def _read(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims, once their forms are right."""
    try:
        unverified = jwt.decode_complete(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise RefusalError("assertion_malformed") from None
    header, claims = unverified["header"], unverified["payload"]
    if str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise RefusalError("assertion_type_unknown")
    if header.get("alg") not in _ALGORITHMS:
        raise RefusalError("assertion_algorithm")
    texts = (claims.get(name) for name in ("iss", "sub", "aud"))
    times = (claims.get(name) for name in ("exp", "nbf") if name == "exp" or name in claims)
    if not all(isinstance(each, str) for each in texts) or not all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in times
    ):
        raise RefusalError("assertion_malformed")
    return header, claims


def _require_application(claims: Mapping[str, Any], application: Application) -> None:
    if claims["iss"] != claims["sub"]:
        raise RefusalError("assertion_subject")
    if claims["iss"].lower() != application.app_id.lower():
        raise RefusalError("assertion_application")


def _find_key(
    service: Service, header: Mapping[str, Any], application: Application
) -> tuple[rsa.RSAPublicKey, tuple[datetime, datetime]]:
    """Return the key that must have signed, and its validity for a refusal to show."""
    trust = application.subject_name_and_issuer
    now = service.store.now()
    if trust is not None and "x5c" in header:
        chain = read_chain(header["x5c"])
        require_trusted(chain, trust, now)
        _require_thumbprint_of(chain[0], header, application)
        return _rsa_key(chain[0]), (chain[0].not_valid_before_utc, chain[0].not_valid_after_utc)

    key = _registered_key(header, application)
    if key is None:
        raise RefusalError(
            "key_not_found" if trust is None else "key_not_found_subject_name",
            app_id=application.app_id,
            thumbprint_clause=_thumbprint_clause(header),
        )
    if now < key.valid_from:
        raise RefusalError("certificate_outside_validity")
    if now > key.valid_to:
        raise RefusalError(
            "key_expired",
            app_id=application.app_id,
            thumbprint_clause=_thumbprint_clause(header),
            start=_american(key.valid_from),
            end=_american(key.valid_to),
        )
    return _rsa_key(key.certificate), (key.valid_from, key.valid_to)


def _registered_key(header: Mapping[str, Any], application: Application) -> KeyCredential | None:
    """Return the registered certificate that every thumbprint in the header names; None without a thumbprint."""
    sha256, sha1 = _thumbprint(header, "x5t#S256"), _thumbprint(header, "x5t")
    if sha256 is None and sha1 is None:
        return None
    for key in application.key_credentials:
        if sha256 in (None, key.thumbprint_sha256) and sha1 in (None, key.thumbprint_sha1):
            return key
    return None


def _require_thumbprint_of(certificate: x509.Certificate, header: Mapping[str, Any], application: Application) -> None:
    sha256, sha1 = _thumbprint(header, "x5t#S256"), _thumbprint(header, "x5t")
    if sha256 not in (None, certificate.fingerprint(hashes.SHA256())) or sha1 not in (
        None,
        certificate.fingerprint(hashes.SHA1()),  # noqa: S303 - a thumbprint
    ):
        raise RefusalError("key_not_found", app_id=application.app_id, thumbprint_clause=_thumbprint_clause(header))


def _rsa_key(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise RefusalError("assertion_algorithm")
    return key


def _thumbprint(header: Mapping[str, Any], name: str) -> bytes | None:
    """Return the bytes of a thumbprint in the header; those of something unreadable match no certificate."""
    value = header.get(name)
    if value is None:
        return None
    try:
        return base64.b64decode(str(value) + "==", altchars=b"-_", validate=False)
    except (ValueError, binascii.Error):
        return b""


def _thumbprint_clause(header: Mapping[str, Any]) -> str:
    """Return the clause that shows which certificate was used, as the refusals have it; empty without a thumbprint."""
    used = _thumbprint(header, "x5t") or _thumbprint(header, "x5t#S256")
    return f"Thumbprint of key used by client: '{used.hex().upper()}', " if used else ""


def _require_lifetime(claims: Mapping[str, Any], now: datetime) -> None:
    try:
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        not_before = datetime.fromtimestamp(claims["nbf"], UTC) if "nbf" in claims else _EPOCH
    except (OverflowError, ValueError, OSError):
        raise RefusalError("assertion_malformed") from None
    if not_before - _TOLERANCE <= now <= expires + _TOLERANCE:
        return
    raise RefusalError(
        "assertion_time", now=seven_digits(now), not_before=seven_digits(not_before), expires=seven_digits(expires)
    )


def _require_audience(service: Service, claims: Mapping[str, Any]) -> None:
    audience = claims["aud"].lower()
    names = service.store.directory.organization.names
    if not any(
        audience == f"{url}/{name}{path}" for url in service.same_urls for name in names for path in _AUDIENCE_PATHS
    ):
        raise RefusalError("assertion_audience")


def _american(moment: datetime) -> str:
    """Return `moment` as the key refusals write it."""
    return moment.strftime("%m/%d/%Y %H:%M:%S")
