"""What happens in one life, in words: the schema, and each call with what goes in and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from provider.framework import types
from provider.framework.schema import NO_DEFAULT, Attribute, Nested
from tests.cycle import wire
from tests.cycle.cycle import live
from tests.cycle.reducing import reduced
from tests.cycle.scenarios import Scenario, scenario
from tests.cycle.server import Server, serving

_SENT = ("current_state", "prior_state", "config", "planned_state", "upgraded_state")
_ANSWERED = ("planned_state", "new_state")


def say(line: str) -> None:
    """Print a line at once: runs are long."""
    print(line, flush=True)  # noqa: T201


def tell(seed: int) -> int:
    """Print the life of a seed, reduced to the least of it that fails; return 1 if it fails, else 0."""
    with serving() as server:

        def failure(life: Scenario) -> str:
            try:
                live(server, life)
            except Exception as wrong:  # noqa: BLE001 - whatever it is
                # Where it failed: the rest of the words changes with what is left out.
                return f"{type(wrong).__name__}: {wrong}".split("\n")[0][:40]
            return ""

        chosen = scenario(Random(seed))
        if found := failure(chosen):
            chosen = reduced(chosen, lambda life: failure(life) == found)
    for line in _schema(chosen.schema.attributes):
        say(line)
    for step in chosen.steps:
        say(f"\n{step.event.value}: {step.planned}")
        if step.known != step.planned:
            say(f"  turns out to be {step.known}")
    with serving() as server:
        server.calls = _Telling(server, chosen.schema.type)
        try:
            live(server, chosen)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it ends the story
            say(f"\n{type(wrong).__name__}: {wrong}")
            return 1
    return 0


def _schema(attributes: Mapping[str, Attribute], indent: str = "") -> list[str]:
    lines = []
    for name, attribute in attributes.items():
        kind = attribute.kind
        what = kind.nesting.name.lower() if isinstance(kind, Nested) else types.to_json(kind.type)
        same = kind.same or (kind.element.same if not isinstance(kind, Nested) and kind.element else None)
        words = [attribute.mode.value, str(what), *map(repr, filter(None, (same, *attribute.modifiers)))]
        words += [flag for flag in ("write_only", "create_only", "never_null") if getattr(attribute, flag)]
        words += [] if attribute.default is NO_DEFAULT else [f"default {attribute.default}"]
        lines.append(f"{indent}{name}: {', '.join(words)}")
        if isinstance(kind, Nested):
            lines += _schema(kind.attributes, indent + "  ")
    return lines


class _Telling(dict[str, Callable[..., Any]]):
    """The calls of a server, each of which prints what it is about."""

    def __init__(self, server: Server, type_: types.Type) -> None:
        super().__init__()
        self._server = server
        self._type = type_

    def __setitem__(self, name: str, call: Callable[..., Any]) -> None:
        def telling(request: Any, **options: Any) -> Any:
            say(f"\n{name}")
            self._print("", request, _SENT)
            answer = call(request, **options)
            self._print("-> ", answer, _ANSWERED)
            for path in getattr(answer, "requires_replace", ()):
                say(f"  -> a new object because of {str(path).split()}")
            for found in getattr(answer, "diagnostics", ()):
                say(f"  -> {found.summary}: {found.detail}")
            return answer

        super().__setitem__(name, telling)

    def _print(self, sign: str, message: Any, fields: tuple[str, ...]) -> None:
        for field in fields:
            value = getattr(message, field, None)
            if value is not None and value.msgpack:
                say(f"  {sign}{field}: {wire.unpack(value.msgpack, self._type)}")
