"""Every way in which a declaration changes a plan, seen in the plan of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.differences import CHOSEN, UNKNOWN, Differences, differences
from tests.conformance.workspace import Workspace

UPDATE = ("update",)
REPLACE = ("delete", "create")
NOTHING = ("no-op",)


@dataclass(frozen=True, slots=True)
class Case:
    """Two configurations of one resource, and the plan from one to the other."""

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    actions: tuple[str, ...]
    replace: frozenset[str] = field(default_factory=frozenset)
    shown: Differences | None = None


def replaced(first: Mapping[str, Any], second: Mapping[str, Any], *paths: str) -> Case:
    """Return a case in which the paths make it necessary to replace the resource."""
    return Case(first, second, REPLACE, frozenset(paths))


def updated(first: Mapping[str, Any], second: Mapping[str, Any], shown: Differences | None = None) -> Case:
    """Return a case in which the resource is updated."""
    return Case(first, second, UPDATE, shown=shown)


def a(name: str, **more: Any) -> dict[str, Any]:
    """Return something nested."""
    return {"name": name, **more}


CASES: dict[str, Case] = {
    "nothing changes": Case({}, {}, NOTHING, shown={}),
    "an id and a kept value stay": updated({}, {"loud": "x"}, {"loud": (None, "x")}),
    "a kept value changes": updated({"kept": "a"}, {"kept": "b"}, {"kept": ("a", "b")}),
    "a kept value is no longer configured": Case({"kept": "a"}, {}, NOTHING, shown={}),
    "always": replaced({"always": "a"}, {"always": "b"}, "always"),
    "always, when it comes": replaced({}, {"always": "b"}, "always"),
    "always, when it goes": replaced({"always": "a"}, {}, "always"),
    "always, and it stays": updated({"always": "a"}, {"always": "a", "loud": "x"}, {"loud": (None, "x")}),
    "if configured": replaced({"if_configured": "a"}, {"if_configured": "b"}, "if_configured"),
    "if configured, and it goes": Case({"if_configured": "a"}, {}, NOTHING),
    "on a condition that holds": replaced({"only_grows": 2}, {"only_grows": 1}, "only_grows"),
    "on a condition that does not": updated({"only_grows": 2}, {"only_grows": 3}, {"only_grows": (2, 3)}),
    "from false to true": replaced({"for_good": False}, {"for_good": True}, "for_good"),
    "from true to false": updated({"for_good": True}, {"for_good": False}),
    "from null to true": updated({}, {"for_good": True}),
    "from false to null": updated({"for_good": False}, {}),
    "from null, where only a value replaces": updated({}, {"once": "a"}),
    "to null, where only a value replaces": replaced({"once": "a"}, {}, "once"),
    "two reasons": replaced(
        {"always": "a", "once": "a"}, {"always": "b", "once": "b", "loud": "x"}, "always", "once"
    ),
    "the resource's own code says so": replaced({"owner": "me@here"}, {"owner": "me@there"}, "owner"),
    "the resource's own code does not": updated({"owner": "me@here"}, {"owner": "you@here"}),
    "its own code plans a value": updated(
        {}, {"name": "An Other"}, {"name": ("Name", "An Other"), "slug": ("name", "an-other")}
    ),
    "in a list": replaced(
        {"many": [a("a"), a("b", always="x")]}, {"many": [a("a"), a("b", always="y")]}, "many[1].always"
    ),
    "in a list, a kept value stays": updated(
        {"many": [a("a"), a("b")]}, {"many": [a("a"), a("c")]}, {"many[1].name": ("b", "c")}
    ),
    "in a new element of a list": updated(
        {"many": [a("a")]}, {"many": [a("a"), a("b", always="x")]}, {"many[1]": (None, a("b", always="x"))}
    ),
    "in an element that goes": updated({"many": [a("a", always="x")]}, {"many": []}),
    "in a map": replaced({"named": {"k": a("a", always="x")}}, {"named": {"k": a("a")}}, "named.k.always"),
    "in a new key of a map": updated({"named": {}}, {"named": {"k": a("a", always="x")}}),
    "in a set, elements are others": updated(
        {"several": [a("a", always="x"), a("b")]}, {"several": [a("b"), a("a", always="y")]},
        {"several": ([a("a", always="x")], [a("a", always="y")])},
    ),
    "in a block": replaced({"rule": [a("a", always="x")]}, {"rule": [a("a", always="y")]}, "rule[0].always"),
    "beside it in a block": updated(
        {"rule": [a("a", always="x")]}, {"rule": [a("b", always="x", free="f")]},
        {"rule[0].name": ("a", "b"), "rule[0].free": (None, "f")},
    ),
}  # fmt: skip

PLACED = {f"conformance_modified.c{index}": named for index, named in enumerate(CASES.items())}
SETS = frozenset({"several"})


def test_every_modifier_plans_as_it_says(workspace: Workspace) -> None:
    workspace.configure({address: {"name": "Name", **case.first} for address, (_, case) in PLACED.items()})
    workspace.apply()
    workspace.configure({address: {"name": "Name", **case.second} for address, (_, case) in PLACED.items()})

    found = workspace.planned()
    for address, (name, case) in PLACED.items():
        planned = found[address]
        assert (planned.actions, planned.replace) == (case.actions, case.replace), name
        if case.shown is not None:
            assert differences(planned, SETS) == case.shown, name
        if planned.actions == REPLACE:
            assert planned.unknown["id"] is True, name
            assert planned.unknown.get("kept") is True, name
        assert planned.after["chain"] == "ab", name

    applied = workspace.apply_planned()
    replacing = sum(case.actions == REPLACE for case in CASES.values())
    updating = sum(case.actions == UPDATE for case in CASES.values())
    assert f"Resources: {replacing} added, {updating} changed, {replacing} destroyed." in applied.said
    workspace.require_no_change()


def test_a_value_that_is_not_known_yet_replaces_what_it_might_change(workspace: Workspace) -> None:
    """What comes from an object that is made by the same apply may be the same, and may be anything."""
    token = "${conformance_object.new.token}"
    number = "${conformance_object.new.revision}"
    workspace.configure(
        {
            "conformance_modified.a": {"name": "a", "always": "b"},
            "conformance_modified.b": {"name": "b", "many": [a("a", always="b")]},
            "conformance_modified.c": {"name": "c", "for_good": False, "only_grows": 3},
        }
    )
    workspace.apply()
    workspace.configure(
        {
            "conformance_object.new": {"name": "new"},
            "conformance_modified.a": {"name": token, "always": token, "kept": token},
            "conformance_modified.b": {"name": "b", "many": [a("a", always=token)]},
            "conformance_modified.c": {"name": "c", "for_good": True, "only_grows": number},
        }
    )

    found = workspace.planned()
    assert found["conformance_modified.a"].replace == {"always"}
    assert found["conformance_modified.b"].replace == {"many[0].always"}
    assert found["conformance_modified.c"].replace == {"for_good"}
    shown = differences(found["conformance_modified.a"], SETS)
    assert {name: shown[name] for name in ("always", "kept", "name", "slug")} == {
        "always": ("b", UNKNOWN),
        "kept": (CHOSEN, UNKNOWN),
        "name": ("a", UNKNOWN),
        "slug": ("a", UNKNOWN),
    }
    workspace.apply_planned()
    workspace.require_no_change()
    (made,) = workspace.store.loaded("conformance_object")
    assert workspace.attributes("conformance_modified.a")["slug"] == made["token"]


def test_warnings_of_plans_stand_at_the_attribute(workspace: Workspace) -> None:
    body = """\
        resource "conformance_modified" "a" {{
          name = "a"
          loud = "{0}"
          many = [{{ name = "b", loud = "{0}" }}]
        }}
    """
    workspace.configure_in_hcl(body.format("one"))
    workspace.apply()
    workspace.configure_in_hcl(body.format("two"))

    said = workspace.plan().said
    assert "Warning: loud is loud with conformance_modified.a, on resources.tf line 3" in said, said
    assert "Warning: many[0].loud is loud with conformance_modified.a" in said, said
    assert "From 'one' to 'two'." in said


def test_destroying_warns_while_it_is_planned(workspace: Workspace) -> None:
    workspace.configure({"conformance_modified.a": {"name": "precious"}})
    workspace.apply()

    assert "Nobody can bring precious back." in workspace.plan("-destroy").said
    destroyed = workspace.destroy()
    assert "Warning: Something will be lost" in destroyed.output
    assert "Nobody can bring precious back." in destroyed.said
    assert workspace.instances() == {}
    assert workspace.store.ids("conformance_modified") == []
