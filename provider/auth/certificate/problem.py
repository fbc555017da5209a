"""What a look at a certificate can end in: an error, or findings beside a result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Input(Enum):
    """The input that an error concerns."""

    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - the name of an input


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the administrator should know, although the certificate can be used."""

    code: str
    summary: str
    detail: str
    """What was found and what to do."""


class CertificateError(Exception):
    """The certificate data cannot be used. Holds neither the password nor any part of a key."""

    def __init__(self, code: str, summary: str, detail: str, concerns: Input = Input.CERTIFICATE) -> None:
        super().__init__(f"{summary}: {detail}")
        self.code = code
        self.summary = summary
        self.detail = detail
        self.concerns = concerns
