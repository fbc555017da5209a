"""How long an operation may take: the attribute `timeouts`, as users of Terraform know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.framework.diagnostics import Failure, error
from provider.framework.durations import MalformedDuration, go_seconds
from provider.framework.rules import go_duration
from provider.framework.schema import Attribute, optional, single, string

TIMEOUT = 20 * 60.0
"""In seconds, where neither the configuration nor the type says anything."""

NAME = "timeouts"


def timeouts(*steps: str) -> Attribute:
    """Declare `timeouts` for these operations (`create`, `read`, `update`, `delete`)."""
    return optional(
        single(
            {
                step: optional(string(go_duration()), f"How long the {step} may take, such as `30s` or `2h45m`.")
                for step in steps
            }
        ),
        "How long the operations on this resource may take.",
    )


def configured(values: Mapping[str, Any] | None, step: str) -> float | None:
    """Return how many seconds an operation may take by the `timeouts` in a plan or state, None if unsaid.

    Raises Failure where it is no duration: nobody has looked at what a state has.
    """
    given = (values or {}).get(NAME)
    text = given.get(step) if isinstance(given, dict) else None
    try:
        return go_seconds(text) if isinstance(text, str) else None
    except MalformedDuration as wrong:
        raise Failure(error(f"Invalid value for {NAME}.{step}", f"It {wrong}.", (NAME, step))) from None
