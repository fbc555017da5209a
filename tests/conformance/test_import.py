"""Importing by id and by identity, by command and by block, and the configuration that is generated for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.differences import differences
from tests.conformance.host import host
from tests.conformance.workspace import Workspace

KINDS = "conformance_kinds"
OBJECT = "conformance_object"
REGIONAL = "conformance_regional"

FULL: dict[str, Any] = {
    "text": 'a\n"b" $${c} %%{d}',
    "amount": 18446744073709551617,
    "whole": 3,
    "flag": False,
    "texts": ["a", "b"],
    "words": ["b", "a"],
    "labels": {"a b": "1", "c": "2"},
    "table": [{"a": 1}, {}],
    "groups": [["a", "b"], ["c"]],
    "pair": ["a", 1.5],
    "record": {"name": "a", "size": 1},
    "anything": {"a": [1, "b"]},
    "one": {"name": "a", "inner": {"name": "b", "words": ["x"]}},
    "many": [{"name": "b", "level": 2}, {"name": "a", "note": "n", "inner": [{"name": "c"}]}],
    "several": [{"name": "b"}, {"name": "a", "inner": [{"name": "c"}]}],
    "named": {"k": {"name": "a", "inner": {"x": {"name": "b"}}}},
    "given": "mine",
    "scopes": ["1"],
    "settings": {"color": "red"},
    "main": {"name": "a", "part": [{"name": "p"}]},
    "rule": [{"name": "a", "match": [{"name": "x"}, {"name": "y"}]}, {"name": "b"}],
    "tag": [{"name": "a"}, {"name": "b", "level": 3}],
}


def forget(workspace: Workspace) -> None:
    """Remove the state, but not the objects."""
    workspace.state_file.unlink()


def test_what_was_written_by_hand_is_imported_without_a_change(workspace: Workspace) -> None:
    written = {f"{KINDS}.full": FULL, f"{KINDS}.empty": {}}
    workspace.configure(written)
    workspace.apply()
    before = {address: instance["attributes"] for address, instance in workspace.instances().items()}
    forget(workspace)

    for address, attributes in before.items():
        said = workspace.run("import", "-no-color", "-input=false", address, attributes["id"]).said
        assert "Import successful!" in said
    workspace.require_no_change()
    assert {address: instance["attributes"] for address, instance in workspace.instances().items()} == before

    forget(workspace)
    workspace.import_blocks(id={address: attributes["id"] for address, attributes in before.items()})
    found = workspace.planned()
    assert {address: (planned.importing, planned.actions) for address, planned in found.items()} == dict.fromkeys(
        before, (True, ("no-op",))
    )
    assert "2 imported, 0 added, 0 changed, 0 destroyed." in workspace.apply_planned().said
    workspace.require_no_change()


def test_the_generated_configuration_plans_no_change(workspace: Workspace) -> None:
    nested = {f"{KINDS}.full": FULL, f"{KINDS}.empty": {}, "conformance_reported.a": {"text": "a"}}
    workspace.configure(
        {
            **(nested if host().generates_nested else {}),
            f"{OBJECT}.a": {"name": "a", "nested": {"a": "b"}, "timeouts": {"create": "1m"}},
            "conformance_modified.a": {"name": "a", "only_grows": 1, "many": [{"name": "b", "always": "c"}]},
            "conformance_meaning.a": {"policy": '{"a": 1}', "platform": "linux", "list": []},
            "conformance_confidential.a": {"name": "a", "login": {"name": "b"}},
        }
    )
    workspace.apply()
    ids = {address: instance["attributes"]["id"] for address, instance in workspace.instances().items()}
    forget(workspace)
    workspace.configure({})
    workspace.import_blocks(generating=True, id=ids)

    found = workspace.planned("-generate-config-out=generated.tf")
    assert {address: differences(planned, frozenset()) for address, planned in found.items()} == {
        address: {} for address in ids
    }
    assert all(planned.importing for planned in found.values())
    workspace.apply_planned()
    workspace.import_blocks()
    workspace.require_no_change()


@pytest.mark.parametrize("by", ["command", "block"])
def test_what_cannot_be_imported_says_so(workspace: Workspace, by: str) -> None:
    address = "conformance_sealed.a"
    workspace.configure({address: {"name": "a"}})
    if by == "command":
        result = workspace.run("import", "-no-color", "-input=false", address, "abc", check=False)
    else:
        workspace.import_blocks(id={address: "abc"})
        result = workspace.plan(check=False)
    assert result.status == 1
    assert "Error: conformance_sealed cannot be imported" in result.said
    assert "Let Terraform create it." in result.said


def test_an_id_that_names_nothing(workspace: Workspace) -> None:
    workspace.configure({f"{OBJECT}.a": {"name": "a"}})
    for identifier, error in (
        ("nowhere", "Cannot import non-existent remote object"),
        (" ", "The id to import is empty"),
    ):
        result = workspace.run("import", "-no-color", "-input=false", f"{OBJECT}.a", identifier, check=False)
        assert result.status == 1
        assert f"Error: {error}" in result.said
        assert not workspace.state_file.exists()


def test_what_no_read_can_tell_is_taken_from_the_configuration(workspace: Workspace) -> None:
    """A create-only attribute is null after an import: to learn it is a change of the state, and replaces nothing."""
    address = "conformance_fixed.a"
    workspace.configure({address: {"name": "a", "seed": "s"}})
    workspace.apply()
    identifier = workspace.attributes(address)["id"]
    workspace.require_no_change()
    forget(workspace)
    workspace.import_blocks(id={address: identifier})

    found = workspace.planned()[address]
    assert (found.importing, found.actions, found.replace) == (True, ("update",), frozenset())
    workspace.apply_planned()
    workspace.require_no_change()
    assert workspace.attributes(address) == {"id": identifier, "name": "a", "seed": "s"}
    assert workspace.store.ids("conformance_fixed") == [identifier]
    workspace.configure({address: {"name": "a", "seed": "t"}})
    assert workspace.planned()[address].replace == {"seed"}


def test_importing_by_identity(workspace: Workspace) -> None:
    workspace.configure({f"{REGIONAL}.a": {}, f"{REGIONAL}.b": {"region": "there"}, f"{OBJECT}.c": {"name": "c"}})
    workspace.apply()
    before = {address: instance["attributes"] for address, instance in workspace.instances().items()}
    identities: dict[str, dict[str, str]] = {
        f"{REGIONAL}.a": {"id": before[f"{REGIONAL}.a"]["id"]},
        f"{REGIONAL}.b": {"id": before[f"{REGIONAL}.b"]["id"], "region": "there"},
        f"{OBJECT}.c": {"id": before[f"{OBJECT}.c"]["id"]},
    }
    if host().identity:
        stored = workspace.instances()
        assert {address: stored[address]["identity"] for address in identities} == {
            **identities,
            f"{REGIONAL}.a": {**identities[f"{REGIONAL}.a"], "region": "here"},
        }
    forget(workspace)
    workspace.import_blocks(identity=identities)

    if not host().identity:
        result = workspace.plan(check=False)
        assert result.status == 1
        assert "identity" in result.said
        assert 'The argument "id" is required' in result.said
        return
    found = workspace.planned()
    assert {(planned.importing, planned.actions) for planned in found.values()} == {(True, ("no-op",))}
    workspace.apply_planned()
    workspace.require_no_change()
    assert {address: instance["attributes"] for address, instance in workspace.instances().items()} == before


TESTS = """\
run "planned" {
  command = plan

  assert {
    condition     = conformance_object.a.name == "a"
    error_message = "a plan knows what is configured"
  }
}

run "made" {
  assert {
    condition     = conformance_object.a.token != null && data.conformance_object.a.name == "a"
    error_message = "an apply knows what the store chose"
  }
}

run "changed" {
  variables {
    first = "b"
  }

  assert {
    condition     = conformance_object.a.first == "b" && conformance_object.a.revision == 2
    error_message = "it is the same object"
  }
}

run "refused" {
  command = plan

  variables {
    first = "c"
  }

  expect_failures = [var.first]
}
"""

TESTED = """\
variable "first" {
  default = "a"

  validation {
    condition     = var.first != "c"
    error_message = "not that"
  }
}

resource "conformance_object" "a" {
  name  = "a"
  first = var.first
}

data "conformance_object" "a" {
  id = conformance_object.a.id
}

output "id" {
  value = conformance_object.a.id
}
"""


def test_terraform_test(workspace: Workspace) -> None:
    workspace.configure_in_hcl(TESTED)
    workspace.write(TESTS, "all.tftest.hcl")
    assert "Success! 4 passed, 0 failed." in workspace.run("test", "-no-color").said
    assert workspace.store.ids(OBJECT) == []
