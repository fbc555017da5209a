"""Values into messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from provider.framework import msgpack, types
from provider.framework.diagnostics import Diagnostic
from provider.framework.normal import OWN, read
from provider.framework.paths import Key, Path
from provider.framework.redaction import redact
from provider.framework.schema import Attribute, Mode, Nested, Nesting, Schema
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
    """Return a value of type `type_` that a type's own code has made; raise MalformedValue where it is none."""
    return normal(read(content, type_, OWN))


def normal(content: Any) -> pb.DynamicValue:
    """Return a value that is in normal form."""
    return pb.DynamicValue(msgpack=msgpack.encode(content))


def schema(declared: Schema) -> pb.Schema:
    """Return the schema message of a declaration."""
    return pb.Schema(
        version=declared.version,
        block=_block(declared.attributes, declared.about, declared.deprecated),
    )


def identity_schema(names: types.Object, optional: Iterable[str], version: int) -> pb.ResourceIdentitySchema:
    """Return the schema message of an identity whose parts are the attributes of `names`."""
    return pb.ResourceIdentitySchema(
        version=version,
        identity_attributes=[
            pb.ResourceIdentitySchema.IdentityAttribute(
                name=name,
                type=_type(type_),
                required_for_import=name not in optional,
                optional_for_import=name in optional,
            )
            for name, type_ in sorted(names.attributes.items())
        ],
    )


def _block(declared: Mapping[str, Attribute], about: str, deprecated: str = "") -> pb.Schema.Block:
    return pb.Schema.Block(
        attributes=_attributes(declared),
        block_types=[_nested_block(name, part) for name, part in sorted(declared.items()) if part.mode is Mode.BLOCK],
        description=about,
        description_kind=pb.MARKDOWN,
        deprecated=bool(deprecated),
        deprecation_message=deprecated,
    )


def _nested_block(name: str, declared: Attribute) -> pb.Schema.NestedBlock:
    kind = declared.kind
    assert isinstance(kind, Nested)
    return pb.Schema.NestedBlock(
        type_name=name,
        block=_block(kind.attributes, declared.about, declared.deprecated),
        nesting=kind.nesting.value,  # type: ignore[arg-type]
        min_items=kind.at_least,
        # Terraform takes a single block that need not be there to have neither bound.
        max_items=kind.at_least if kind.nesting is Nesting.SINGLE else kind.at_most,
    )


def _attributes(declared: Mapping[str, Attribute]) -> list[pb.Schema.Attribute]:
    return [_attribute(name, part) for name, part in sorted(declared.items()) if part.mode is not Mode.BLOCK]


def _type(type_: types.Type) -> bytes:
    return json.dumps(types.to_json(type_)).encode()


def _attribute(name: str, declared: Attribute) -> pb.Schema.Attribute:
    message = pb.Schema.Attribute(
        name=name,
        description=declared.about,
        description_kind=pb.MARKDOWN,
        required=declared.mode is Mode.REQUIRED,
        optional=declared.mode in (Mode.OPTIONAL, Mode.OPTIONAL_COMPUTED),
        computed=declared.computed,
        sensitive=declared.sensitive,
        write_only=declared.write_only,
        deprecated=bool(declared.deprecated),
        deprecation_message=declared.deprecated,
    )
    if isinstance(declared.kind, Nested):
        message.nested_type.nesting = declared.kind.nesting.value  # type: ignore[assignment]
        message.nested_type.attributes.extend(_attributes(declared.kind.attributes))
    else:
        message.type = _type(declared.kind.type)
    return message
