"""The outline of a resource type, compiled ahead: as much as its stored states need, and no module to load for it.

The outline of a recursive type is as long as what is written once in it: an object that stands in many places is there
once, and the others refer to it by its number.
"""

from __future__ import annotations

import json
from typing import Any

from provider.framework import types
from provider.framework.state import Stored
from provider.framework.types import Type


def write(stored: Stored) -> bytes:
    """Return what `read` takes."""
    numbers: dict[str, int] = {}
    seen: dict[int, tuple[Type, int]] = {}

    def refer(type_: Type) -> Any:
        match type_:
            case types.Primitive(name):
                return name
            case types.Collection(kind, element):
                return [kind, refer(element)]
            case types.Tuple(elements):
                return ["tuple", [refer(element) for element in elements]]
            case types.Object(attributes):
                # Kept beside its number: an object that is gone could leave its id to another one.
                if id(type_) not in seen:
                    text = json.dumps({name: refer(part) for name, part in sorted(attributes.items())})
                    seen[id(type_)] = type_, numbers.setdefault(text, len(numbers))
                return ["object", seen[id(type_)][1]]

    top = refer(stored.type)
    outline = {"version": stored.version, "objects": [json.loads(text) for text in numbers], "type": top}
    return json.dumps(outline, separators=(",", ":")).encode()


def read(data: bytes) -> Stored:
    """Return the outline that `write` has written."""
    outline = json.loads(data)
    objects: list[Type] = []

    def find(reference: Any) -> Type:
        match reference:
            case ["object", int() as number]:
                return objects[number]
            case ["tuple", elements]:
                return types.Tuple(tuple(find(element) for element in elements))
            case [kind, element]:
                return types.Collection(kind, find(element))
        return types.from_json(reference)

    # Each object refers only to those before it.
    for attributes in outline["objects"]:
        made = {name: find(part) for name, part in attributes.items()}
        objects.append(types.Object(made))
    return Stored(outline["version"], find(outline["type"]))
