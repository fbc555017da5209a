"""Secrets: what is write-only is kept by the store alone, what is sensitive is shown nowhere."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conformance.host import host
from tests.conformance.workspace import Workspace

TYPE = "conformance_confidential"
ADDRESS = f"{TYPE}.a"
SECRETS = ("first-pass", "login-pass", "list-pass", "map-pass", "block-pass")

WRITE_ONLY = """\
variable "password" {
  type      = string
  ephemeral = true
}

resource "conformance_confidential" "a" {
  name             = "a"
  password         = var.password
  password_version = %d
  login            = { name = "b", password = "login-pass" }
  logins           = [{ name = "c" }, { name = "d", password = "list-pass" }]
  by_name          = { k = { name = "e", password = "map-pass" } }

  account {
    name     = "f"
    password = "block-pass"
  }
}
"""


def kept(workspace: Workspace) -> Iterator[tuple[Path, bytes]]:
    """Yield what Terraform has written into the folder: states, backups, plans and what is inside of them."""
    for file in workspace.folder.iterdir():
        if file.is_file() and file.suffix not in (".tf", ".json"):
            yield file, file.read_bytes()
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    # The configuration is in a plan as it was written.
                    for name in archive.namelist():
                        if not name.endswith(".tf"):
                            yield file / name, archive.read(name)


def test_write_only_values_are_kept_by_the_store_alone(workspace: Workspace) -> None:
    if not host().write_only:
        workspace.configure({ADDRESS: {"name": "a", "password": "p", "login": {"name": "b", "password": "q"}}})
        (refused,) = workspace.diagnosed("plan", "-input=false")
        assert refused.summary == "Terraform 1.11 or later is needed"
        assert "The configuration sets password, login.password, which are write-only" in refused.detail
        workspace.configure({ADDRESS: {"name": "a", "login": {"name": "b"}}})
        workspace.apply()
        workspace.require_no_change()
        return

    workspace.environment["TF_VAR_password"] = SECRETS[0]
    workspace.configure_in_hcl(WRITE_ONLY % 1)
    found = workspace.planned()
    assert not found[ADDRESS].unknown.get("password")
    said = workspace.apply_planned().output
    workspace.require_no_change()
    (stored,) = workspace.store.loaded(TYPE)
    places = (stored, stored["login"], stored["logins"][1], stored["by_name"]["k"], stored["account"][0])
    assert tuple(place["password"] for place in places) == SECRETS
    attributes = workspace.attributes(ADDRESS)
    assert (attributes["password"], attributes["logins"][1]["password"]) == (None, None)

    # Nobody can see that the password is another one now; the version says that it is to be written.
    workspace.environment["TF_VAR_password"] = "second-pass"
    workspace.require_no_change()
    workspace.configure_in_hcl(WRITE_ONLY % 2)
    assert workspace.planned()[ADDRESS].actions == ("update",)
    said += workspace.apply_planned().output
    said += workspace.run("show", "-no-color").output
    workspace.require_no_change()
    assert workspace.store.loaded(TYPE)[0]["password"] == "second-pass"

    for secret in (*SECRETS, "second-pass"):
        assert secret not in said
        for place, content in kept(workspace):
            assert secret.encode() not in content, place


def test_a_write_only_value_may_be_unknown_while_it_is_planned(workspace: Workspace) -> None:
    token = "${conformance_object.a.token}"
    configured: dict[str, dict[str, Any]] = {
        "conformance_object.a": {"name": "a"},
        ADDRESS: {"name": "a", "password": token, "logins": [{"name": token, "password": token}]},
    }
    workspace.configure(configured)
    if not host().write_only:
        assert [said.summary for said in workspace.diagnosed("plan", "-input=false")] == [
            "Terraform 1.11 or later is needed"
        ]
        return

    workspace.apply()
    workspace.require_no_change()
    (made,), (stored,) = workspace.store.loaded("conformance_object"), workspace.store.loaded(TYPE)
    assert (stored["password"], stored["logins"][0]["password"]) == (made["token"], made["token"])


def test_sensitive_values_are_shown_nowhere(workspace: Workspace) -> None:
    def configured(secret: str) -> dict[str, dict[str, Any]]:
        inside = {"name": "b", "secret": f"inside-{secret}"}
        return {
            ADDRESS: {"name": "a", "secret": secret, "login": inside, "logins": [inside], "account": [inside]},
            "conformance_old.a": {"whole": {"user": f"whole-{secret}"}},
        }

    workspace.configure(configured("one-secret"))
    said = workspace.apply().output
    workspace.configure(configured("two-secret"))
    said += workspace.apply().output
    (stored,) = workspace.store.loaded(TYPE)
    workspace.store.change(TYPE, stored["id"], secret="three-secret", name="drifted")
    said += workspace.plan("-refresh-only").output + workspace.destroy().output

    assert "(sensitive value)" in said
    for shown in ("-secret", stored["key"]):
        assert shown not in said


def test_what_is_deprecated_warns_where_it_is_used(workspace: Workspace) -> None:
    workspace.configure_in_hcl('resource "conformance_old" "a" {\n  title = "a"\n}\n')
    whole, part = sorted(workspace.diagnosed("validate", status=0), key=lambda said: said.summary)
    assert (part.severity, part.summary, part.line) == ("warning", "title is deprecated", 2)
    assert part.detail == "Use `name` in its place."
    assert (whole.severity, whole.detail) == ("warning", "Use `conformance_object` in its place.")

    workspace.configure_in_hcl('resource "conformance_old" "a" {\n  name = "a"\n}\n')
    assert workspace.diagnosed("validate", status=0) == [whole]
