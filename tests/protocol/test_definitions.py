"""The definitions under `proto/` compile to exactly the facts of the protocol: nothing less, nothing more.

`facts.json` states protocol 6.11 and go-plugin's own services, one message, enum or service a line. A field reads
`number [repeated|optional] type [type name] [oneof name]`, where `optional` is the word of proto3 that makes presence
visible; an RPC reads `[stream] request -> [stream] answer`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from provider.protocol.stubs import go_plugin_pb2, health_pb2, tfplugin6_pb2

Facts = dict[str, dict[str, dict[str, Any]]]

LABELS = {
    FieldDescriptorProto.LABEL_OPTIONAL: (),
    FieldDescriptorProto.LABEL_REQUIRED: ("required",),
    FieldDescriptorProto.LABEL_REPEATED: ("repeated",),
}

HEALTH: Facts = {
    "enums": {
        "grpc.health.v1.HealthCheckResponse.ServingStatus": {
            "UNKNOWN": 0,
            "SERVING": 1,
            "NOT_SERVING": 2,
            "SERVICE_UNKNOWN": 3,
        },
    },
    "messages": {
        "grpc.health.v1.HealthCheckRequest": {"service": "1 string"},
        "grpc.health.v1.HealthCheckResponse": {"status": "1 enum grpc.health.v1.HealthCheckResponse.ServingStatus"},
    },
    "services": {
        "grpc.health.v1.Health": {
            "Check": "grpc.health.v1.HealthCheckRequest -> grpc.health.v1.HealthCheckResponse",
            "Watch": "grpc.health.v1.HealthCheckRequest -> stream grpc.health.v1.HealthCheckResponse",
        },
    },
}


def stated_facts() -> Facts:
    """The facts of `facts.json`."""
    facts: Facts = json.loads(Path(__file__).with_name("facts.json").read_text(encoding="utf-8"))
    return facts


def field_text(field: FieldDescriptorProto, message: DescriptorProto) -> str:
    """One field in the notation of `facts.json`."""
    words = [str(field.number), *LABELS[field.label]]
    if field.proto3_optional:
        words.append("optional")
    words.append(FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower())
    if field.type_name:
        words.append(field.type_name.removeprefix("."))
    # protoc gives each proto3 `optional` a oneof of its own, which nobody wrote.
    if field.HasField("oneof_index") and not field.proto3_optional:
        words += ["oneof", message.oneof_decl[field.oneof_index].name]
    return " ".join(words)


def messages(scope: str, nested: list[DescriptorProto]) -> Iterator[tuple[str, DescriptorProto]]:
    """Every message under `scope` with its full name."""
    for message in nested:
        name = f"{scope}.{message.name}"
        yield name, message
        yield from messages(name, list(message.nested_type))


def compiled_facts(*files: FileDescriptor) -> Facts:
    """What the descriptors of the stubs say, in the notation of `facts.json`."""
    facts: Facts = {"enums": {}, "messages": {}, "services": {}}
    for file in files:
        proto = FileDescriptorProto()
        file.CopyToProto(proto)
        enums: list[tuple[str, EnumDescriptorProto]] = [(proto.package, enum) for enum in proto.enum_type]
        for name, message in messages(proto.package, list(proto.message_type)):
            facts["messages"][name] = {field.name: field_text(field, message) for field in message.field}
            enums += [(name, enum) for enum in message.enum_type]
        for scope, enum in enums:
            facts["enums"][f"{scope}.{enum.name}"] = {value.name: value.number for value in enum.value}
        for service in proto.service:
            facts["services"][f"{proto.package}.{service.name}"] = {
                rpc.name: (
                    f"{'stream ' if rpc.client_streaming else ''}{rpc.input_type.removeprefix('.')} -> "
                    f"{'stream ' if rpc.server_streaming else ''}{rpc.output_type.removeprefix('.')}"
                )
                for rpc in service.method
            }
    return facts


@pytest.mark.parametrize("kind", ["enums", "messages", "services"])
@pytest.mark.parametrize(
    ("compiled", "stated"),
    [
        pytest.param(compiled_facts(tfplugin6_pb2.DESCRIPTOR, go_plugin_pb2.DESCRIPTOR), stated_facts(), id="protocol"),
        pytest.param(compiled_facts(health_pb2.DESCRIPTOR), HEALTH, id="health"),
    ],
)
def test_the_compiled_definitions_are_the_facts(compiled: Facts, stated: Facts, kind: str) -> None:
    have, want = compiled[kind], stated[kind]
    differences = {
        name: {"compiled": have.get(name), "facts": want.get(name)}
        for name in sorted(have.keys() | want.keys())
        if have.get(name) != want.get(name)
    }
    assert differences == {}


def test_the_facts_are_those_of_both_packages() -> None:
    facts = stated_facts()
    assert {kind: {name.partition(".")[0] for name in facts[kind]} for kind in facts} == {
        "enums": {"plugin", "tfplugin6"},
        "messages": {"plugin", "tfplugin6"},
        "services": {"plugin", "tfplugin6"},
    }
