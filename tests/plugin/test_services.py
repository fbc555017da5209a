"""go-plugin's own services and gRPC's health service."""

import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import grpc
import pytest

from provider.protocol.stubs import go_plugin_pb2, health_pb2
from tests.plugin.host import Plugin, eventually

HEALTH = "grpc.health.v1.Health"


def stays_open(call: Any, seconds: float = 0.4) -> bool:
    """Tell whether a stream says nothing and does not end for a while."""
    heard: list[Any] = []

    def listen() -> None:
        with suppress(grpc.RpcError):
            heard.extend(call)
        heard.append("the end")

    # Only who reads a stream learns of its end.
    listener = Thread(target=listen, daemon=True)
    listener.start()
    listener.join(seconds)
    return not heard and bool(call.is_active())


@pytest.mark.parametrize("service", ["plugin", ""])
def test_health(service: str, plugin: Plugin) -> None:
    answer = plugin.call("Check", health_pb2.HealthCheckRequest(service=service), service=HEALTH)
    assert answer.status == answer.SERVING


def test_health_of_a_service_that_is_not_here(plugin: Plugin) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        plugin.call("Check", health_pb2.HealthCheckRequest(service="another"), service=HEALTH)
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


def test_health_is_watched(plugin: Plugin) -> None:
    watch = plugin.stream("Watch", health_pb2.HealthCheckRequest(service="plugin"), service=HEALTH)
    first = next(watch)
    assert first.status == first.SERVING
    assert stays_open(watch)
    watch.cancel()


def test_the_stdio_stream_stays_open_and_silent(plugin: Plugin) -> None:
    stdio = plugin.stream("StreamStdio", service="plugin.GRPCStdio")
    assert not plugin.read("probe_print", text="stray").diagnostics
    assert stays_open(stdio)
    stdio.cancel()


def test_the_broker_stream_stays_open(plugin: Plugin) -> None:
    done = Event()

    def requests() -> Iterator[go_plugin_pb2.ConnInfo]:
        for number in range(3):
            yield go_plugin_pb2.ConnInfo(service_id=number, network="unix", address="/nowhere")
        done.wait(10)

    broker = plugin.stream("StartStream", requests(), service="plugin.GRPCBroker")
    assert stays_open(broker)
    done.set()
    for _ in eventually(5):
        if not broker.is_active():
            break
    assert broker.code() is grpc.StatusCode.OK


def test_an_unknown_service_is_refused(plugin: Plugin) -> None:
    for method in ("/tfplugin6.Provider/Nothing", "/tfplugin5.Provider/GetSchema", "/a.B/C"):
        call: Any = plugin.channel.unary_unary(method)
        with pytest.raises(grpc.RpcError) as refused:
            call(b"", timeout=5)
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_shutdown_ends_the_process_though_streams_are_open() -> None:
    with Plugin() as plugin:
        stdio = plugin.stream("StreamStdio", service="plugin.GRPCStdio")
        broker = plugin.stream("StartStream", iter(lambda: time.sleep(0.1), 0), service="plugin.GRPCBroker")
        assert stays_open(stdio)
        plugin.shutdown()
        assert plugin.wait(5) == 0
        stdio.cancel()
        broker.cancel()
