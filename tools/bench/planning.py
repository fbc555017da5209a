"""Planning a resource whose type holds itself, against the same value in a type that ends where the value does.

The value, byte by byte, is the same for both: what is null in it is an object without attributes in the flat type, and
thousands of attributes in the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.resource import Resource
from provider.framework.schema import Attribute, Nested, Schema
from provider.protocol.calls import answer
from provider.protocol.rpcs import RPCS
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.scale import shape
from tests.scale.host import plan, session
from tools.bench.measuring import Row, interleaved, row

TARGET = 1.5
NAME = shape.RECURSIVE[1]


def rows(runs: int) -> list[Row]:
    """Measure the planning of a value that goes down to the last level."""
    config = shape.deepest(NAME)
    request = plan(NAME, config).SerializeToString()
    recursive = shape.resource(NAME)
    assert recursive is not None
    flat = replace(recursive, schema=Schema(_flat(recursive.schema.attributes, [config]), recursive.schema.about))
    ours, floors = interleaved(20 * runs, _planned(recursive, request), _planned(flat, request))
    return [row("plan_recursive_type", ours, floors, TARGET)]


def _flat(attributes: Mapping[str, Attribute], objects: list[Mapping[str, Any]]) -> dict[str, Attribute]:
    """Return attributes without what is in none of these objects."""
    flat = {}
    for name, attribute in attributes.items():
        kind = attribute.kind
        if isinstance(kind, Nested):
            inside = [part for value in objects if (given := value.get(name)) for part in _parts(given)]
            kind = Nested(kind.nesting, _flat(kind.attributes, inside) if inside else {})
        flat[name] = replace(attribute, kind=kind)
    return flat


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _planned(resource: Resource[Any], request: bytes) -> Callable[[], float]:
    """Return a function that plans, from the bytes of the request to those of the answer, and tells how long."""
    served = session(resource)

    def measured() -> float:
        begin = time.perf_counter()
        planned = answer(served, RPCS["PlanResourceChange"], request, CancelToken())
        taken = time.perf_counter() - begin
        assert not pb.PlanResourceChange.Response.FromString(planned).diagnostics
        return taken

    return measured
