"""What exactly a plan changes, in a form that a table can hold.

Each path that changes has the value before and the value after. A set, which has no paths inside, has the elements that
go and those that come. Inside of what goes or comes as a whole, nulls and empty lists are left out, and so is what the
store chose or will choose: it differs from run to run.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from tests.conformance.workspace import Planned

UNKNOWN = "(known after apply)"
CHOSEN = "(chosen by the store)"

Differences = dict[str, tuple[Any, Any]]

# What the store chooses begins with the attribute's name and ends with the object's id.
_CHOSEN = ("serial-", "owner-", "line-", "color-", "kept-", "volatile-", "chosen-")


def differences(planned: Planned, sets: frozenset[str]) -> Differences:
    """Return what a plan changes; `sets` has the names of attributes and blocks that are sets."""
    found: Differences = {}
    _compare("", planned.before, _with_unknown(planned.after, planned.unknown), sets, found)
    return found


def _with_unknown(after: Any, unknown: Any) -> Any:
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        names = [*(after or {}), *(name for name in unknown if name not in (after or {}))]
        return {name: _with_unknown((after or {}).get(name), unknown.get(name)) for name in names}
    if isinstance(unknown, list):
        return [_with_unknown(*pair) for pair in zip(after, unknown, strict=True)]
    return after


def _compare(path: str, before: Any, after: Any, sets: frozenset[str], found: Differences) -> None:
    if before == after:
        return
    name = path.rpartition(".")[2]
    match before, after:
        case dict(), dict():
            for part in sorted({*before, *after}):
                step = f"{path}.{part}" if path else part
                _compare(step, before.get(part), after.get(part), sets, found)
        case list(), list() if name in sets:
            gone = [_brief(part) for part in before if part not in after]
            come = [_brief(part) for part in after if part not in before]
            found[path] = (gone, come)
        case list(), list():
            for index, (one, other) in enumerate(zip_longest(before, after)):
                _compare(f"{path}[{index}]", one, other, sets, found)
        case _:
            found[path] = (_brief(before), _brief(after))


def _brief(value: Any) -> Any:
    match value:
        case dict():
            shown = {name: _brief(part) for name, part in value.items() if not _is_chosen(part)}
            return {name: part for name, part in shown.items() if part not in (None, [])}
        case list():
            return [_brief(part) for part in value]
    return CHOSEN if isinstance(value, str) and value.startswith(_CHOSEN) else value


def _is_chosen(value: Any) -> bool:
    return value == UNKNOWN or (isinstance(value, str) and value.startswith(_CHOSEN))
