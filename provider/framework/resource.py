"""What a resource is to the framework: its schema, and the functions that make, read, change and destroy it.

The functions are the type's own code; each gets an `Operation`. `meta` is what the configured provider hands to them (a
client, a credential); this room does not look into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from provider.framework.cancellation import CancelToken
from provider.framework.declaration import check_resource
from provider.framework.diagnostics import Diagnostic, warning
from provider.framework.modifiers import Whole
from provider.framework.paths import Path
from provider.framework.schema import Schema
from provider.framework.state import Upgrade
from provider.framework.timeouts import TIMEOUT

Meta = TypeVar("Meta")
Object = Mapping[str, Any]


@dataclass(slots=True)
class Operation(Generic[Meta]):
    """One create, read, update or delete.

    `config`, `prior` and `planned` are objects in normal form, or None where there are none: a read has no plan, a
    create no prior state. `private` is what the provider keeps beside the state, as JSON can write it; the function may
    change it.
    """

    meta: Meta
    cancel: CancelToken
    config: Object | None = None
    prior: Object | None = None
    planned: Object | None = None
    private: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] | None = None
    warnings: list[Diagnostic] = field(default_factory=list)

    def keep(self, **values: Any) -> None:
        """Say what is true of the object by now: whatever happens after this, it is in the state.

        To be called as soon as a request has changed something, first of all with the `id` of what was made. What the
        plan had left open need not be returned again at the end.
        """
        self.kept = {**(self.kept or {}), **values}

    def warn(self, summary: str, detail: str = "", path: Path | None = None) -> None:
        """Tell the user something that is no error."""
        self.warnings.append(warning(summary, detail, path))


@dataclass(frozen=True, slots=True)
class Modified:
    """What a resource's own code makes of its plan.

    `planned` has the attributes that change, by name; `replace` the paths of those that only a new resource can have;
    `private` is the new private state, None leaves it as it is.
    """

    planned: Object = field(default_factory=dict)
    replace: tuple[Path, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    private: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Planning(Generic[Meta]):
    """What the modifier of a resource sees. `meta` is None while the provider is not configured.

    In `whole`, `planned` is None where the resource is to be destroyed: then there is nothing to plan, but to warn.
    """

    meta: Meta | None
    whole: Whole


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a resource the one that it is, wherever its state is kept: attributes of the schema, by name.

    Those in `optional` need not be given to import by identity. Source: "resource identity" of the plugin protocol.
    """

    names: tuple[str, ...]
    optional: tuple[str, ...] = ()
    version: int = 0


def by_id(identifier: str) -> Object:
    """Import a resource whose `id` is what the user names it by."""
    return {"id": identifier}


# Without slots: with them, Python 3.11 cannot make a `Resource[Client](…)`.
@dataclass(frozen=True)
class Resource(Generic[Meta]):
    """A resource type.

    `create` and `update` return the values that they learnt, by name: the state is the plan with these in it. `read`
    returns what it read; what it leaves out stays as it is in the state; None says that the object is gone. All raise
    Failure, and Cancelled where the operation's token says so.

    `update` is None where every change replaces. `modify` sees each plan last. `validate` yields what is wrong with a
    configuration beyond the rules of the schema. `upgrades` maps each older schema version to the step to the next.
    `importer` makes the first state of what is to be imported from what the user names it by, None where no read can
    tell enough. `timeouts` gives the seconds that an operation may take where the configuration does not say.
    """

    name: str
    schema: Schema
    create: Callable[[Operation[Meta]], Object]
    read: Callable[[Operation[Meta]], Object | None]
    delete: Callable[[Operation[Meta]], None]
    update: Callable[[Operation[Meta]], Object] | None = None
    modify: Callable[[Planning[Meta]], Modified] | None = None
    validate: Callable[[Object], Iterable[Diagnostic]] | None = None
    importer: Callable[[str], Object] | None = by_id
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    identity: Identity | None = None
    timeouts: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_resource(self)

    def seconds(self, step: str) -> float:
        """Return how long an operation may take where the configuration does not say."""
        return self.timeouts.get(step, TIMEOUT)
