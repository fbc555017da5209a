"""Values into messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from provider.framework import msgpack, types
from provider.framework.diagnostics import Diagnostic
from provider.framework.paths import Key, Path
from provider.framework.redaction import redact
from provider.framework.schema import Attribute, Mode, Nested, Schema
from provider.protocol.stubs import tfplugin6_pb2 as pb


def diagnostic(value: Diagnostic) -> pb.Diagnostic:
    """Return a diagnostic. Secrets in its texts are masked here, on their only way out."""
    return pb.Diagnostic(
        severity=value.severity.value,  # type: ignore[arg-type]
        summary=_text(value.summary),
        detail=_text(value.detail),
        attribute=None if value.path is None else path(value.path),
    )


def _text(shown: str) -> str:
    # A variable or a file name may hold bytes that are no UTF-8, which the protocol cannot carry.
    return redact(shown).encode(errors="backslashreplace").decode()


def path(steps: Path) -> pb.AttributePath:
    """Return an attribute path."""
    result = pb.AttributePath()
    for step in steps:
        match step:
            case str():
                result.steps.add(attribute_name=step)
            case int():
                result.steps.add(element_key_int=step)
            case Key(name):
                result.steps.add(element_key_string=name)
    return result


def value(content: Any, type_: types.Type) -> pb.DynamicValue:
    """Return a value of type `type_`."""
    return pb.DynamicValue(msgpack=msgpack.encode(content, type_))


def schema(declared: Schema) -> pb.Schema:
    """Return the schema message of a declaration."""
    return pb.Schema(
        version=declared.version,
        block=pb.Schema.Block(
            attributes=_attributes(declared.attributes),
            description=declared.about,
            description_kind=pb.MARKDOWN,
        ),
    )


def _attributes(declared: Mapping[str, Attribute]) -> list[pb.Schema.Attribute]:
    return [_attribute(name, declared[name]) for name in sorted(declared)]


def _attribute(name: str, declared: Attribute) -> pb.Schema.Attribute:
    message = pb.Schema.Attribute(
        name=name,
        description=declared.about,
        description_kind=pb.MARKDOWN,
        required=declared.mode is Mode.REQUIRED,
        optional=declared.mode in (Mode.OPTIONAL, Mode.OPTIONAL_COMPUTED),
        computed=declared.mode in (Mode.COMPUTED, Mode.OPTIONAL_COMPUTED),
        sensitive=declared.sensitive,
        deprecated=bool(declared.deprecated),
        deprecation_message=declared.deprecated,
    )
    if isinstance(declared.kind, Nested):
        message.nested_type.nesting = declared.kind.nesting.value  # type: ignore[assignment]
        message.nested_type.attributes.extend(_attributes(declared.kind.attributes))
    else:
        message.type = json.dumps(types.to_json(declared.kind.type)).encode()
    return message
