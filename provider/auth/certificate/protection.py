"""What stands between the data and its contents: a password, and the work of deriving a key from it."""

from __future__ import annotations

from typing import Final

from provider.auth.certificate.file_kinds import EXPORT
from provider.auth.certificate.problem import CertificateError, Input

MAX_ROUNDS: Final = 10_000_000
"""The largest iteration count that is tried: some seconds of work. Tools write 1 to 1 000 000."""
MAX_TOTAL_ROUNDS: Final = 3 * MAX_ROUNDS
"""For all of one file: the MAC, the certificates, the key."""


def check_cost(rounds: tuple[int, ...]) -> None:
    """Refuse data that asks for too many rounds of key derivation.

    Raises:
        CertificateError: One count, or their sum, is beyond its bound.
    """
    worst, total = max(rounds, default=0), sum(rounds)
    if worst > MAX_ROUNDS or total > MAX_TOTAL_ROUNDS:
        # Past 4300 digits Python refuses to write a number out.
        most = worst if worst > MAX_ROUNDS else total
        asked = str(most) if most.bit_length() <= 64 else "more than 2^64"
        raise CertificateError(
            "too_costly",
            "The certificate data asks for too much work",
            f"It asks for {asked} rounds of key derivation before it opens; at most {MAX_ROUNDS} for each of its parts "
            f"are done. It was made with an extreme setting, or is not what it seems to be. Make the file again: "
            f"{EXPORT}.",
        )


def needs_password(what: str) -> CertificateError:
    """Return the error for data that only opens with a password, where none is given."""
    return CertificateError(
        "missing_password",
        "The certificate needs a password",
        f"The {what} is protected by a password, and none is given. Give the one that was set when it was made.",
        Input.PASSWORD,
    )


def wrong_password(found: str, hint: str) -> CertificateError:
    """Return the error for data that the given password does not open."""
    return CertificateError(
        "wrong_password",
        "The password of the certificate is wrong",
        f"{found} Give the password that was set when the certificate was exported; look for blanks or a line break "
        f"around it, and for characters that a shell or an editor changed. {hint}",
        Input.PASSWORD,
    )
