"""The chain of a certificate, found by signatures and not by the order in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cryptography import x509


def in_order(
    leaf: x509.Certificate, certificates: Iterable[x509.Certificate], now: datetime
) -> tuple[x509.Certificate, ...]:
    """Return the leaf, its issuer, the issuer's issuer and so on, as far as `certificates` lead.

    What is not on the way is left out. Where cross-signed certificates open several ways, one that ends at a root
    comes before one that does not, then one of certificates valid at `now`, then the shortest; without a root, the
    longest is taken.
    """
    pool = [each for each in dict.fromkeys(certificates) if each != leaf]
    ways = (_way(leaf, [each for each in pool if _valid(each, now)]), _way(leaf, pool))
    for way in ways:
        if issued(way[-1], way[-1]):
            return way
    return max(ways, key=len)


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Tell whether `certificate` names `issuer` and bears a signature of its key."""
    try:
        if certificate.issuer != issuer.subject:
            return False
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _way(leaf: x509.Certificate, pool: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the shortest way from the leaf to a root in the pool, or the longest of the shortest ways to anywhere.

    Breadth first, each certificate visited once: the number of signatures to verify is bounded by the square of the
    number of certificates, whatever the file holds.
    """
    left = sorted(pool, key=lambda each: each.not_valid_after_utc, reverse=True)
    ways: list[tuple[x509.Certificate, ...]] = [(leaf,)]
    last = ways
    while ways:
        for way in ways:
            if issued(way[-1], way[-1]):
                return way
        last = ways
        ways = []
        for way in last:
            found = [each for each in left if issued(each, way[-1])]
            left = [each for each in left if each not in found]
            ways.extend((*way, each) for each in found)
    return last[0]


def _valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
