"""The first words: cookie, versions, handshake line, the TLS that follows."""

import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tests.plugin.encryption import pair, speaks_grpc, tls
from tests.plugin.host import COOKIE, PROBE, REAL, Plugin


def run(command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in an environment of its own."""
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=30
    )


def test_the_handshake_line_names_both_protocols_the_socket_and_the_certificate() -> None:
    with Plugin(REAL) as plugin:
        line = plugin.handshake
        assert (line.core, line.protocol, line.network, line.kind) == ("1", "6", "unix", "grpc")
        assert line.certificate is not None
        shown = x509.load_der_x509_certificate(line.certificate)
        names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["localhost"]
        assert shown.not_valid_before_utc < datetime.now(UTC) < shown.not_valid_after_utc - timedelta(days=1)
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout(), plugin.stderr()) == (0, b"", "")


@pytest.mark.parametrize("versions", ["6,5", "5,6", "6", " 6 , 5", "4,5,6,7"])
def test_a_host_that_offers_protocol_6_is_served(versions: str) -> None:
    with Plugin(environment={"PLUGIN_PROTOCOL_VERSIONS": versions}) as plugin:
        assert plugin.handshake.protocol == "6"


@pytest.mark.parametrize(
    ("versions", "found"), [("5", "offers 5"), ("4,5", "offers 4,5"), ("", "offers none"), ("66", "offers 66")]
)
def test_a_host_that_does_not_offer_protocol_6_is_told_what_it_takes(versions: str, found: str) -> None:
    done = run(REAL, **COOKIE, PLUGIN_PROTOCOL_VERSIONS=versions)
    assert (done.returncode, done.stdout) == (1, "")
    assert "plugin protocol 6" in done.stderr
    assert found in done.stderr
    assert "needs Terraform 1.0 or later, or OpenTofu" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PLUGIN_MIN_PORT", "many", "PLUGIN_MIN_PORT and PLUGIN_MAX_PORT must be whole numbers"),
        ("PLUGIN_MIN_PORT", "70000", "give no range of ports: 70000 to 70000"),
        ("M365_PLUGIN_CONNECT_SECONDS", "soon", "M365_PLUGIN_CONNECT_SECONDS must be a number of seconds"),
        ("M365_PLUGIN_CONNECT_SECONDS", "nan", "M365_PLUGIN_CONNECT_SECONDS must be a number of seconds"),
        ("PLUGIN_CLIENT_CERT", "none", "PLUGIN_CLIENT_CERT holds no certificate in PEM form"),
        (
            "PLUGIN_CLIENT_CERT",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "PLUGIN_CLIENT_CERT holds no certificate in PEM form",
        ),
    ],
)
def test_a_variable_of_the_host_that_makes_no_sense_is_named(name: str, value: str, said: str) -> None:
    done = run(REAL, **COOKIE, PLUGIN_PROTOCOL_VERSIONS="6", **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("cookie", [{}, {"TF_PLUGIN_MAGIC_COOKIE": ""}, {"TF_PLUGIN_MAGIC_COOKIE": "another"}])
def test_a_person_who_starts_it_reads_what_it_is(cookie: dict[str, str]) -> None:
    done = run(REAL, **cookie)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Terraform starts this program by itself" in done.stdout
    for command in ("tenant", "--debug", "--version", "--help"):
        assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE), command
    assert "|grpc" not in done.stdout


def test_a_client_certificate_on_p521_as_terraforms_is_accepted() -> None:
    # Terraform's own TLS speaks from 1.2 on; the TLS inside gRPC refuses P-521 under 1.3.
    terraforms = pair()
    with Plugin(environment={"PLUGIN_CLIENT_CERT": terraforms.certificate.decode()}) as plugin:
        assert plugin.handshake.certificate is not None
        with tls(plugin.handshake.connect(), terraforms, plugin.handshake.certificate) as connection:
            assert connection.selected_alpn_protocol() == "h2"
            assert connection.version() == "TLSv1.3"
            assert connection.getpeercert(binary_form=True) == plugin.handshake.certificate
            assert speaks_grpc(connection)


def test_each_process_has_a_key_of_its_own_and_no_file_holds_it(place: Path) -> None:
    shown = set()
    for _ in range(2):
        with Plugin(PROBE, temporary=place) as plugin:
            shown.add(plugin.handshake.certificate)
            left = [path for path in place.rglob("*") if not path.is_dir()]
            assert left
            assert all(path.is_socket() for path in left)
    assert len(shown) == 2
