"""What Microsoft Graph says when it refuses a call, and what a person can do about it.

Source: Graph's pages "Error responses and resource types" and "Microsoft Graph error responses".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provider.framework.diagnostics import Failure, error
from provider.network.answers import json_object

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call is for, in words that follow "cannot", and the application permissions of which any one opens it."""

    words: str
    permissions: tuple[str, ...]


class GraphError(Failure):
    """A call that Graph refused. `status` is HTTP's, `code` Graph's own."""

    def __init__(self, operation: Operation, answer: requests.Response, roles: Sequence[str]) -> None:
        """Read the refusal in `answer`; `roles` are the permissions that the token has."""
        stated = _stated(answer)
        self.status = answer.status_code
        self.code = str(stated.get("code") or "")
        message = str(stated.get("message") or "").strip()
        words = ": ".join(part for part in (self.code, message) if part)
        said = f"Microsoft Graph says: {words}" if words else ""
        inner = stated.get("innerError")
        inner = inner if isinstance(inner, dict) else {}
        # What answers in Graph's place may leave any of them out; the client's own was sent in any case.
        identity = (
            f"Request id: {answer.headers.get('request-id') or inner.get('request-id') or 'none'}\n"
            f"Client request id: {answer.request.headers.get('client-request-id', 'none')}\n"
            f"Time: {answer.headers.get('Date', 'none')}"
        )
        super().__init__(
            error(
                f"Cannot {operation.words} (status {self.status})",
                "\n\n".join(part for part in (_remedy(self.status, operation, roles), said, identity) if part),
            )
        )


def _remedy(status: int, operation: Operation, roles: Sequence[str]) -> str:
    held = ", ".join(roles) or "none"
    if status == 401:
        return (
            f"Microsoft Graph does not accept the token with which the provider wanted to {operation.words}. Check "
            "`cloud`, graph_url and graph_audience: the token must be asked for from the cloud, and for the audience, "
            f"that is called. The call needs one of the permissions {', '.join(operation.permissions)}; the token "
            f"has: {held}. Permissions count once an "
            'administrator has chosen "grant admin consent".'
        )
    if status == 403 and set(roles) & set(operation.permissions):
        return (
            f"Microsoft Graph refuses to let the application {operation.words}, although its token has: {held}. Its "
            "own words, where there are any, say why; an answer without them comes from a proxy or a firewall."
        )
    if status == 403:
        return (
            f"The application may not {operation.words}. It needs one of the application permissions "
            f"{', '.join(operation.permissions)}; the token has: {held}. Add one of them to the app registration (API "
            "permissions, "
            'Microsoft Graph, Application permissions) and choose "grant admin consent". A permission that was '
            "granted a moment ago is in tokens from the next sign-in on."
        )
    return ""


def _stated(answer: requests.Response) -> dict[str, Any]:
    stated = (json_object(answer) or {}).get("error")
    return stated if isinstance(stated, dict) else {}
