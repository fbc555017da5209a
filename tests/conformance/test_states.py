"""States that another version of the provider has written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.workspace import Workspace

TYPE = "conformance_versioned"
BROKEN = "conformance_broken_upgrade"

CONFIG = {"name": "Name", "size": 7}
STATES: dict[int, dict[str, Any]] = {
    0: {"id": "v0", "title": "Name", "size": "7 MB"},
    1: {"id": "v1", "name": "Name", "size": "7 MB"},
    2: {"id": "v2", "name": "Name", "size": 7, "parts": None},
}
TODAY = STATES[2]


def stored(workspace: Workspace, states: Mapping[int, Mapping[str, Any]]) -> None:
    """Write a state with a resource of each version, the objects that fit it, and the configuration of all."""
    for version in states:
        workspace.store.write(TYPE, f"v{version}", f'{{"id": "v{version}", "name": "Name", "size": 7, "parts": null}}')
    workspace.write_state({f"{TYPE}.v{version}": (version, state) for version, state in states.items()})
    workspace.configure({f"{TYPE}.v{version}": CONFIG for version in states})


def require_states_of_today(workspace: Workspace, versions: Mapping[int, Any]) -> None:
    """Fail unless every resource has a state of the newest version."""
    instances = workspace.instances()
    assert {address: instance["schema_version"] for address, instance in instances.items()} == {
        f"{TYPE}.v{version}": 2 for version in versions
    }
    assert {address: instance["attributes"] for address, instance in instances.items()} == {
        f"{TYPE}.v{version}": {**TODAY, "id": f"v{version}"} for version in versions
    }


def test_a_state_of_any_version_becomes_one_of_today(workspace: Workspace) -> None:
    stored(workspace, STATES)

    workspace.require_no_change()
    workspace.apply()

    require_states_of_today(workspace, STATES)
    workspace.require_no_change("-refresh=false")


def test_an_attribute_that_no_longer_exists_is_dropped_with_a_warning(workspace: Workspace) -> None:
    """In a state of today's version Terraform drops it itself, before the provider sees it."""
    parts = [{"name": "b", "colour": "red"}]
    stored(workspace, {version: {**state, "more": version, "parts": parts} for version, state in STATES.items()})

    found = workspace.diagnosed("plan", "-refresh-only", status=0)
    assert {(said.severity, said.summary) for said in found} == {
        ("warning", f"Attributes of {TYPE} that no longer exist")
    }
    assert len(found) == 2
    assert all(said.detail.startswith("The state has more, parts[0].colour, which this version") for said in found)
    workspace.apply()
    require_states_of_today(workspace, STATES)
    assert "no longer exist" not in workspace.plan().said


def test_a_state_of_today_keeps_what_it_has_without_a_refresh(workspace: Workspace) -> None:
    """An attribute that is new since then is null; numbers may be written as texts, as other providers did."""
    stored(workspace, {2: {"id": "v2", "name": "Name", "size": "7"}})
    workspace.require_no_change("-refresh=false")


# What each error says; the first is Terraform's own, which does not even ask the provider.
ERRORS: dict[str, tuple[int, dict[str, Any], tuple[str, ...]]] = {
    f"{TYPE}.newer": (3, TODAY, ("Resource instance managed by newer provider version",)),
    f"{BROKEN}.too_old": (0, {"id": "a"}, ("is too old", "schema version 0", "no step from version 0")),
    f"{BROKEN}.crash": (2, {"id": "a"}, ("The provider failed unexpectedly",)),
    f"{TYPE}.other_type": (2, TODAY | {"size": "seven"}, ("does not fit its schema", "size", "state rm")),
    f"{TYPE}.other_form": (2, TODAY | {"parts": {"name": "a"}}, ("does not fit its schema", "parts")),
}


def test_a_state_that_cannot_be_read_gives_one_clear_error(workspace: Workspace) -> None:
    workspace.write_state({address: (version, state) for address, (version, state, _) in ERRORS.items()})
    workspace.configure({address: CONFIG if address.startswith(TYPE) else {} for address in ERRORS})
    before = workspace.state_file.read_bytes()

    found = workspace.diagnosed("plan", "-input=false")

    assert len(found) == len(ERRORS)
    for address, (_, _, fragments) in ERRORS.items():
        told = [f"{said.summary}: {said.detail}" for said in found if fragments[0] in said.summary]
        assert any(all(fragment in text for fragment in fragments) for text in told), (address, found)
    assert workspace.state_file.read_bytes() == before
