"""Messages that no host would send: always an answer, never a crash, never a dead process."""

from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import Plugin, begin

SOURCE = "microsoft365_client_config"
EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True, database=None)

REQUESTS: dict[str, Callable[[pb.DynamicValue], Any]] = {
    "ValidateProviderConfig": lambda value: pb.ValidateProviderConfig.Request(config=value),
    "ConfigureProvider": lambda value: pb.ConfigureProvider.Request(config=value),
    "ValidateDataResourceConfig": lambda value: pb.ValidateDataResourceConfig.Request(type_name=SOURCE, config=value),
    "ReadDataSource": lambda value: pb.ReadDataSource.Request(type_name=SOURCE, config=value),
}


def _extension(code: int, content: bytes) -> Any:
    return msgpack.ExtType(code, content)


SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.builds(_extension, st.integers(0, 127), st.binary(max_size=12)),
)
NAMES = st.sampled_from(["cloud", "tenant_id", "auth_method", "entra_id_options", "client_options", "client_id", "x"])
TREES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES | SIMPLE, inner, max_size=4)),
    max_leaves=12,
)


def sound(answer: Any) -> None:
    """Assert that an answer blames the message, if anything, and not the provider."""
    for diagnostic in answer.diagnostics:
        assert diagnostic.summary != "The provider failed unexpectedly", diagnostic


def send(provider: Plugin, value: pb.DynamicValue) -> None:
    for rpc, request in REQUESTS.items():
        sound(begin(provider.channel, rpc, request(value)).result())


@EXAMPLES
@given(raw=st.binary(max_size=200))
def test_random_bytes_as_a_value(raw: bytes, provider: Plugin) -> None:
    send(provider, pb.DynamicValue(msgpack=raw))


@EXAMPLES
@given(tree=TREES)
def test_any_value_in_place_of_the_block(tree: Any, provider: Plugin) -> None:
    send(provider, pb.DynamicValue(msgpack=msgpack.packb(tree)))


@EXAMPLES
@given(
    tree=st.dictionaries(NAMES, TREES | st.dictionaries(NAMES, TREES, max_size=3), max_size=5),
    cut=st.integers(0, 300),
    spoilt=st.binary(max_size=3),
)
def test_a_block_that_is_cut_or_spoilt(tree: Any, cut: int, spoilt: bytes, provider: Plugin) -> None:
    raw = msgpack.packb(tree)
    cut %= len(raw) + 1
    send(provider, pb.DynamicValue(msgpack=raw[:cut] + spoilt + raw[cut + len(spoilt) :]))


@EXAMPLES
@given(raw=st.binary(max_size=100))
def test_random_bytes_as_a_request(raw: bytes, provider: Plugin) -> None:
    for rpc in (*REQUESTS, "GetMetadata", "GetProviderSchema"):
        sound(begin(provider.channel, rpc, raw).result())
    # What is not served answers whatever the request holds.
    (diagnostic,) = begin(provider.channel, "MoveResourceState", raw).result().diagnostics
    assert diagnostic.summary == "MoveResourceState is not supported"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc1",
        b"\x91" * 100_000,
        b"\x81\xa1x" * 50_000 + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x00",
        b"\x81\xa5cloud\xd6\xff\x00\x00\x00\x00",
        b"\x81\xa5cloud\xc7\x00\xff",
        b"\x81\xa5cloud\xa2\xff\xfe",
        b"\x81\xc4\x05cloud\xa6public",
        b"\x82\xa5cloud\xa6public\xa5cloud\xa4mars",
        msgpack.packb({"client_options": {"max_retries": "1e999999999"}}),
        msgpack.packb({"client_options": {"max_retries": "1e-999999999999"}}),
        msgpack.packb({"client_options": {"max_retries": "9" * 1_000_000}}),
        msgpack.packb({"client_options": {"max_retries": "NaN"}}),
        msgpack.packb({"client_options": {"max_retries": float("inf")}}),
        msgpack.packb({"client_options": {"max_retries": "0x10"}}),
        msgpack.packb({"client_options": {"max_retries": True}}),
        msgpack.packb({"cloud": "x" * 1_000_000}),
        msgpack.packb({"tenant_id": "a." * 100_000}),
        msgpack.packb({"tenant_id": "-" * 100_000}),
        msgpack.packb({"client_options": {"proxy_url": "http://[" + "1" * 100_000}}),
        msgpack.packb({"client_options": {"proxy_url": "http://a:99999999999/"}}),
        msgpack.packb({"client_options": {"proxy_url": "http://\x00"}}),
        msgpack.packb({"entra_id_options": {"managed_identity_id": "/subscriptions/" * 20_000}}),
    ],
    ids=lambda raw: f"{raw[:24]!r}",
)
def test_a_value_that_was_made_to_hurt(raw: bytes, provider: Plugin) -> None:
    send(provider, pb.DynamicValue(msgpack=raw))


def test_a_value_in_json_is_not_taken_for_nothing(provider: Plugin) -> None:
    # Terraform sends MessagePack; what comes otherwise must not pass as an empty block.
    answer = provider.call(
        "ValidateProviderConfig",
        pb.ValidateProviderConfig.Request(config=pb.DynamicValue(json=b'{"cloud": "mars"}')),
    )
    assert len(answer.diagnostics) == 1


def test_deeply_nested_protocol_buffers(provider: Plugin) -> None:
    # Field 2 inside field 2 inside …: more levels than the parser goes.
    raw = b""
    for _ in range(200):
        raw = b"\x0a" + _varint(len(raw)) + raw
    sound(begin(provider.channel, "ConfigureProvider", raw).result())


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
