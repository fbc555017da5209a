"""A provider of full size: what it costs to have, to serve and to plan follows what is used of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from provider.framework import outline
from provider.framework.normal import OWN, read
from provider.framework.planning import plan_attributes
from provider.framework.schema import Attribute, Nested
from provider.framework.state import Stored
from provider.framework.write_only import without_write_only
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import Plugin, unpacked
from tests.scale import shape
from tests.scale.host import plan
from tests.terraform import Terraform

MEGABYTE = 1 << 20
POLICY = shape.RECURSIVE[1]


def test_what_is_compiled_has_everything(compiled: Path) -> None:
    answer = pb.GetProviderSchema.Response.FromString((compiled / "GetProviderSchema.binpb").read_bytes())
    sizes = {name: _size(schema.block.attributes) for name, schema in answer.resource_schemas.items()}

    assert len(sizes) == 170
    assert sum(size for size, _ in sizes.values()) == 56_324
    assert {name: size for name, size in sizes.items() if size[1] > 10} == {
        shape.RECURSIVE[0]: (17_390, 22),
        shape.RECURSIVE[1]: (17_386, 22),
        shape.RECURSIVE[2]: (17_380, 22),
    }


def _size(attributes: Any) -> tuple[int, int]:
    """Return how many attributes there are, and on how many levels."""
    inside = [_size(attribute.nested_type.attributes) for attribute in attributes if attribute.HasField("nested_type")]
    return len(attributes) + sum(size for size, _ in inside), 1 + max((levels for _, levels in inside), default=0)


def test_what_is_compiled_is_as_large_as_it_has_to_be(compiled: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in compiled.iterdir()}
    outlines = {name: size for name, size in sizes.items() if name.endswith(".json")}

    assert len(outlines) == 170
    assert sizes["GetProviderSchema.binpb"] < 7 * MEGABYTE
    # A type that holds itself is no longer than what is written once in it.
    assert max(outlines.values()) < 8_000


def test_declaring_and_compiling_take_seconds_at_most(tmp_path: Path) -> None:
    shape.forget()
    begun = time.process_time()
    shape.compile_into(tmp_path, shape.names())
    assert time.process_time() - begun < 8


def test_outlines_are_the_types(compiled: Path) -> None:
    for name in shape.names():
        declared = shape.resource(name)
        assert declared is not None
        stored = outline.read((compiled / f"{name}.json").read_bytes())
        assert stored == Stored(declared.schema.version, declared.schema.type)


def _all_nested(attributes: Mapping[str, Attribute], seen: dict[int, Nested]) -> dict[int, Nested]:
    for attribute in attributes.values():
        kind = attribute.kind
        if isinstance(kind, Nested) and id(kind) not in seen:
            seen[id(kind)] = kind
            _all_nested(kind.attributes, seen)
    return seen


def _with_values(attributes: Mapping[str, Attribute], config: Mapping[str, Any]) -> set[int]:
    """Return the ids of those nested kinds of which a configuration has an object."""
    found: set[int] = set()
    for name, value in config.items():
        kind = attributes[name].kind
        if isinstance(kind, Nested):
            for part in value if isinstance(value, list) else [value]:
                found |= {id(kind)} | _with_values(kind.attributes, part)
    return found


def _cut(config: Any, levels: int) -> Any:
    """Return a configuration without what lies deeper."""
    if isinstance(config, dict):
        return {
            name: _cut(part, levels - 1)
            for name, part in config.items()
            if levels > 1 or not isinstance(part, dict | list)
        }
    return [_cut(part, levels) for part in config] if isinstance(config, list) else config


@pytest.mark.parametrize("levels", [1, 2, 5, 10, 22])
@pytest.mark.parametrize("name", shape.RECURSIVE)
def test_planning_looks_at_what_the_value_has(name: str, levels: int) -> None:
    shape.forget()
    declared = shape.resource(name)
    assert declared is not None
    schema, config = declared.schema, _cut(shape.deepest(name), levels)

    planned = plan_attributes(schema, read(config, schema.type, OWN), None, {}).planned

    assert planned is not None
    nested = _all_nested(schema.attributes, {})
    used = {at for at, kind in nested.items() if "object" in vars(kind) and kind.object.derived}
    assert used == _with_values(schema.attributes, config)
    assert (levels > 1) <= len(used) < len(nested)


def _made(plugin: Plugin) -> list[str]:
    found: list[str] = plugin.value("microsoft365_made")["names"]
    return found


def test_a_process_makes_the_declarations_that_calls_name(plugin: Plugin, compiled: Path) -> None:
    served = plugin.call("GetProviderSchema").SerializeToString(deterministic=True)
    assert served == (compiled / "GetProviderSchema.binpb").read_bytes()
    assert len(plugin.call("GetMetadata").resources) == 170
    assert _made(plugin) == []

    # A state of today is answered for without its declaration.
    stored = json.dumps({**shape.deepest(POLICY), "id": "a"}).encode()
    state = pb.UpgradeResourceState.Request(type_name=POLICY, raw_state=pb.RawState(json=stored))
    assert plugin.call("UpgradeResourceState", state).upgraded_state.json == stored
    assert _made(plugin) == []

    assert not plugin.call("PlanResourceChange", plan(POLICY, shape.deepest(POLICY))).diagnostics
    assert _made(plugin) == [POLICY]


def test_each_type_is_planned_to_its_last_level(plugin: Plugin) -> None:
    for name in shape.names():
        config = shape.deepest(name)
        answer = plugin.call("PlanResourceChange", plan(name, config))
        assert not answer.diagnostics, answer.diagnostics
        declared = shape.resource(name)
        assert declared is not None
        kept = without_write_only(declared.schema, read(config, declared.schema.type, OWN))
        assert _given(unpacked(answer.planned_state), config) == _given(kept, config)


def _given(planned: Any, config: Any) -> Any:
    """Return as much of a value as the configuration gives."""
    if isinstance(config, dict):
        return {name: _given(planned[name], part) for name, part in config.items()}
    if isinstance(config, list):
        return [_given(part, other) for part, other in zip(planned, config, strict=True)]
    return planned


def test_terraform_takes_the_schema(terraform: Callable[[str], Terraform]) -> None:
    command = terraform(
        json.dumps({"resource": {name: {"x": shape.deepest(name)} for name in (*shape.FIVE, *shape.RECURSIVE)}})
    )
    found = json.loads(command.run("providers", "schema", "-json").stdout)["provider_schemas"]

    assert len(found["registry.terraform.io/local/microsoft365"]["resource_schemas"]) == 170
    command.validate()


def test_terraform_applies_a_type_that_holds_itself(terraform: Callable[[str], Terraform]) -> None:
    # One will do: Terraform itself takes a second for each step of each of them.
    command = terraform(json.dumps({"resource": {POLICY: {"x": shape.deepest(POLICY)}}}))

    assert "1 added" in command.apply().stdout
    assert command.run("plan", "-input=false", "-no-color", "-detailed-exitcode").status == 0
