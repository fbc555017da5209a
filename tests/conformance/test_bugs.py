"""Bugs in a type's own code: an error of ours that names the attribute, none of Terraform's, and no dead process.

All bugs of one step stand in one configuration: one command shows that none of them disturbs the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.workspace import Said, Workspace

TYPE = "conformance_faulty"

CONTRADICTION = "The provider contradicts its own plan"
CRASH = "The provider failed unexpectedly"
NO_SENSE = "The provider read what makes no sense"
MUST_NOT = "The provider plans what it must not"
REPORT = "This is a bug of the provider, not of your configuration"

# What a create or an update returns, by what is then said.
RETURNED = {
    "other text": (CONTRADICTION, "text has another value than the planned one"),
    "no text": (CONTRADICTION, "text was planned with a value"),
    "other type": (CONTRADICTION, "text: expected string"),
    "unknown": (CONTRADICTION, "label is still unknown"),
    "unknown name": (CONTRADICTION, "unexpected attributes: nothing"),
    "other element": (CONTRADICTION, "many[0].name has another value than the planned one"),
    "one more": (CONTRADICTION, "many has another value than the planned one"),
    "other in a set": (CONTRADICTION, "several has another value than the planned one"),
    "nothing at all": (CONTRADICTION, "expected values by name, found NoneType"),
    "a text": (CONTRADICTION, "expected values by name, found str"),
    "crash": (CRASH, "TF_LOG_PROVIDER"),
    "exit": (CRASH, "TF_LOG_PROVIDER"),
    "recursion": (CRASH, "TF_LOG_PROVIDER"),
}
READ = {
    "other type": (NO_SENSE, "text: expected string"),
    "unknown": (NO_SENSE, "label is unknown"),
    "unknown name": (NO_SENSE, "unexpected attributes: nothing"),
    "a text": (NO_SENSE, "expected values by name, found str"),
    "crash": (CRASH, "ReadResource"),
    "exit": (CRASH, "ReadResource"),
    "recursion": (CRASH, "ReadResource"),
}
PLANNED = {
    "plan: crash": (CRASH, "PlanResourceChange"),
    "plan: other text": (MUST_NOT, "text of conformance_faulty is planned with a value that is neither"),
    "plan: other element": (MUST_NOT, "many[0].name of conformance_faulty is planned with a value that is neither"),
    "plan: unknown name": (MUST_NOT, "conformance_faulty cannot be planned: unexpected attributes: nothing"),
    "plan: other type": (MUST_NOT, "label of conformance_faulty cannot be planned: expected string"),
    "modifier: crash": (CRASH, "PlanResourceChange"),
    "modifier: other name": (MUST_NOT, "name of conformance_faulty is planned with a value that is neither"),
    "modifier: other type": (MUST_NOT, "name of conformance_faulty cannot be planned: expected string"),
}


def faulty(bugs: Mapping[str, str | None]) -> dict[str, dict[str, Any]]:
    """Return a resource for each of the bugs, by its name."""
    return {
        f"{TYPE}.{name}": {
            "name": name,
            "bug": bug,
            "text": "configured",
            "many": [{"name": "a"}, {"name": "b"}],
            "several": [{"name": "a"}, {"name": "b"}],
        }
        for name, bug in bugs.items()
    }


def numbered(bugs: Mapping[str, Any], step: str = "") -> dict[str, str | None]:
    """Return bugs under names, and one resource without any."""
    return {**{f"b{index}": f"{step}{bug}" for index, bug in enumerate(bugs)}, "good": None}


def require(found: list[Said], expected: Mapping[str, tuple[str, str]]) -> None:
    """Fail unless each resource has the one error that is expected of it."""
    told: dict[str, list[Said]] = {}
    for said in found:
        told.setdefault(said.address, []).append(said)
    assert told.keys() == {f"{TYPE}.b{index}" for index in range(len(expected))}
    for index, (bug, (summary, fragment)) in enumerate(expected.items()):
        said, *others = told[f"{TYPE}.b{index}"]
        assert said.summary == summary, (bug, said)
        assert fragment in said.detail, (bug, said)
        assert REPORT in said.detail, (bug, said)
        # A crash after the object was made also says what it has left.
        assert not others or summary == CRASH, (bug, others)


@pytest.mark.parametrize("step", ["create", "update"])
def test_what_a_handler_should_not_return(workspace: Workspace, step: str) -> None:
    bugs = numbered(RETURNED, f"{step}: ")
    if step == "update":
        workspace.configure(faulty(dict.fromkeys(bugs)))
        workspace.apply()
    workspace.configure(faulty(bugs))

    # One at a time: some versions of Terraform crash where several creates fail at once (see test_failures).
    require(workspace.diagnosed("apply", "-input=false", "-auto-approve", "-parallelism=1"), RETURNED)

    instances = workspace.instances()
    assert instances.keys() == {f"{TYPE}.{name}" for name in bugs}, "nothing that exists is lost"
    assert all(instance["attributes"]["id"] for instance in instances.values())
    tainted = {address for address, instance in instances.items() if instance.get("status") == "tainted"}
    assert tainted == ({f"{TYPE}.{name}" for name in bugs} - {f"{TYPE}.good"} if step == "create" else set())
    # The object is in the state as it is: the next command mends everything.
    workspace.configure(faulty(dict.fromkeys(bugs)))
    workspace.apply()
    workspace.require_no_change()
    assert len(workspace.store.ids(TYPE)) == len(bugs)


def test_what_a_read_should_not_return(workspace: Workspace) -> None:
    workspace.configure(faulty(numbered(READ, "read: ")))
    workspace.apply()

    require(workspace.diagnosed("plan", "-input=false"), READ)

    workspace.require_no_change("-refresh=false")
    workspace.destroy("-refresh=false")
    assert workspace.store.ids(TYPE) == []


def test_what_must_not_be_planned(workspace: Workspace) -> None:
    workspace.configure(faulty(numbered(PLANNED)))
    require(workspace.diagnosed("plan", "-input=false"), PLANNED)

    workspace.configure(faulty(dict.fromkeys(numbered(PLANNED))))
    workspace.apply()
    workspace.configure(faulty(numbered(PLANNED)))
    require(workspace.diagnosed("plan", "-input=false"), PLANNED)
    workspace.configure(faulty(dict.fromkeys(numbered(PLANNED))))
    workspace.require_no_change()


def test_a_validation_that_crashes(workspace: Workspace) -> None:
    workspace.configure(faulty({"b0": "validate: crash", "good": None}))
    require(workspace.diagnosed("plan", "-input=false"), {"validate: crash": (CRASH, "ValidateResourceConfig")})


@pytest.mark.parametrize(
    ("identifier", "said"),
    [("crash", CRASH), ("unknown name", "imports what makes no sense"), ("not there", "Cannot import non-existent")],
)
def test_an_import_that_crashes(workspace: Workspace, identifier: str, said: str) -> None:
    workspace.configure(faulty({"a": None}))
    result = workspace.run("import", "-no-color", "-input=false", f"{TYPE}.a", identifier, check=False)
    assert result.status == 1
    assert said in result.said
    assert not workspace.state_file.exists()
