"""Errors and warnings as Terraform shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from provider.framework.paths import Path


class Severity(Enum):
    """How bad it is. The values are those of the protocol's Diagnostic.Severity."""

    ERROR = 1
    WARNING = 2


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message to the user.

    `summary` is a short title, `detail` says what was found and what to do, `path` leads to the
    attribute concerned in the configuration of the call, or is None where there is none.
    """

    severity: Severity
    summary: str
    detail: str = ""
    path: Path | None = None

    def at(self, path: Path | None) -> Diagnostic:
        """Return this diagnostic placed at `path`."""
        return replace(self, path=path)


def error(summary: str, detail: str = "", path: Path | None = None) -> Diagnostic:
    """Return an error."""
    return Diagnostic(Severity.ERROR, summary, detail, path)


def warning(summary: str, detail: str = "", path: Path | None = None) -> Diagnostic:
    """Return a warning."""
    return Diagnostic(Severity.WARNING, summary, detail, path)


class Failure(Exception):
    """Raised where something is found wrong; the protocol turns it into its diagnostics."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        """Take what the user will read, at least one error."""
        super().__init__("; ".join(d.summary for d in diagnostics))
        self.diagnostics = diagnostics
