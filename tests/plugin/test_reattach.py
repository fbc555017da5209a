"""Without TLS: TF_DISABLE_PLUGIN_TLS, and reattaching to a provider that a person started with --debug."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from tests.plugin.encryption import speaks_grpc
from tests.plugin.host import (
    PROBE,
    REAL,
    Handshake,
    Plugin,
    begin,
    channel,
    configuration,
    data,
    debugging,
    eventually,
    unpacked,
)
from tests.plugin.probe import ADDRESS
from tests.terraform import Terraform

READ = 'data "probe_echo" "x" {\n  text = "a"\n}\noutput "x" {\n  value = data.probe_echo.x.back\n}\n'


def environment(place: Path) -> Mapping[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "TMPDIR": str(place)}


@contextmanager
def attached(place: Path) -> Iterator[tuple[Popen[str], str, Handshake]]:
    """A probe that waits for hosts: its process, the variable's value, and where it listens."""
    with debugging(PROBE, environment(place)) as (process, line):
        ((name, reattach),) = json.loads(line).items()
        assert name == ADDRESS
        assert (reattach["Protocol"], reattach["ProtocolVersion"], reattach["Test"]) == ("grpc", 6, True)
        assert reattach["Pid"] == process.pid
        address = reattach["Addr"]
        yield process, line, Handshake("1", "6", address["Network"], address["String"], "grpc", None)


def test_a_host_without_certificate_is_served_in_plain_text_on_the_private_socket() -> None:
    with Plugin(tls=False) as plugin:
        assert plugin.handshake.certificate is None
        assert plugin.handshake.network == "unix"
        assert oct(plugin.handshake.folder.stat().st_mode & 0o777) == oct(0o700)
        plugin.configure()
        assert plugin.value("probe_echo", text="a")["back"] == "a"
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout()) == (0, b"")


def test_terraform_with_plugin_tls_disabled(terraform: Callable[..., Terraform]) -> None:
    command = terraform(READ, TF_DISABLE_PLUGIN_TLS="1")
    command.apply()
    assert command.outputs() == {"x": "a"}


def test_terraform_reattaches_twice_in_a_row(terraform: Callable[..., Terraform], place: Path) -> None:
    with attached(place) as (process, line, handshake):
        # Two configurations of the provider are two ConfigureProvider calls on the one process.
        command = terraform(
            'provider "probe" {\n  note = "first"\n}\n'
            'provider "probe" {\n  alias = "second"\n  note  = "second"\n}\n'
            'data "probe_echo" "second" {\n  provider = probe.second\n  text     = "b"\n}\n' + READ,
            TF_REATTACH_PROVIDERS=line,
        )
        for _ in range(2):
            command.apply()
            assert command.outputs() == {"x": "a"}
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert not handshake.folder.exists()
    assert [path.name for path in place.iterdir()] == []


def test_hosts_come_and_go(place: Path) -> None:
    with attached(place) as (process, _, handshake):
        for number in range(5):
            connection = channel(handshake, None)
            begin(connection, "ConfigureProvider", configuration(note=f"of host {number}")).result()
            answer = begin(connection, "ReadDataSource", data("probe_echo", text="a")).result()
            assert unpacked(answer.state)["note_of_provider"] == f"of host {number}"
            begin(connection, "Shutdown", None, service="plugin.GRPCController").result()
            connection.close()
        with handshake.connect() as stranger:
            assert speaks_grpc(stranger)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert list(place.iterdir()) == []


def test_a_stop_of_one_host_leaves_the_process_to_the_next(place: Path, tmp_path: Path) -> None:
    with attached(place) as (process, _, handshake):
        first = channel(handshake, None)
        begin(first, "ConfigureProvider", configuration()).result()
        sign = tmp_path / "sign"
        waiting = begin(first, "ReadDataSource", data("probe_wait", seconds=30, sign=str(sign)))
        for _ in eventually():
            if sign.exists():
                break
        begin(first, "StopProvider", None).result()
        assert [d.summary for d in waiting.result(5).diagnostics] == ["Interrupted"]
        first.close()
        second = channel(handshake, None)
        answer = begin(second, "ReadDataSource", data("probe_echo", text="a")).result()
        assert unpacked(answer.state)["back"] == "a"
        second.close()
        assert process.poll() is None


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_the_middle_of_a_call(end: signal.Signals, place: Path) -> None:
    with attached(place) as (process, _, handshake):
        connection = channel(handshake, None)
        begin(connection, "ConfigureProvider", configuration()).result()
        calls = [begin(connection, "ReadDataSource", data("probe_block", seconds=30)) for _ in range(3)]
        process.send_signal(end)
        assert process.wait(5) == 0
        for call in calls:
            assert call.exception(5) is not None
        connection.close()
    assert list(place.iterdir()) == []


def test_the_real_provider_with_debug(terraform: Callable[..., Terraform], place: Path) -> None:
    address = "registry.terraform.io/local/microsoft365"
    with debugging(REAL, environment(place)) as (process, line):
        assert list(json.loads(line)) == [address]
        command = terraform("", TF_REATTACH_PROVIDERS=line)
        command.write(
            f'terraform {{\n  required_providers {{\n    microsoft365 = {{ source = "{address}" }}\n  }}\n}}\n'
            'provider "microsoft365" {\n  cloud = "mars"\n}\ndata "microsoft365_client_config" "x" {}\n'
        )
        for _ in range(2):
            done = command.validate(check=False)
            assert done.status == 1
            assert "Invalid value for cloud" in done.said
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert list(place.iterdir()) == []
