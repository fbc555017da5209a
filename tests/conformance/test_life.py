"""The ways in which Terraform's users steer what is changed, and when."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.differences import differences
from tests.conformance.workspace import Workspace

OBJECT = "conformance_object"
SETS = frozenset({"words", "several"})


def test_200_objects_with_a_parallelism_of_50(workspace: Workspace) -> None:
    many = {"name": "${each.key}", "for_each": "${toset([for index in range(200) : tostring(index)])}"}
    workspace.configure({f"{OBJECT}.many": many})

    applied = workspace.apply("-parallelism=50")
    assert "Resources: 200 added, 0 changed, 0 destroyed." in applied.said
    workspace.require_no_change("-parallelism=50")
    stored = workspace.store.loaded(OBJECT)
    assert sorted(int(values["name"]) for values in stored) == list(range(200))
    ids = {values["name"]: values["id"] for values in stored}
    assert {address: instance["attributes"]["id"] for address, instance in workspace.instances().items()} == {
        f'{OBJECT}.many["{name}"]': identifier for name, identifier in ids.items()
    }
    assert "Resources: 200 destroyed." in workspace.destroy("-parallelism=50", "-refresh=false").said
    assert workspace.store.ids(OBJECT) == []


def test_what_is_ignored_does_not_change(workspace: Workspace) -> None:
    ignored = [
        "text",
        "words",
        'labels["a"]',
        "one.note",
        "many[0].note",
        "several",
        'named["k"].note',
        "rule[0].note",
        "given",
    ]
    values = {
        "text": "a", "words": ["a"], "labels": {"a": "1", "b": "1"}, "given": "a", "amount": 1,
        "one": {"name": "a", "note": "a"}, "many": [{"name": "a", "note": "a"}, {"name": "b", "note": "a"}],
        "several": [{"name": "a"}], "named": {"k": {"name": "a", "note": "a"}}, "rule": [{"name": "a", "note": "a"}],
        "lifecycle": {"ignore_changes": ignored},
    }  # fmt: skip
    others = {
        "text": "b", "words": ["b"], "labels": {"a": "2", "b": "2"}, "amount": 2,
        "one": {"name": "b", "note": "b"}, "many": [{"name": "b", "note": "b"}, {"name": "b", "note": "b"}],
        "several": [{"name": "b"}], "named": {"k": {"name": "b", "note": "b"}}, "rule": [{"name": "b", "note": "b"}],
        "lifecycle": {"ignore_changes": ignored},
    }  # fmt: skip
    workspace.configure(
        {
            "conformance_kinds.a": values,
            "conformance_kinds.all": {"text": "a", "lifecycle": {"ignore_changes": "all"}},
            "conformance_modified.a": {"name": "a", "always": "a", "lifecycle": {"ignore_changes": ["always"]}},
        }
    )
    workspace.apply()
    workspace.configure(
        {
            "conformance_kinds.a": others,
            "conformance_kinds.all": {"text": "b", "amount": 2, "lifecycle": {"ignore_changes": "all"}},
            "conformance_modified.a": {"name": "b", "always": "b", "lifecycle": {"ignore_changes": ["always"]}},
        }
    )

    found = workspace.planned()
    changes = differences(found["conformance_kinds.a"], SETS)
    assert {name: pair for name, pair in changes.items() if name not in ("revision", "volatile")} == {
        "amount": (1, 2),
        "labels.b": ("1", "2"),
        "many[0].name": ("a", "b"),
        "many[1].note": ("a", "b"),
        "named.k.name": ("a", "b"),
        "one.name": ("a", "b"),
        "rule[0].name": ("a", "b"),
    }
    assert found["conformance_kinds.all"].actions == ("no-op",)
    assert found["conformance_modified.a"].actions == ("update",)
    workspace.apply_planned()
    workspace.require_no_change()


def test_create_before_destroy(workspace: Workspace) -> None:
    """The new object exists while what refers to it is changed, and the old one goes last."""

    def configured(name: str) -> dict[str, Any]:
        return {
            "conformance_fixed.a": {"name": name, "lifecycle": {"create_before_destroy": True}},
            f"{OBJECT}.user": {"name": "user", "first": "${conformance_fixed.a.id}"},
        }

    workspace.configure(configured("one"))
    workspace.apply()
    (old,) = workspace.store.ids("conformance_fixed")
    workspace.configure(configured("two"))

    found = workspace.planned()
    assert found["conformance_fixed.a"].actions == ("create", "delete")
    said = workspace.apply_planned().said
    order = [
        said.index("conformance_fixed.a: Creation complete"),
        said.index(f"{OBJECT}.user: Modifications complete"),
        said.index("Destruction complete"),
    ]
    assert order == sorted(order)
    workspace.require_no_change()
    (new,) = workspace.store.ids("conformance_fixed")
    assert new != old
    assert workspace.attributes(f"{OBJECT}.user")["first"] == new


def test_one_resource_alone_and_one_made_anew(workspace: Workspace) -> None:
    workspace.configure(
        {
            f"{OBJECT}.base": {"name": "base"},
            f"{OBJECT}.user": {"name": "user", "first": f"${{{OBJECT}.base.token}}"},
            f"{OBJECT}.other": {"name": "other"},
        }
    )
    workspace.apply(f"-target={OBJECT}.user")
    assert {values["name"] for values in workspace.store.loaded(OBJECT)} == {"base", "user"}
    workspace.apply()
    before = {address: instance["attributes"]["id"] for address, instance in workspace.instances().items()}

    found = workspace.planned(f"-replace={OBJECT}.base")
    assert {address: planned.actions for address, planned in found.items()} == {
        f"{OBJECT}.base": ("delete", "create"),
        f"{OBJECT}.user": ("update",),
        f"{OBJECT}.other": ("no-op",),
    }
    workspace.apply_planned()
    workspace.require_no_change()
    after = {address: instance["attributes"]["id"] for address, instance in workspace.instances().items()}
    assert {address for address in after if after[address] != before[address]} == {f"{OBJECT}.base"}
    workspace.destroy(f"-target={OBJECT}.base")
    assert workspace.instances().keys() == {f"{OBJECT}.other"}


def test_drift_is_shown_and_mended_and_what_is_gone_is_made_again(workspace: Workspace) -> None:
    workspace.configure(
        {
            f"{OBJECT}.drifts": {"name": "drifts", "first": "a", "nested": {"a": "1"}, "words": ["x", "y"]},
            f"{OBJECT}.goes": {"name": "goes"},
            f"{OBJECT}.stays": {"name": "stays"},
        }
    )
    workspace.apply()
    ids = {values["name"]: values["id"] for values in workspace.store.loaded(OBJECT)}
    drifted = {"first": None, "second": "new", "nested": {"a": "2", "b": "3"}, "words": ["y", "z"]}
    workspace.store.change(OBJECT, ids["drifts"], **drifted)
    workspace.store.delete(OBJECT, ids["goes"])

    assert workspace.plan("-refresh=false", "-detailed-exitcode", check=False).status == 0
    workspace.plan("-refresh-only", "-out=drift.tfplan")
    shown = workspace.show("drift.tfplan")
    drift = {changed["address"]: changed["change"] for changed in shown["resource_drift"]}
    assert {address: change["actions"] for address, change in drift.items()} == {
        f"{OBJECT}.drifts": ["update"],
        f"{OBJECT}.goes": ["delete"],
    }
    after = drift[f"{OBJECT}.drifts"]["after"]
    assert {name: after[name] for name in drifted} == drifted

    found = workspace.planned()
    assert found[f"{OBJECT}.goes"].actions == ("create",)
    assert found[f"{OBJECT}.stays"].actions == ("no-op",)
    changes = differences(found[f"{OBJECT}.drifts"], SETS)
    del changes["revision"]
    assert changes == {
        "first": (None, "a"),
        "second": ("new", None),
        "nested.a": ("2", "1"),
        "nested.b": ("3", None),
        "words": (["z"], ["x"]),
    }
    workspace.apply_planned()
    workspace.require_no_change()
    workspace.store.delete(OBJECT, ids["stays"])
    workspace.run("apply", "-refresh-only", "-input=false", "-no-color", "-auto-approve")
    assert f"{OBJECT}.stays" not in workspace.instances()


def test_unchanged_state_stays_byte_for_byte(workspace: Workspace) -> None:
    workspace.configure({"conformance_kinds.a": {"amount": 1.5, "several": [{"name": "b"}, {"name": "a"}]}})
    workspace.apply()
    before = workspace.state_file.read_bytes()
    workspace.run("apply", "-refresh-only", "-input=false", "-no-color", "-auto-approve")
    workspace.apply()
    assert workspace.state_file.read_bytes() == before


def test_private_state_goes_with_the_object(workspace: Workspace) -> None:
    workspace.configure({f"{OBJECT}.a": {"name": "a", "first": "1"}})
    workspace.apply()
    workspace.configure({f"{OBJECT}.a": {"name": "a", "first": "2"}})
    workspace.apply()
    workspace.plan()
    workspace.destroy()

    journal = workspace.store.journal("private")
    steps = [entry["step"] for entry in journal]
    assert journal[0] == {"step": "plan"}
    made = next(entry["made"] for entry in journal if entry["step"] == "create")
    later = journal[steps.index("create") :]
    assert {entry["made"] for entry in later} == {made}
    updated = [entry["updates"] for entry in later]
    assert updated == sorted(updated)
    assert {entry["step"] for entry in later if entry["updates"] == 1} == {
        "update",
        "read",
        "plan",
        "plan to destroy",
        "delete",
    }
    assert made not in json.dumps(workspace.store.loaded(OBJECT))


def test_a_provider_that_is_configured_only_during_the_apply(workspace: Workspace) -> None:
    """Where its objects lie comes from something that the same apply makes: what is planned before needs no store."""
    resources: dict[str, dict[str, Any]] = {
        "terraform_data.folder": {"input": str(workspace.store.folder)},
        f"{OBJECT}.a": {"name": "a", "words": ["x"]},
        "conformance_modified.a": {"name": "An Other"},
    }
    block = {"conformance": {"folder": "${terraform_data.folder.output}"}}
    data = {OBJECT: {"a": {"id": f"${{{OBJECT}.a.id}}"}}}
    workspace.configure(resources, provider=block, data=data)
    assert workspace.planned()["conformance_modified.a"].after["slug"] == "an-other"
    workspace.apply_planned()
    workspace.require_no_change()

    workspace.configure(resources, provider=block)
    found = workspace.diagnosed("plan", "-input=false", "-replace=terraform_data.folder")
    assert {said.summary for said in found} == {"The provider's configuration is not known yet"}
    workspace.apply("-replace=terraform_data.folder", "-refresh=false")
    workspace.require_no_change()


def test_a_data_source_is_read_when_it_can_be(workspace: Workspace) -> None:
    workspace.configure({f"{OBJECT}.a": {"name": "a"}})
    workspace.apply()
    workspace.configure(
        {f"{OBJECT}.a": {"name": "a"}, f"{OBJECT}.b": {"name": "b", "first": f"${{data.{OBJECT}.a.token}}"}},
        data={OBJECT: {"a": {"id": f"${{{OBJECT}.a.id}}"}}},
    )
    found = workspace.planned()
    assert found[f"{OBJECT}.b"].after["first"] == workspace.attributes(f"{OBJECT}.a")["token"]
    workspace.apply_planned()
    workspace.require_no_change()

    workspace.configure({}, data={OBJECT: {"a": {"id": "nowhere"}}})
    assert [(said.address, said.summary) for said in workspace.diagnosed("plan", "-input=false")] == [
        (f"data.{OBJECT}.a", "There is no such object")
    ]
