"""The command line: what a person types to have a tenant.

The web framework is imported only when it is needed, so that a caller can explain a missing installation: `main`
raises `ModuleNotFoundError` then.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from cryptography import x509

    from tenant.directory import Application, Directory
    from tenant.pki import ClientCertificate

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CANNOT = 1
# A closed terminal (SIGHUP, which Windows has not) ends it as Ctrl-C does.
_END_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class StartError(Exception):
    """The tenant cannot start; the message says why and what to do."""


class _Ended(BaseException):
    """A signal asked for the end before the server ran."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a simulated tenant until SIGTERM or SIGINT.

    Args:
        argv: the arguments after the command's name; the process's own by default.

    Returns:
        The exit code: 0 after a signal, 1 where it could not start (the reason is on stderr).

    Raises:
        ModuleNotFoundError: the extra `tenant` of this package is not installed.
        SystemExit: the arguments are wrong (code 2), or help was asked for (code 0).
    """
    options = _parser().parse_args(argv)
    before = {each: signal.signal(each, _end_now) for each in _END_SIGNALS}
    folder = Path(tempfile.mkdtemp(prefix="simulated-tenant-"))
    try:
        _serve(options, folder)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return _CANNOT
    except _Ended:
        pass
    finally:
        # A second signal must not stop the cleaning up.
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        shutil.rmtree(folder, ignore_errors=True)
        for each, handler in before.items():
            signal.signal(each, handler)
    return 0


def _end_now(_number: int, _frame: FrameType | None) -> None:
    raise _Ended


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tenant",
        description="A simulated Microsoft 365 tenant on this machine: Entra ID and Microsoft Graph over HTTPS.",
        epilog="It ends on Ctrl-C or SIGTERM and takes the certificates and the environment file with it.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=_port, default=0, metavar="N", help="the port; any free one by default")
    add("--host", type=_loopback, default="127.0.0.1", help="the loopback address; 127.0.0.1 by default")
    add("--env-file", type=Path, metavar="FILE", help="write the M365_ variables to FILE once it serves")
    add(
        "--certificate",
        type=Path,
        action="append",
        default=[],
        metavar="PUBLIC.pem",
        help="register this certificate on the application; may be repeated; without it, and without --trust-issuer, "
        "a certificate is made",
    )
    add(
        "--trust-issuer",
        type=Path,
        metavar="CA.pem",
        help="trust certificates by subject name and issuer: those that any authority in this file issued",
    )
    add("--subject", action="append", default=[], metavar="NAME", help="a name that is trusted then; may be repeated")
    add("--tenant-id", type=_guid, metavar="GUID", help="the tenant's id; a random one by default")
    add("--client-id", type=_guid, metavar="GUID", help="the application's client id; a random one by default")
    add("--state", type=Path, metavar="FILE", help="keep the directory in FILE, and start from it where it exists")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def _loopback(text: str) -> str:
    if text in {"localhost", "127.0.0.1", "::1"}:
        return text
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a loopback address that its certificate names: use 127.0.0.1, ::1 or localhost"
    )


def _guid(text: str) -> str:
    if not _GUID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a GUID, such as 11111111-2222-3333-4444-555555555555")
    return text.lower()


def _serve(options: argparse.Namespace, folder: Path) -> None:
    from tenant import pki
    from tenant.directory import Store
    from tenant.server import Server, make_app
    from tenant.service import Service
    from tenant.state_file import write_state
    from tenant.statistics import Statistics

    if bool(options.subject) != bool(options.trust_issuer):
        raise StartError("--trust-issuer and --subject belong together: which authority may issue for which name.")
    directory, application, made = _directory(options, folder)
    with _bind(options.host, options.port) as bound:
        url = _url(options.host, bound.getsockname()[1])
        store = Store(directory, partial(write_state, options.state) if options.state else None)
        try:
            store.change(directory)
        except OSError as error:
            raise StartError(f"The state file {options.state} cannot be written: {error}") from error
        files = pki.make_server_files(folder)
        same = frozenset({_url(name, bound.getsockname()[1]) for name in ("localhost", "127.0.0.1", "::1")} | {url})
        service = Service(store, pki.make_signing_key(), Statistics(), url, same)

        variables = {
            "M365_TENANT_ID": directory.organization.id,
            "M365_CLIENT_ID": application.app_id,
            "M365_AUTH_METHOD": "client_certificate",
            "M365_AUTHORITY_URL": url,
            "M365_GRAPH_URL": url,
            "M365_CA_CERTIFICATE_FILE": str(files.ca_certificate),
        }
        if made is not None:
            variables["M365_CLIENT_CERTIFICATE_FILE_PATH"] = str(made.pfx)
            variables["M365_CLIENT_CERTIFICATE_PASSWORD"] = made.password

        server = Server(make_app(service), files.certificate, files.key, lambda: _tell(options.env_file, variables))
        for each in _END_SIGNALS:
            signal.signal(each, lambda _number, _frame: server.end())
        try:
            server.run(bound)
        finally:
            if options.env_file:
                _take_back(options.env_file, variables)


def _tell(env_file: Path | None, variables: dict[str, str]) -> None:
    """Write the environment file and say that the tenant is ready."""
    from tenant.environment_file import render
    from tenant.whole_file import write_whole

    if env_file:
        try:
            write_whole(env_file, render(variables))
        except OSError as error:
            raise StartError(f"The environment file {env_file} cannot be written: {error}") from error
    sys.stdout.write(
        f"The simulated tenant is ready at {variables['M365_GRAPH_URL']} "
        f"(tenant {variables['M365_TENANT_ID']}, client {variables['M365_CLIENT_ID']}).\n"
    )
    sys.stdout.flush()


def _take_back(env_file: Path, variables: dict[str, str]) -> None:
    """Remove the environment file, unless another tenant has written there since."""
    from tenant.environment_file import render

    with contextlib.suppress(OSError):
        if env_file.read_bytes() == render(variables):
            env_file.unlink()


def _directory(options: argparse.Namespace, folder: Path) -> tuple[Directory, Application, ClientCertificate | None]:
    """Return the directory to start with, its application that signs in, and the certificate made for it, if any."""
    from tenant import pki
    from tenant.directory import KeyCredential, SubjectNameAndIssuer
    from tenant.state_file import StateError, from_json, read_state

    ids = {"tenant_id": options.tenant_id, "client_id": options.client_id}
    try:
        directory = read_state(options.state, **ids) if options.state else from_json({}, **ids)
    except StateError as error:
        raise StartError(str(error)) from error
    application = directory.application(options.client_id) if options.client_id else directory.applications[0]
    assert application is not None

    keys = application.key_credentials
    for path in options.certificate:
        certificate = _certificates(path, "--certificate")[0]
        if all(key.certificate != certificate for key in keys):
            keys = (*keys, KeyCredential(certificate))
    trust = application.subject_name_and_issuer
    if options.trust_issuer:
        trust = SubjectNameAndIssuer(tuple(options.subject), _certificates(options.trust_issuer, "--trust-issuer"))
    made = None
    if not keys and trust is None:
        made = pki.make_client_certificate(folder, "Terraform")
        keys = (KeyCredential(made.certificate, made_for_this_run=True),)
    application = replace(application, key_credentials=keys, subject_name_and_issuer=trust)
    return directory.with_application(application), application, made


def _certificates(path: Path, option: str) -> tuple[x509.Certificate, ...]:
    from cryptography import x509

    try:
        content = path.read_bytes()
    except OSError as error:
        raise StartError(f"{option} {path}: the file cannot be read: {error.strerror}.") from error
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            return tuple(x509.load_pem_x509_certificates(content))
        return (x509.load_der_x509_certificate(content),)
    except ValueError as error:
        raise StartError(
            f"{option} {path}: there is no certificate in it. Give the public certificate, in PEM or DER form."
        ) from error


def _bind(host: str, port: int) -> socket.socket:
    # asyncio sends small answers at once only on a socket that names its protocol; others wait 40 ms for Nagle.
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise StartError(f"Port {port} of {host} cannot be used: {error.strerror or error}. Try another.") from error
    return bound


def _url(host: str, port: int) -> str:
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
