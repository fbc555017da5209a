"""How a behaviour of the real service is known. Every route, refusal and rule of the tenant carries one of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What kind of source a behaviour rests on, the strongest first."""

    DOCUMENTED = "documented"
    RECORDED = "recorded"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a behaviour comes from: the page, the record, or the reason for the assumption."""

    how: How
    source: str


def documented(page: str) -> Evidence:
    """Microsoft's documentation says so; `page` names it (a path below learn.microsoft.com unless it names a host)."""
    return Evidence(How.DOCUMENTED, page)


def recorded(record: str) -> Evidence:
    """An answer of the real service was seen; `record` names the public place (owner/repository and issue number)."""
    return Evidence(How.RECORDED, record)


def assumed(reason: str) -> Evidence:
    """Nobody was found who says so; `reason` says why it was taken to be so."""
    return Evidence(How.ASSUMED, reason)
