"""One change in every kind of place: the plan shows that change and nothing else, and after it there is none.

All cases stand in one configuration, each a resource of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conformance.differences import CHOSEN, UNKNOWN, Differences, differences
from tests.conformance.workspace import Planned, Workspace

SETS = frozenset({"words", "groups", "scopes", "several", "tag", "match"})


@dataclass(frozen=True, slots=True)
class Case:
    """Two configurations of one resource, and what a plan changes from the first to the second (`there`).

    `back` is what it changes the other way: the same, turned round, where that is not said.
    """

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    there: Differences
    back: Differences | None = None
    type: str = "conformance_kinds"

    def expected(self, *, back: bool) -> Differences:
        """Return what a plan changes in one of the directions."""
        if not back:
            return self.there
        return {path: pair[::-1] for path, pair in self.there.items()} if self.back is None else self.back


def simple(name: str, one: Any, other: Any) -> dict[str, Case]:
    """Return the cases of a plain attribute: it changes, and it comes and goes."""
    return {
        name: Case({name: one}, {name: other}, {name: (one, other)}),
        f"{name} comes": Case({}, {name: one}, {name: (None, one)}),
    }


def a(name: str, **more: Any) -> dict[str, Any]:
    """Return something nested."""
    return {"name": name, **more}


def seen(name: str, **more: Any) -> dict[str, Any]:
    """Return something nested as a plan shows it."""
    return {"name": name, "level": 1, **more}


SIMPLE: dict[str, Case] = {
    **simple("text", "a", 'ä \n"b"'),
    **simple("amount", 0.5, 18446744073709551617),
    **simple("whole", 9223372036854775807, -9223372036854775808),
    **simple("flag", True, False),
    "a list comes": Case({}, {"texts": ["a"]}, {"texts": (None, ["a"])}),
    "a list is emptied": Case({"texts": ["a"]}, {"texts": []}, {"texts[0]": ("a", None)}),
    "an empty list comes": Case({}, {"texts": []}, {"texts": (None, [])}),
    "a map comes": Case({}, {"labels": {"a": "1"}}, {"labels": (None, {"a": "1"})}),
    "an empty map comes": Case({}, {"labels": {}}, {"labels": (None, {})}),
    "a map in a list": Case({"table": [{"a": 1}]}, {"table": [{"a": 2}]}, {"table[0].a": (1, 2)}),
    "an object comes": Case({}, {"record": {"name": "a"}}, {"record": (None, {"name": "a"})}),
    "an object changes": Case(
        {"record": {"name": "a", "on": True}},
        {"record": {"name": "b", "size": 2}},
        {"record.name": ("a", "b"), "record.on": (True, None), "record.size": (None, 2)},
    ),
    **simple("anything", "text", [1, {"a": "b"}]),
    "text is emptied": Case({"text": ""}, {}, {"text": ("", None)}),
    "an element of a list": Case({"texts": ["a", "b"]}, {"texts": ["a", "c"]}, {"texts[1]": ("b", "c")}),
    "a list grows": Case({"texts": ["a"]}, {"texts": ["a", "b"]}, {"texts[1]": (None, "b")}),
    "a list is reordered": Case(
        {"texts": ["a", "b"]}, {"texts": ["b", "a"]}, {"texts[0]": ("a", "b"), "texts[1]": ("b", "a")}
    ),
    "a set changes": Case({"words": ["a", "b"]}, {"words": ["c", "a"]}, {"words": (["b"], ["c"])}),
    "a set comes": Case({}, {"words": ["a"]}, {"words": (None, ["a"])}),
    "a set is reordered": Case({"words": ["a", "b"]}, {"words": ["b", "a", "b"]}, {}),
    "sets in a set are reordered": Case({"groups": [["a", "b"], ["c"]]}, {"groups": [["c"], ["b", "a"]]}, {}),
    "a set in a set changes": Case(
        {"groups": [["a", "b"], ["c"]]}, {"groups": [["c"], ["b"]]}, {"groups": ([["a", "b"]], [["b"]])}
    ),
    "a key of a map": Case(
        {"labels": {"a": "1"}}, {"labels": {"b": "1"}}, {"labels.a": ("1", None), "labels.b": (None, "1")}
    ),
    "a map is reordered": Case({"labels": {"a": "1", "b": "2"}}, {"labels": {"b": "2", "a": "1"}}, {}),
    "an element of a tuple": Case({"pair": ["a", 1]}, {"pair": ["a", 2]}, {"pair[1]": (1, 2)}),
    "one number written in two ways": Case({"amount": 1.50}, {"amount": "${1.5}"}, {}),
    "a dynamic value changes its type": Case({"anything": 1}, {"anything": "1"}, {"anything": (1, "1")}),
    "inside a dynamic value": Case({"anything": {"a": [1, 2]}}, {"anything": {"a": [1, 3]}}, {"anything.a[1]": (2, 3)}),
}

MODES: dict[str, Case] = {
    "an optional and computed value": Case({"chosen": "a"}, {"chosen": "b"}, {"chosen": ("a", "b")}),
    "an optional and computed value goes and stays": Case({"chosen": "a"}, {}, {}),
    "a volatile value stays while nothing changes": Case({"volatile": "a"}, {}, {}),
    "a volatile value changes": Case({"volatile": "a"}, {"volatile": "b"}, {"volatile": ("a", "b")}),
    "a volatile value is chosen anew": Case(
        {"volatile": "a"},
        {"text": "b"},
        {"text": (None, "b"), "volatile": ("a", UNKNOWN)},
        {"text": ("b", None), "volatile": (CHOSEN, "a")},
    ),
    "a default": Case({"given": "a"}, {}, {"given": ("a", "usual")}),
    "a default that is configured": Case({"given": "usual"}, {}, {}),
    "a default set": Case({"scopes": ["1"]}, {}, {"scopes": (["1"], ["0"])}),
    "a default set is emptied": Case({}, {"scopes": []}, {"scopes": (["0"], [])}),
    "a default object": Case({"policy": {"days": 7}}, {}, {"policy.days": (7, 30), "policy.mode": ("off", "on")}),
    "a computed object": Case(
        {"settings": {"color": "red"}},
        {"settings": {"color": "blue"}},
        {"settings.color": ("red", "blue"), "settings.size": (0.1, UNKNOWN)},
        {"settings.color": ("blue", "red"), "settings.size": (0.1, UNKNOWN)},
    ),
    "a computed object goes and stays": Case({"settings": {"color": "red"}}, {}, {}),
}


def nested(name: str, *, inside: bool) -> dict[str, Case]:
    """Return cases for an element in a list of nested attributes or blocks, or inside of such an element."""
    path = f"{name}[0].inner[0]" if inside else f"{name}[0]"

    def holding(*elements: dict[str, Any]) -> dict[str, Any]:
        return {name: [a("outer", inner=[*elements])] if inside else [*elements]}

    where = path if not inside else f"inside {name}"
    return {
        f"{where}: required": Case(holding(a("a")), holding(a("b")), {f"{path}.name": ("a", "b")}),
        f"{where}: optional": Case(holding(a("a")), holding(a("a", note="n")), {f"{path}.note": (None, "n")}),
        f"{where}: default": Case(holding(a("a", level=2)), holding(a("a")), {f"{path}.level": (2, 1)}),
        f"{where}: set": Case(
            holding(a("a", words=["x", "y"])), holding(a("a", words=["y"])), {f"{path}.words": (["x"], [])}
        ),
        f"{where}: optional and computed": Case(
            holding(a("a", owner="me")), holding(a("a", owner="you")), {f"{path}.owner": ("me", "you")}
        ),
        f"{where}: optional and computed goes and stays": Case(holding(a("a", owner="me")), holding(a("a")), {}),
        f"{where}: one more": Case(holding(a("a")), holding(a("a"), a("b")), {f"{path[:-3]}[1]": (None, seen("b"))}),
        f"{where}: other order": Case(
            holding(a("a"), a("b")),
            holding(a("b"), a("a")),
            {f"{path[:-3]}[0].name": ("a", "b"), f"{path[:-3]}[1].name": ("b", "a")},
        ),
    }


def in_set(name: str) -> dict[str, Case]:
    """Return cases for an element of a set of nested attributes or blocks, of which there are others."""

    def holding(*elements: dict[str, Any]) -> dict[str, Any]:
        return {name: [a("other", note="o"), *elements, a("last")]}

    def swapped(before: dict[str, Any], after: dict[str, Any]) -> Differences:
        return {name: ([before], [after])}

    return {
        f"{name}: required": Case(holding(a("a")), holding(a("b")), swapped(seen("a"), seen("b"))),
        f"{name}: optional": Case(holding(a("a")), holding(a("a", note="n")), swapped(seen("a"), seen("a", note="n"))),
        f"{name}: default": Case(
            holding(a("a", level=2)), holding(a("a")), swapped(seen("a") | {"level": 2}, seen("a"))
        ),
        f"{name}: set": Case(
            holding(a("a", words=["x", "y"])),
            holding(a("a", words=["y"])),
            swapped(seen("a", words=["x", "y"]), seen("a", words=["y"])),
        ),
        f"{name}: optional and computed goes and stays": Case(holding(a("a", owner="me")), holding(a("a")), {}),
        f"{name}: one more": Case(holding(), holding(a("b")), {name: ([], [seen("b")])}),
        f"{name}: other order": Case({name: [a("a"), a("b")]}, {name: [a("b"), a("a"), a("b")]}, {}),
    }


LINE = [{"number": 0.1}]
NESTED: dict[str, Case] = {
    "objects that only the store gives": Case(
        {"text": "a"},
        {"text": "b"},
        {"text": ("a", "b"), "report": (LINE, UNKNOWN), "by_name": ({"made": LINE[0]}, UNKNOWN)},
        {"text": ("b", "a"), "report": (LINE, UNKNOWN), "by_name": ({"made": LINE[0]}, UNKNOWN)},
        type="conformance_reported",
    ),
    **nested("many", inside=False),
    **nested("many", inside=True),
    **nested("rule", inside=False),
    **in_set("several"),
    **in_set("tag"),
    "one: required": Case({"one": a("a")}, {"one": a("b")}, {"one.name": ("a", "b")}),
    "one comes": Case({}, {"one": a("a")}, {"one": (None, seen("a"))}),
    "one: inside comes": Case({"one": a("a")}, {"one": a("a", inner=a("b"))}, {"one.inner": (None, seen("b"))}),
    "one: inside": Case(
        {"one": a("a", inner=a("b"))}, {"one": a("a", inner=a("b", level=2))}, {"one.inner.level": (1, 2)}
    ),
    "named: optional": Case(
        {"named": {"k": a("a"), "l": a("b")}},
        {"named": {"l": a("b", note="n"), "k": a("a")}},
        {"named.l.note": (None, "n")},
    ),
    "named: inside": Case(
        {"named": {"k": a("a", inner={"x": a("b")})}},
        {"named": {"k": a("a", inner={"x": a("c")})}},
        {"named.k.inner.x.name": ("b", "c")},
    ),
    "named: other key": Case(
        {"named": {"k": a("a")}}, {"named": {"l": a("a")}}, {"named.k": (seen("a"), None), "named.l": (None, seen("a"))}
    ),
    "named is emptied": Case({"named": {"k": a("a")}}, {"named": {}}, {"named.k": (seen("a"), None)}),
    "several: inside": Case(
        {"several": [a("a", inner=[a("x"), a("y")]), a("b")]},
        {"several": [a("b"), a("a", inner=[a("y"), a("z")])]},
        {"several": ([seen("a", inner=[seen("x"), seen("y")])], [seen("a", inner=[seen("y"), seen("z")])])},
    ),
    "several: hardly different": Case(
        {"several": [a("a"), a("a", owner="me"), a("a", inner=[]), a("a", inner=[a("x")]), a("b")]},
        {"several": [a("a", inner=[a("x")]), a("a", inner=[]), a("a", owner="me"), a("c"), a("a")]},
        {"several": ([seen("b")], [seen("c")])},
    ),
    "several: one more that is hardly different": Case(
        {"several": [a("a"), a("a", note="n")]},
        {"several": [a("a", owner="me"), a("a", note="n"), a("a")]},
        {"several": ([], [seen("a", owner="me")])},
        # Which of the two goes nobody can tell: what is left has no owner of its own in the configuration.
        {"several": ([seen("a")], [])},
    ),
    "several: other order inside": Case(
        {"several": [a("a", inner=[a("x"), a("y")]), a("b")]},
        {"several": [a("b"), a("a", inner=[a("y"), a("x")])]},
        {},
    ),
    "main comes": Case({}, {"main": a("a")}, {"main": (None, seen("a"))}),
    "main: optional": Case({"main": a("a")}, {"main": a("a", note="n")}, {"main.note": (None, "n")}),
    "main: inside": Case(
        {"main": a("a", part=[a("x")])}, {"main": a("a", part=[a("x"), a("y")])}, {"main.part[1]": (None, seen("y"))}
    ),
    "rule: inside": Case(
        {"rule": [a("a", match=[a("x"), a("y")])]},
        {"rule": [a("a", match=[a("y"), a("z")])]},
        {"rule[0].match": ([seen("x")], [seen("z")])},
    ),
    "rule: other order inside": Case(
        {"rule": [a("a", match=[a("x"), a("y")])]}, {"rule": [a("a", match=[a("y"), a("x")])]}, {}
    ),
}


@pytest.mark.parametrize("cases", [{**SIMPLE, **MODES}, NESTED], ids=["simple", "nested"])
def test_every_change_is_planned_as_it_is_and_leaves_no_other(workspace: Workspace, cases: dict[str, Case]) -> None:
    placed = {f"{case.type}.c{index}": (name, case) for index, (name, case) in enumerate(cases.items())}
    first = {address: case.first for address, (_, case) in placed.items()}
    second = {address: case.second for address, (_, case) in placed.items()}
    workspace.configure(first)
    workspace.apply()

    # What a plan shows is all that differs: had the apply before it left a difference, it would be there too.
    for configuration, back in ((second, False), (first, True)):
        workspace.configure(configuration)
        found = workspace.planned()
        wrong = [
            f"{name}, {'back' if back else 'there'}: {shown}, not {case.expected(back=back)}"
            for address, (name, case) in placed.items()
            if (shown := changes(found[address])) != case.expected(back=back)
        ]
        assert not wrong, "\n".join(wrong)
        assert {planned.actions for planned in found.values()} == {("update",), ("no-op",)}
        workspace.apply_planned()
    workspace.require_no_change()


def changes(planned: Planned) -> Differences:
    """Return what a plan changes, but for what always changes where anything does."""
    found = differences(planned, SETS)
    assert found.pop("revision", (1, UNKNOWN))[1] == UNKNOWN
    # What the store has chosen is chosen anew.
    if found.get("volatile") == (CHOSEN, UNKNOWN):
        del found["volatile"]
    return found
