"""What an answer holds; loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests


def json_object(answer: requests.Response) -> dict[str, Any] | None:
    """Return the JSON object in the body of `answer`, or None where there is none."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
