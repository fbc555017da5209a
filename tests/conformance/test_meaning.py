"""The store spells what it is given in its own way; nobody sees a difference where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.differences import Differences, differences
from tests.conformance.workspace import Workspace

GUIDS = ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302")
SETS = frozenset({"groups", "set", "several", "tag"})
ADDRESS = "conformance_meaning.a"

MEANT: dict[str, Any] = {
    "policy": '{"b": [1, 2.50, true, null], "a": {"c": "é", "d": {}}}',
    "group": GUIDS[0],
    "groups": GUIDS,
    "chain": GUIDS,
    "by_name": {"one": GUIDS[0]},
    "platform": "windows",
}
EMPTY: dict[str, Any] = {"text": "", "list": [], "set": [], "map": {}}

# The same as MEANT, written in another way.
ALSO: dict[str, Any] = {
    "policy": '{\n "a":{"d":{},"c":"\\u00e9"},"b":[1,2.5,true,null]}',
    "group": GUIDS[0].upper(),
    "groups": [guid.title() for guid in reversed(GUIDS)],
    "chain": [GUIDS[0].upper(), GUIDS[1]],
    "by_name": {"one": GUIDS[0].upper()},
    "platform": "windows",
}

# One value in it means something else.
CHANGES: dict[str, tuple[dict[str, Any], tuple[Any, Any]]] = {
    "policy": ({"policy": "{}"}, (MEANT["policy"], "{}")),
    "group": ({"group": GUIDS[1]}, (GUIDS[0], GUIDS[1])),
    "groups": ({"groups": [GUIDS[0]]}, ([GUIDS[1]], [])),
    "chain[1]": ({"chain": [GUIDS[0], GUIDS[0].upper()]}, (GUIDS[1], GUIDS[0].upper())),
    "by_name.one": ({"by_name": {"one": GUIDS[1]}}, (GUIDS[0], GUIDS[1])),
    "platform": ({"platform": "linux"}, ("windows", "linux")),
    "usual": ({"usual": "linux"}, ("windows", "linux")),
    "text": ({"text": "a"}, ("", "a")),
    "list[0]": ({"list": ["a"]}, (None, "a")),
    "set": ({"set": ["a"]}, ([], ["a"])),
    "map.a": ({"map": {"a": "b"}}, (None, "b")),
}


def everywhere(values: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration with values in every place where they can stand."""
    return {
        **values,
        "one": values,
        "many": [{}, values],
        "several": [values, {"text": "other"}],
        "named": {"k": values},
        "rule": [values, {}],
        "tag": [{"text": "other"}, values],
    }


def test_what_means_the_same_is_no_change(workspace: Workspace) -> None:
    workspace.configure({ADDRESS: everywhere(MEANT | EMPTY), "conformance_meaning.b": {"many": []}})
    workspace.apply()
    workspace.require_no_change()
    workspace.require_no_change("-refresh-only")

    stored = next(values for values in workspace.store.loaded("conformance_meaning") if values["group"])
    assert stored["group"] == GUIDS[0]
    state = workspace.attributes(ADDRESS)
    for place in (state, state["one"], state["many"][1], state["named"]["k"], state["rule"][0]):
        assert {name: place[name] for name in ("policy", "group", "platform", "text", "list", "map", "empty")} == {
            **{name: MEANT[name] for name in ("policy", "group", "platform")},
            "text": "",
            "list": [],
            "map": {},
            "empty": None,
        }

    workspace.configure({ADDRESS: everywhere(ALSO | EMPTY), "conformance_meaning.b": {"many": []}})
    workspace.require_no_change()


def test_what_means_something_else_is_a_change(workspace: Workspace) -> None:
    places: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "": lambda values: values,
        "one.": lambda values: {"one": values},
        "many[0].": lambda values: {"many": [values]},
        "named.k.": lambda values: {"named": {"k": values}},
        "rule[0].": lambda values: {"rule": [values]},
    }
    cases: dict[str, tuple[dict[str, Any], dict[str, Any], Differences]] = {}
    for path, (values, pair) in CHANGES.items():
        for prefix, placed in places.items():
            first, second = placed(MEANT | EMPTY), placed(MEANT | EMPTY | values)
            cases[f"conformance_meaning.c{len(cases)}"] = (first, second, {prefix + path: pair})
    workspace.configure({address: case[0] for address, case in cases.items()})
    workspace.apply()
    workspace.configure({address: case[1] for address, case in cases.items()})

    found = workspace.planned()
    wrong = [
        f"{expected}, not {shown}"
        for address, (_, _, expected) in cases.items()
        if (shown := differences(found[address], SETS)) != expected
    ]
    assert not wrong, "\n".join(wrong)
    workspace.apply_planned()
    workspace.require_no_change()


def test_an_imported_object_in_the_spelling_of_the_store_is_no_change(workspace: Workspace) -> None:
    workspace.configure({ADDRESS: everywhere(MEANT)})
    workspace.apply()
    (stored,) = workspace.store.ids("conformance_meaning")
    workspace.state_file.unlink()
    workspace.import_blocks(id={ADDRESS: stored})

    found = workspace.planned()[ADDRESS]
    assert found.importing
    assert (differences(found, SETS), found.actions) == ({}, ("no-op",))
    workspace.apply_planned()
    workspace.require_no_change()
    assert workspace.attributes(ADDRESS)["group"] == GUIDS[0].upper()


def test_drift_is_what_means_something_else(workspace: Workspace) -> None:
    workspace.configure({ADDRESS: everywhere(MEANT | EMPTY)})
    workspace.apply()
    (stored,) = workspace.store.loaded("conformance_meaning")
    workspace.store.change(
        "conformance_meaning", stored["id"], platform="linux", named={"k": {**stored["named"]["k"], "text": "drifted"}}
    )

    drifted = workspace.plan("-refresh-only", "-detailed-exitcode", check=False)
    assert drifted.status == 2, drifted.output
    found = workspace.planned()[ADDRESS]
    assert differences(found, SETS) == {
        "platform": ("LINUX", "windows"),
        "named.k.text": ("drifted", ""),
    }
