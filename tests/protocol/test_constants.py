"""What is compiled ahead: schemas and metadata as Terraform reads them, outlines as the provider does."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework import outline, types
from provider.framework.provider import DataSource, Provider
from provider.framework.resource import Identity, Resource
from provider.framework.schema import (
    Attribute,
    Schema,
    block,
    boolean,
    computed,
    dynamic,
    integer,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    single,
    string,
)
from provider.framework.state import Stored
from provider.protocol.constants import CAPABILITIES, compile_constants, compile_outlines
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.protocol.served import never, provider

V = {"v": required(string(), "V.")}
ATTRIBUTES: dict[str, Attribute] = {
    "id": computed(string(), "Id."),
    "name": required(string(), "Name.", sensitive=True),
    "size": optional(integer(), "Size.", default=3),
    "secret": optional(string(), "Secret.", write_only=True),
    "any": optional(dynamic(), "Any."),
    "old": optional(map_of(boolean()), "Old.", deprecated="Use any."),
    "named": optional(nested_map(V), "Named."),
    "rule": block(nested_list({**V, "inner": block(single(V), "Inner.", at_most=1)}), "Rules.", at_least=1, at_most=4),
    "part": block(nested_set(V), "Parts."),
    "must": block(single(V), "Must be there.", at_least=1, at_most=1),
}
BIG: Resource[str] = Resource(
    "test_big",
    Schema(ATTRIBUTES, "A *big* thing.", version=2, deprecated="Use test_small."),
    never,
    never,
    never,
    never,
    upgrades={0: dict, 1: dict},
    identity=Identity(("id", "size"), optional=("size",), version=1),
)
SMALL: Resource[str] = Resource(
    "test_small", Schema({"a": optional(string(), "A.")}, "Small."), never, never, never, never
)
SOURCE: DataSource[str] = DataSource(
    "test_source", Schema({"a": required(string(), "A."), "b": computed(string(), "B.")}, "Reads."), lambda *_given: {}
)


def made(**more: Any) -> Provider[str]:
    sources = {"test_source": SOURCE}
    return provider(SMALL, BIG, data_source_names=tuple(sources), data_source=sources.get, **more)


def compiled(rpc: str, **more: Any) -> Any:
    return getattr(pb, rpc).Response.FromString(compile_constants(made(**more))[rpc])


def test_metadata_names_everything_in_order() -> None:
    answer = compiled("GetMetadata")
    assert [found.type_name for found in answer.resources] == ["test_big", "test_small"]
    assert [found.type_name for found in answer.data_sources] == ["test_source"]
    assert answer.server_capabilities == CAPABILITIES


def test_capabilities_are_what_is_true() -> None:
    assert pb.ServerCapabilities(get_provider_schema_optional=True, plan_destroy=True) == CAPABILITIES


def test_schemas_of_all_types() -> None:
    answer = compiled("GetProviderSchema")
    assert answer.server_capabilities == CAPABILITIES
    assert sorted(answer.resource_schemas) == ["test_big", "test_small"]
    assert sorted(answer.data_source_schemas) == ["test_source"]
    assert [found.name for found in answer.data_source_schemas["test_source"].block.attributes] == ["a", "b"]
    assert answer.provider.block.description == "A provider."


def big() -> pb.Schema:
    schema: pb.Schema = compiled("GetProviderSchema").resource_schemas["test_big"]
    return schema


def test_a_schema_as_a_whole() -> None:
    schema = big()
    assert schema.version == 2
    assert (schema.block.description, schema.block.description_kind) == ("A *big* thing.", pb.MARKDOWN)
    assert (schema.block.deprecated, schema.block.deprecation_message) == (True, "Use test_small.")


FLAGS: list[tuple[str, dict[str, Any]]] = [
    ("any", {"optional": True, "type": b'"dynamic"'}),
    ("id", {"computed": True, "type": b'"string"'}),
    ("name", {"required": True, "sensitive": True, "type": b'"string"'}),
    (
        "named",
        {
            "optional": True,
            "nested_type": pb.Schema.Object(
                nesting=pb.Schema.Object.MAP,
                attributes=[
                    pb.Schema.Attribute(
                        name="v", type=b'"string"', required=True, description="V.", description_kind=pb.MARKDOWN
                    )
                ],
            ),
        },
    ),
    ("old", {"optional": True, "type": b'["map", "bool"]', "deprecated": True, "deprecation_message": "Use any."}),
    ("secret", {"optional": True, "write_only": True, "type": b'"string"'}),
    ("size", {"optional": True, "computed": True, "type": b'"number"'}),
]


@pytest.mark.parametrize(("name", "fields"), FLAGS, ids=[case[0] for case in FLAGS])
def test_attributes(name: str, fields: dict[str, Any]) -> None:
    attributes = big().block.attributes
    assert [found.name for found in attributes] == [case[0] for case in FLAGS], "blocks are no attributes"
    (found,) = (found for found in attributes if found.name == name)
    expected = pb.Schema.Attribute(
        name=name, description=ATTRIBUTES[name].about, description_kind=pb.MARKDOWN, **fields
    )
    assert found == expected


def test_blocks() -> None:
    must, part, rule = big().block.block_types
    nesting = pb.Schema.NestedBlock
    assert (must.type_name, must.nesting, must.min_items, must.max_items) == ("must", nesting.SINGLE, 1, 1)
    assert (part.type_name, part.nesting, part.min_items, part.max_items) == ("part", nesting.SET, 0, 0)
    assert (rule.type_name, rule.nesting, rule.min_items, rule.max_items) == ("rule", nesting.LIST, 1, 4)
    assert (rule.block.description, rule.block.description_kind) == ("Rules.", pb.MARKDOWN)
    assert [found.name for found in rule.block.attributes] == ["v"]
    (inner,) = rule.block.block_types
    # The bounds of a single block have to be equal.
    assert (inner.type_name, inner.nesting, inner.min_items, inner.max_items) == ("inner", nesting.SINGLE, 0, 0)
    assert [found.name for found in inner.block.attributes] == ["v"]


def test_identities() -> None:
    answer = compiled("GetResourceIdentitySchemas")
    assert list(answer.identity_schemas) == ["test_big"]
    schema = answer.identity_schemas["test_big"]
    assert schema.version == 1
    assert [
        (part.name, part.type, part.required_for_import, part.optional_for_import)
        for part in schema.identity_attributes
    ] == [("id", b'"string"', True, False), ("size", b'"number"', False, True)]


def test_there_are_no_functions() -> None:
    assert compile_constants(made())["GetFunctions"] == b""


def test_what_is_compiled_depends_on_nothing_but_the_declarations() -> None:
    turned = provider(BIG, SMALL, data_source_names=("test_source",), data_source={"test_source": SOURCE}.get)
    assert compile_constants(turned) == compile_constants(made())
    assert compile_outlines(turned) == compile_outlines(made())


def test_outlines_tell_version_and_type() -> None:
    outlines = compile_outlines(made())
    assert list(outlines) == ["test_big", "test_small"]
    stored = outline.read(outlines["test_big"])
    assert stored == Stored(2, BIG.schema.type)
    assert isinstance(stored.type, types.Object)
    rule = types.Object({"v": types.STRING, "inner": types.Object({"v": types.STRING})})
    assert stored.type.attributes["rule"] == types.list_of(rule), "blocks are part of a state"
