"""Calls about the resources of the provider of full size, as Terraform makes them."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provider.framework import msgpack
from provider.framework.normal import OWN, read
from provider.framework.provider import Configured, Provider
from provider.framework.resource import Resource
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.scale import shape

SERVE = (sys.executable, "-I", str(Path(__file__).with_name("serve.py")))


def value(name: str, config: Mapping[str, Any] | None) -> pb.DynamicValue:
    """Return a configuration or state of a type as Terraform sends it: with every attribute, at every depth."""
    declared = shape.resource(name)
    assert declared is not None
    return pb.DynamicValue(msgpack=msgpack.encode(read(config, declared.schema.type, OWN)))


def plan(name: str, config: Mapping[str, Any]) -> pb.PlanResourceChange.Request:
    """Return the request to plan a new resource; nothing here looks at the proposed state."""
    return pb.PlanResourceChange.Request(
        type_name=name,
        prior_state=value(name, None),
        config=value(name, config),
        proposed_new_state=value(name, config),
    )


def change(name: str, number: int) -> pb.PlanResourceChange.Request:
    """Return the request to plan a change of one text in a full resource, to another one for each number."""
    prior = {**shape.fullest(name), "id": "made"}
    config = {**prior, "id": None, "display_name": f"name {number}"}
    return pb.PlanResourceChange.Request(
        type_name=name,
        prior_state=value(name, prior),
        config=value(name, config),
        proposed_new_state=value(name, {**config, "id": "made"}),
    )


def session(resource: Resource[Any]) -> Session[None]:
    """Return the session of a configured provider that has one resource type."""
    made: Session[None] = Session(
        Provider(
            name="microsoft365",
            schema=lambda: shape.PROVIDER,
            constant=lambda _rpc: b"",
            data_source_names=(),
            data_source=lambda _name: None,
            validate=lambda _config: (),
            configure=lambda _config, _version, _token: Configured(None),
            resource_names=(resource.name,),
            resource={resource.name: resource}.get,
        )
    )
    made.configured = Configured(None)
    return made
