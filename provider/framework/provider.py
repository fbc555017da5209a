"""What a provider is to the protocol: its schemas as bytes, and functions to call.

`meta` is what the configured provider hands to each handler (a client, a credential); this package
does not look into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

# Only names: every process makes a provider, few look into one.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from provider.framework.cancellation import CancelToken
    from provider.framework.diagnostics import Diagnostic
    from provider.framework.paths import Path
    from provider.framework.resource import Resource
    from provider.framework.schema import Schema

Meta = TypeVar("Meta")


def _none(_name: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Configured(Generic[Meta]):
    """A provider whose configuration is complete."""

    meta: Meta
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class PutOff:
    """A provider whose configuration holds values that are known only during apply."""

    unknown: tuple[Path, ...]


# Without slots: Python 3.11 cannot write `DataSource[Client](…)` with them.
@dataclass(frozen=True)
class DataSource(Generic[Meta]):
    """A data source: its schema, and how it is read.

    `read` takes the configuration (attribute name → value), the provider's meta and the call's token,
    and returns the values of the computed attributes. It raises Failure.
    """

    name: str
    schema: Schema
    read: Callable[[Mapping[str, Any], Meta, CancelToken], Mapping[str, Any]]

    def __post_init__(self) -> None:
        from provider.framework.declaration import check_schema

        check_schema(self.name, self.schema)


@dataclass(frozen=True, slots=True)
class Provider(Generic[Meta]):
    """Everything that the protocol serves.

    `constant` returns the serialized answer of an RPC whose answer never changes (the schemas); `data_source` and
    `resource` return the declaration of a name, or None; `outline` returns what was compiled of a resource for its
    stored states (`outline.py`), or None; `validate` yields what is wrong with a provider block; `configure`
    takes one, with Terraform's version and the call's token, and raises Failure.
    """

    name: str
    schema: Callable[[], Schema]
    constant: Callable[[str], bytes]
    data_source_names: tuple[str, ...]
    data_source: Callable[[str], DataSource[Meta] | None]
    validate: Callable[[Mapping[str, Any]], Iterable[Diagnostic]]
    configure: Callable[[Mapping[str, Any], str, CancelToken], Configured[Meta] | PutOff]
    resource_names: tuple[str, ...] = ()
    resource: Callable[[str], Resource[Meta] | None] = _none
    outline: Callable[[str], bytes | None] = _none
