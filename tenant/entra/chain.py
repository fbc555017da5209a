"""Trust by subject name and issuer (SNI): the certificates of the `x5c` header, verified up to a trusted authority."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from tenant.entra.refusals import RefusalError
from tenant.evidence import assumed, documented, recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tenant.directory import SubjectNameAndIssuer

NO_FALLBACK_EVIDENCE = recorded(
    "public deployment notes: with x5c sent and SNI configured, Entra verifies the chain and does not fall back to "
    "the registered thumbprint"
)
SUBJECT_EVIDENCE = documented(
    "the words of 700030 name subject names and alternative names; that the whole subject counts too is assumed"
)
PATH_EVIDENCE = assumed("RFC 5280 section 6.1: signatures, validity, basic constraints, path length, key usage")

_NAMES_SHOWN = 10


def read_chain(header: object) -> tuple[x509.Certificate, ...]:
    """Return the certificates of an `x5c` header (RFC 7515 section 4.1.6), the signer's first.

    Raises:
        RefusalError: 7000213 where the header is not a list of certificates.
    """
    if not isinstance(header, list) or not header:
        raise RefusalError("chain_invalid")
    try:
        return tuple(x509.load_der_x509_certificate(base64.b64decode(each, validate=True)) for each in header)
    except (TypeError, ValueError, binascii.Error):
        raise RefusalError("chain_invalid") from None


def require_trusted(chain: Sequence[x509.Certificate], trust: SubjectNameAndIssuer, now: datetime) -> None:
    """Return when a trusted authority stands behind the first certificate of `chain` and its name is authorized.

    Raises:
        RefusalError: 1000502 where the first certificate is not valid now, 7000213 where no path leads to an authority,
            700030 where no name of it is authorized.
    """
    leaf, *others = chain
    if not is_valid_at(leaf, now):
        raise RefusalError("certificate_outside_validity")
    if not _leads_to_authority(leaf, others, trust.authorities, now):
        raise RefusalError("chain_invalid")
    names = subject_names(leaf)
    authorized = {name.lower() for name in trust.subjects}
    if not any(name.lower() in authorized for name in names):
        raise RefusalError("subject_not_authorized", subjects=", ".join(names[:_NAMES_SHOWN]))


def is_valid_at(certificate: x509.Certificate, moment: datetime) -> bool:
    """Say whether `moment` lies in the certificate's validity."""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def subject_names(certificate: x509.Certificate) -> list[str]:
    """Return the names by which a certificate may be authorized: subject, common names, alternative names."""
    names = [certificate.subject.rfc4514_string()]
    names += [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return names
    return names + alternative.get_values_for_type(x509.DNSName)


def _leads_to_authority(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    authorities: Sequence[x509.Certificate],
    now: datetime,
    below: int = 0,
) -> bool:
    """Say whether a path leads from `certificate` through `others` to an authority, `below` issuers standing under it.

    The length of a path is bounded: each step uses up one of `others`.
    """
    if any(_issued(authority, certificate, now, below) for authority in authorities):
        return True
    return any(
        _leads_to_authority(issuer, [each for each in others if each is not issuer], authorities, now, below + 1)
        for issuer in others
        if _issued(issuer, certificate, now, below)
    )


def _issued(issuer: x509.Certificate, certificate: x509.Certificate, now: datetime, below: int) -> bool:
    """Say whether `issuer` is a valid authority, allowed `below` further authorities under it, that signed it."""
    if not is_valid_at(issuer, now):
        return False
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        return False
    try:
        if not issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
            return False
    except x509.ExtensionNotFound:
        # RFC 5280 section 4.2.1.3 asks authorities for it; many private ones leave it out.
        pass
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
