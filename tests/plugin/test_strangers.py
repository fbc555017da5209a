"""Who is not the host is answered by no byte of gRPC, and costs the host nothing."""

import socket
from collections.abc import Callable

import pytest

from tests.plugin.encryption import pair, speaks_grpc, tls
from tests.plugin.host import Plugin

Knock = Callable[[Plugin], bool]


def in_plain_text(plugin: Plugin) -> bool:
    with plugin.handshake.connect() as connection:
        return speaks_grpc(connection)


def with_garbage(plugin: Plugin) -> bool:
    with plugin.handshake.connect() as connection:
        connection.sendall(bytes(range(256)) * 64)
        return connection.recv(1024)[:1] not in (b"", b"\x15")


def without_a_word(plugin: Plugin) -> bool:
    plugin.handshake.connect().close()
    return False


def with_half_a_handshake(plugin: Plugin) -> bool:
    with plugin.handshake.connect() as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01")
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1024)[:1] not in (b"", b"\x15")


def without_a_certificate(plugin: Plugin) -> bool:
    return _in_tls(plugin, None)


def with_another_certificate_of_the_same_subject(plugin: Plugin) -> bool:
    return _in_tls(plugin, pair())


def with_a_certificate_that_the_hosts_own_has_signed(plugin: Plugin) -> bool:
    # The host's certificate is an authority, so OpenSSL trusts what it signs: the very certificate is asked for.
    assert plugin.pair is not None
    return _in_tls(plugin, pair(signed_by=plugin.pair))


def with_a_certificate_of_another_subject_that_the_hosts_own_has_signed(plugin: Plugin) -> bool:
    assert plugin.pair is not None
    return _in_tls(plugin, pair(subject="stranger", signed_by=plugin.pair))


def _in_tls(plugin: Plugin, own: object) -> bool:
    assert plugin.handshake.certificate is not None
    try:
        with tls(plugin.handshake.connect(), own, plugin.handshake.certificate) as connection:  # type: ignore[arg-type]
            return speaks_grpc(connection)
    except OSError:
        return False


STRANGERS: list[Knock] = [
    in_plain_text,
    with_garbage,
    without_a_word,
    with_half_a_handshake,
    without_a_certificate,
    with_another_certificate_of_the_same_subject,
    with_a_certificate_that_the_hosts_own_has_signed,
    with_a_certificate_of_another_subject_that_the_hosts_own_has_signed,
]


@pytest.mark.parametrize("knock", STRANGERS)
@pytest.mark.parametrize("transport", ["socket", "tcp"])
def test_a_stranger_is_not_answered_and_the_host_still_is(knock: Knock, transport: str) -> None:
    with Plugin(environment={"M365_PLUGIN_TCP": "1"} if transport == "tcp" else {}) as plugin:
        assert not knock(plugin)
        plugin.configure()
        assert plugin.value("probe_echo", text="a")["back"] == "a"
        assert not knock(plugin)
        assert plugin.value("probe_echo", text="b")["back"] == "b"
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout(), plugin.stderr()) == (0, b"", "")


def test_strangers_do_not_count_as_the_host_that_the_process_waits_for() -> None:
    with Plugin(environment={"M365_PLUGIN_CONNECT_SECONDS": "1"}) as plugin:
        for knock in STRANGERS:
            assert not knock(plugin)
        assert plugin.wait(10) == 0
        assert not plugin.handshake.folder.exists()


def test_the_inner_port_of_tcp_is_closed_to_all_but_the_process_itself() -> None:
    with Plugin(environment={"M365_PLUGIN_TCP": "1"}) as plugin:
        plugin.configure()
        listening = plugin.value("probe_inside")["listening"]
        assert plugin.handshake.address in listening
        (inner,) = set(listening) - {plugin.handshake.address}
        host, _, port = inner.rpartition(":")
        assert host in ("127.0.0.1", "::ffff:127.0.0.1")
        address = ("127.0.0.1", int(port))
        assert plugin.handshake.certificate is not None
        with socket.create_connection(address, 10) as connection:
            assert not speaks_grpc(connection)
        for own in (None, plugin.pair, pair()):
            try:
                with tls(socket.create_connection(address, 10), own, plugin.handshake.certificate) as connection:
                    assert not speaks_grpc(connection)
            except OSError:
                continue
        assert plugin.value("probe_echo", text="a")["back"] == "a"
