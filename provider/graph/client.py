"""Calls to Microsoft Graph with the shared credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import requests

from provider.auth.credential import Credential
from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure, error
from provider.graph.errors import GraphError, Operation
from provider.network.answers import json_object
from provider.network.session import Session


class GraphClient:
    """Calls Graph; used by many threads at once."""

    def __init__(self, url: str, session: Session, credential: Credential) -> None:
        """Call the Graph at `url` (without version) with the tokens of `credential`."""
        self._url = url
        self._session = session
        self._credential = credential

    def get(
        self, path: str, operation: Operation, cancel: CancelToken, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object at `path` (with version, such as "/v1.0/organization").

        Raises GraphError where Graph refuses, Failure where it cannot be reached or signing in fails, Cancelled.
        """
        token = self._credential.token()
        answer = self._send("GET", path, token.value, query, cancel)
        if answer.status_code == 401:
            # It may have been revoked or have expired on the way: once more with a new one.
            token = self._credential.token(instead_of=token)
            answer = self._send("GET", path, token.value, query, cancel)
        if answer.status_code >= 400:
            raise GraphError(operation, answer, token.roles)
        body = json_object(answer)
        if body is None:
            raise Failure(
                error(
                    f"Cannot {operation.words}",
                    f"{self._url}{path} answered with status {answer.status_code} and no JSON object. Check "
                    "graph_url, and whether a proxy or firewall answers in Microsoft Graph's place.",
                )
            )
        return body

    def _send(
        self, method: str, path: str, token: str, query: Mapping[str, str] | None, cancel: CancelToken
    ) -> requests.Response:
        cancel.check()
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "client-request-id": str(uuid4()),
        }
        return self._session.request(method, self._url + path, params=query, headers=headers)
