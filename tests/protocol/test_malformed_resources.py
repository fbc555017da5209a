"""Messages about resources that no host would send: always an answer that blames the message, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider.framework.cancellation import CancelToken
from provider.framework.meaning import equal_json
from provider.framework.resource import Identity
from provider.framework.schema import (
    block,
    computed,
    dynamic,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    optional,
    required,
    set_of,
    string,
)
from provider.framework.timeouts import timeouts
from provider.protocol.calls import answer
from provider.protocol.rpcs import RPCS
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import call, resource, session, told

EXAMPLES = settings(max_examples=100, deadline=None, derandomize=True, database=None)

INSIDE = {"v": optional(string(), "V."), "c": computed(string(), "C.", keep_prior=True)}
THING = resource(
    {
        "id": computed(string(), "Id.", keep_prior=True),
        "name": required(string(same=equal_json()), "Name.", replace=True),
        "size": optional(number(), "Size.", default=3),
        "any": optional(dynamic(), "Any."),
        "words": optional(set_of(string()), "Words."),
        "tags": optional(map_of(string()), "Tags."),
        "many": optional(nested_list(INSIDE), "Many."),
        "several": optional(nested_set(INSIDE), "Several."),
        "named": optional(nested_map(INSIDE), "Named.", computed=True),
        "secret": optional(string(), "Secret.", write_only=True),
        "rule": block(nested_list(INSIDE), "Rules."),
        "timeouts": timeouts("create", "read"),
    },
    lambda _operation: {"id": "1"},
    version=1,
    identity=Identity(("id",)),
)
SESSION = session(THING)

# A value in any place where a host sends one.
REQUESTS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "ValidateResourceConfig": lambda data: {"config": _value(data)},
    "PlanResourceChange": lambda data: {"config": _value(data), "prior_state": _value(data), "prior_private": data},
    "ApplyResourceChange": lambda data: {
        "config": _value(data),
        "planned_state": _value(data),
        "prior_state": _value(b"\xc0"),
        "planned_private": data,
    },
    "ReadResource": lambda data: {"current_state": _value(data), "private": data},
    "ImportResourceState": lambda data: {"identity": pb.ResourceIdentityData(identity_data=_value(data))},
    "UpgradeResourceState": lambda data: {"version": 1, "raw_state": pb.RawState(json=data)},
    "UpgradeResourceIdentity": lambda data: {"raw_identity": pb.RawState(json=data)},
}


def _value(data: bytes) -> pb.DynamicValue:
    return pb.DynamicValue(msgpack=data)


def _in_json(part: Any) -> Any:
    return pb.DynamicValue(json=part.msgpack) if isinstance(part, pb.DynamicValue) else part


def send(data: bytes) -> None:
    for rpc, fields in REQUESTS.items():
        given = fields(data)
        sound(rpc, call(SESSION, rpc, **given))
        sound(rpc, call(SESSION, rpc, **{name: _in_json(part) for name, part in given.items()}))


def sound(rpc: str, response: Any) -> None:
    """Assert that an answer blames the message, if anything, and not the provider."""
    assert ("ERROR", "The provider failed unexpectedly") not in told(response), rpc


@EXAMPLES
@given(st.binary(max_size=200))
def test_random_bytes_as_a_value(data: bytes) -> None:
    send(data)


SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=12)),
)
ATTRIBUTES = st.sampled_from([*THING.schema.attributes, "v", "c", "read", "x"])
TREES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ATTRIBUTES, inner, max_size=4)),
    max_leaves=12,
)


@EXAMPLES
@given(st.dictionaries(ATTRIBUTES, TREES, max_size=6))
def test_any_value_in_place_of_an_object(tree: Any) -> None:
    send(msgpack.packb(tree))


@EXAMPLES
@given(st.binary(max_size=100))
def test_random_bytes_as_a_request(data: bytes) -> None:
    for rpc in REQUESTS:
        response = getattr(pb, rpc).Response.FromString(answer(SESSION, RPCS[rpc], data, CancelToken()))
        sound(rpc, response)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x91" * 100_000,
        b"[" * 100_000,
        b'{"many":' * 50_000,
        b"\x81\xa4many" * 20_000 + b"\xc0",
        b'{"size": 1e999999999}',
        b'{"size": ' + b"9" * 100_000 + b"}",
        b'{"any": {"value": 1, "type": ' + b'["list",' * 10_000 + b'"string"' + b"]" * 10_000 + b"}}",
        b'{"timeouts": {"read": "soon"}}',
        msgpack.packb({"timeouts": {"read": "soon", "create": "-"}}),
        msgpack.packb({"rule": None, "many": [None], "several": [None, None], "named": {"": None}}),
    ],
    ids=lambda data: f"{data[:24]!r}",
)
def test_a_value_that_was_made_to_hurt(data: bytes) -> None:
    send(data)
