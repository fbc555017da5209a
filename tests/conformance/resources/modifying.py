"""Every way to change a plan."""

from __future__ import annotations

from provider.framework.diagnostics import warning
from provider.framework.modifiers import (
    Change,
    Verdict,
    replace_from_false_to_true,
    replace_if,
    replace_if_configured,
    replace_if_prior_not_null,
)
from provider.framework.paths import show
from provider.framework.resource import Modified, Planning
from provider.framework.schema import (
    Schema,
    block,
    boolean,
    computed,
    integer,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    string,
)
from provider.framework.values import UNKNOWN, Unknown
from tests.conformance.handlers import stored
from tests.conformance.store import Store


def _begin(change: Change) -> Verdict:
    return Verdict("a")


def _go_on(change: Change) -> Verdict:
    return Verdict(f"{change.planned}b")


def _say_what_changes(change: Change) -> Verdict:
    if change.fresh or change.planned == change.prior:
        return Verdict(change.planned)
    said = warning(f"{show(change.path)} is loud", f"From {change.prior!r} to {change.planned!r}.", change.path)
    return Verdict(change.planned, diagnostics=(said,))


def _shrinks(change: Change) -> bool:
    return isinstance(change.planned, int) and isinstance(change.prior, int) and change.planned < change.prior


_STRING = string()

_INSIDE = {
    "name": required(_STRING, "Its name."),
    "kept": optional(_STRING, "Given, else chosen by the store.", computed=True, keep_prior=True),
    "always": optional(_STRING, "A change replaces the resource.", replace=True),
    "loud": optional(_STRING, "A change is told.", modifiers=(_say_what_changes,)),
    "free": optional(_STRING, "May change."),
}

SCHEMA = Schema(
    {
        "id": computed(_STRING, "Its id.", keep_prior=True),
        "name": required(_STRING, "Its name."),
        "kept": optional(_STRING, "Given, else chosen by the store.", computed=True, keep_prior=True),
        "always": optional(_STRING, "A change replaces the resource.", replace=True),
        "if_configured": optional(_STRING, "…", computed=True, keep_prior=True, replace=replace_if_configured()),
        "only_grows": optional(integer(), "…", replace=replace_if(_shrinks, "a smaller number replaces the resource")),
        "for_good": optional(boolean(), "…", replace=replace_from_false_to_true()),
        "once": optional(_STRING, "…", replace=replace_if_prior_not_null()),
        "chain": computed(_STRING, "What two modifiers plan in turn.", modifiers=(_begin, _go_on)),
        "slug": computed(_STRING, "What the resource's own code plans from its name."),
        "loud": optional(_STRING, "A change is told.", modifiers=(_say_what_changes,)),
        "owner": optional(_STRING, "Its own code replaces the resource where the part after @ changes."),
        "many": optional(nested_list(_INSIDE), "In order."),
        "several": optional(nested_set(_INSIDE), "Without order."),
        "named": optional(nested_map(_INSIDE), "Under a name."),
        "rule": block(nested_list(_INSIDE), "Blocks."),
    },
    "Plans in every way.",
)


def _modify(planning: Planning[Store]) -> Modified:
    whole = planning.whole
    if whole.planned is None:
        name = (whole.prior or {})["name"]
        return Modified(diagnostics=(warning("Something will be lost", f"Nobody can bring {name} back."),))
    name = whole.planned["name"]
    slug = UNKNOWN if isinstance(name, Unknown) else name.lower().replace(" ", "-")
    moves = whole.prior is not None and _domain(whole.prior["owner"]) != _domain(whole.planned["owner"])
    return Modified({"slug": slug}, replace=(("owner",),) if moves else ())


def _domain(owner: str | None) -> str:
    return (owner or "").partition("@")[2]


MODIFIED = stored("conformance_modified", SCHEMA, modify=_modify)
