"""What is said when Entra ID or Microsoft Graph cannot be reached, and of the file of authorities."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.cli.configuration import EMPTY_BLOCK, block, configuration
from tests.cli.conftest import MakeTerraform
from tests.cli.diagnostics import require_one_error
from tests.tenant_process import TenantProcess

PROXY_PASSWORD = "Open, Sesame!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What differs from an environment that works, and what is said; None unsets. `{name}` is filled from `places`."""

    environment: dict[str, str | None]
    says: tuple[str, ...]
    provider: str = EMPTY_BLOCK


ROWS: dict[str, Row] = {
    "nothing listens": Row(
        environment={"M365_AUTHORITY_URL": "https://{closed}"},
        says=("Error: {closed} refuses connections", "Nothing accepts connections at {closed}.", "authority_url"),
    ),
    "nothing listens where Graph should be": Row(
        environment={"M365_GRAPH_URL": "https://{closed}"},
        says=("Error: {closed} refuses connections", "graph_url", "with data.microsoft365_client_config.current"),
    ),
    "no such name": Row(
        environment={"M365_AUTHORITY_URL": "https://login.invalid"},
        says=("The name of login.invalid:443 cannot be resolved", "DNS", "`cloud`", "use_proxy and proxy_url"),
    ),
    "an authority of the system's that did not issue the certificate": Row(
        environment={"M365_CA_CERTIFICATE_FILE": None},
        says=(
            "The TLS certificate of {tenant} is not trusted",
            "Trusted are the authorities of the system's trust store.",
            "client_options.ca_certificate_file",
            "M365_CA_CERTIFICATE_FILE (REQUESTS_CA_BUNDLE counts too)",
        ),
    ),
    "another authority": Row(
        environment={"M365_CA_CERTIFICATE_FILE": "{other_ca}"},
        says=(
            "The TLS certificate of {tenant} is not trusted",
            "Trusted are the authorities of M365_CA_CERTIFICATE_FILE = {other_ca}.",
        ),
    ),
    "another authority in the bundle of requests": Row(
        environment={"M365_CA_CERTIFICATE_FILE": None, "REQUESTS_CA_BUNDLE": "{other_ca}"},
        says=(
            "The TLS certificate of {tenant} is not trusted",
            "Trusted are the authorities of REQUESTS_CA_BUNDLE = {other_ca}.",
        ),
    ),
    "no file of authorities": Row(
        environment={"M365_CA_CERTIFICATE_FILE": "ca.pem"},
        says=(
            "Unusable file of certificate authorities",
            "M365_CA_CERTIFICATE_FILE names {working}/ca.pem, which cannot be used: No such file or directory.",
        ),
    ),
    "no authorities in the file": Row(
        environment={},
        provider=block(client_options={"ca_certificate_file": __file__}),
        says=(
            "Unusable file of certificate authorities",
            f"client_options.ca_certificate_file names {__file__}",
            "it holds no certificate in PEM form",
        ),
    ),
    "plain HTTP": Row(
        environment={"M365_AUTHORITY_URL": "https://{web}"},
        says=("No TLS connection to {web}", "failed: wrong version number.", "those of an HTTPS server"),
    ),
    "an authority without TLS": Row(
        environment={"M365_AUTHORITY_URL": "http://{web}"},
        says=("Unusable environment variable M365_AUTHORITY_URL", "begins with https://", 'Found: "http://{web}"'),
    ),
    "silence": Row(
        environment={"M365_AUTHORITY_URL": "https://{silent}", "M365_TIMEOUT_SECONDS": "1"},
        says=(
            "Error: {silent} does not answer in time",
            "No answer from {silent} within 1 s.",
            "an answer after client_options.timeout_seconds",
        ),
    ),
    "a proxy that is not there": Row(
        environment={"M365_USE_PROXY": "true", "M365_PROXY_URL": "http://{closed}"},
        says=(
            "The proxy {closed} does not let requests through",
            "{tenant} was to be reached through the proxy {closed}. It refuses connections.",
            "client_options.proxy_url",
        ),
    ),
    "a proxy of the environment that is not there": Row(
        environment={"HTTPS_PROXY": "http://{closed}"},
        says=("The proxy {closed} does not let requests through", "HTTPS_PROXY and NO_PROXY"),
    ),
    "a proxy without a name": Row(
        environment={"M365_USE_PROXY": "true", "M365_PROXY_URL": "http://proxy.invalid:3128"},
        says=("The proxy proxy.invalid:3128 does not let requests through", "Its name cannot be resolved"),
    ),
    "a proxy that asks for credentials": Row(
        environment={
            "M365_USE_PROXY": "true",
            "M365_PROXY_URL": "http://{proxy}",
            "M365_PROXY_USERNAME": "terraform",
            "M365_PROXY_PASSWORD": PROXY_PASSWORD,
        },
        says=(
            "The proxy {proxy} does not let requests through",
            "It asks for credentials (407). Set or correct client_options.proxy_username and proxy_password.",
        ),
    ),
}


class WebServer(BaseHTTPRequestHandler):
    """Answers in plain HTTP; as a proxy it wants to know who asks."""

    def do_GET(self) -> None:
        """Answer with a page."""
        self.send_response(200)
        self.end_headers()

    def do_CONNECT(self) -> None:
        """Ask for credentials."""
        self.send_response(407)
        self.send_header("Proxy-Authenticate", "Basic")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def web_server() -> Iterator[str]:
    """Serve plain HTTP until the block ends, and give host:port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), WebServer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def places(tenant: TenantProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """What the rows' placeholders stand for."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        # Bound, but not listening: connections are refused, and nobody else takes the port.
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))
        web = stack.enter_context(web_server())
        yield {
            "tenant": tenant.url.removeprefix("https://"),
            "other_ca": str(self_signed(tmp_path_factory.mktemp("ca"), "other").public),
            "silent": f"127.0.0.1:{silent.getsockname()[1]}",
            "closed": f"127.0.0.1:{closed.getsockname()[1]}",
            "web": web,
            "proxy": web,
        }


@pytest.mark.parametrize("name", ROWS)
def test_network(
    make_terraform: MakeTerraform, tenant: TenantProcess, places: Mapping[str, str], tmp_path: Path, name: str
) -> None:
    row = ROWS[name]
    filled = {**places, "working": str(tmp_path / "configuration")}
    environment = dict(tenant.environment)
    for variable, value in row.environment.items():
        if value is None:
            del environment[variable]
        else:
            environment[variable] = value.format_map(filled)
    terraform = make_terraform(environment)
    terraform.write(configuration(row.provider))

    result = terraform.plan(check=False)

    require_one_error(result, [each.format_map(filled) for each in row.says])
    assert tenant.environment["M365_CLIENT_CERTIFICATE_PASSWORD"] not in result.output
    assert PROXY_PASSWORD not in result.output
