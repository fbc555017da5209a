"""A plain HTTP client of the tenant: requests, and nothing of msal or of the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import requests

from tests.tenant.assertions import ASSERTION_TYPE, GRAPH_SCOPE, assertion

if TYPE_CHECKING:
    from types import TracebackType

    from tests.certificates import CertificateFiles
    from tests.tenant_process import TenantProcess


class Client:
    """Requests to one tenant over verified TLS."""

    def __init__(self, tenant: TenantProcess) -> None:
        self.tenant = tenant
        self._session = requests.Session()
        # REQUESTS_CA_BUNDLE and proxies of this machine would win over `verify` otherwise.
        self._session.trust_env = False
        self._session.verify = str(tenant.ca_file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def token_url(self, tenant: str | None = None) -> str:
        return f"{self.tenant.url}/{tenant or self.tenant.tenant_id}/oauth2/v2.0/token"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._session.request(method, self.tenant.url + path, timeout=10, **options)

    def ask_token(
        self,
        form: dict[str, str],
        *,
        tenant: str | None = None,
        headers: dict[str, str] | None = None,
        method: str = "POST",
    ) -> requests.Response:
        """Send a form to the token endpoint."""
        return self._session.request(method, self.token_url(tenant), data=form, headers=headers, timeout=10)

    def form(self, files: CertificateFiles, *, client_id: str | None = None, **of_assertion: Any) -> dict[str, str]:
        """Return a right form, whose assertion the keywords may make wrong."""
        client_id = client_id or self.tenant.client_id
        return {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "scope": GRAPH_SCOPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(client_id, self.token_url(), files, **of_assertion),
        }

    def sign_in(self, files: CertificateFiles, *, client_id: str | None = None, scope: str = GRAPH_SCOPE) -> str:
        """Return an access token."""
        answer = self.ask_token({**self.form(files, client_id=client_id), "scope": scope})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def graph(
        self, path: str, token: str, *, method: str = "GET", headers: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Call Graph with a token; `path` starts with the version."""
        return self.send(method, path, headers={"Authorization": f"Bearer {token}", **(headers or {})}, **options)
