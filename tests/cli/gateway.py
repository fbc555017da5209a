"""An HTTPS server before a simulated tenant, which passes requests on, and changes what a test says.

It shows what happens where something stands between provider and tenant. In what the tenant answers it puts its own
address in the place of the tenant's. It uses the tenant's own server certificate,
which lies beside its CA file and counts for every port.
"""

from __future__ import annotations

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.tenant_process import TenantProcess


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the provider."""

    status: int
    content_type: str
    body: bytes


Change = Callable[[bytes], bytes]
"""Gets the body of a POST, and returns the body to pass on."""
Respond = Callable[[Answer], Answer]
"""Gets the tenant's answer, and returns the answer to give."""


@contextmanager
def gateway(
    tenant: TenantProcess, change: Change = lambda body: body, respond: Respond = lambda answer: answer
) -> Iterator[str]:
    """Serve until the block ends, and give the URL."""
    trusted = ssl.create_default_context(cafile=str(tenant.ca_file))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on(None)

        def do_POST(self) -> None:
            self._pass_on(change(self.rfile.read(int(self.headers["Content-Length"]))))

        def _pass_on(self, body: bytes | None) -> None:
            names = ("Authorization", "Accept", "Content-Type")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            request = urllib.request.Request(tenant.url + self.path, body, headers)
            try:
                given = opener.open(request, timeout=10)
            except urllib.error.HTTPError as refused:
                given = refused
            with given:
                body = given.read().replace(tenant.url.encode(), url.encode())
                answer = respond(Answer(given.status, given.headers["Content-Type"], body))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"https://127.0.0.1:{server.server_address[1]}"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tenant.ca_file.with_name("server.pem"), tenant.ca_file.with_name("server-key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
