"""The real command line with the conformance provider: configurations in, plans and states out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.provider import ADDRESS
from tests.conformance.store import Store
from tests.terraform import Result, Terraform

Config = Mapping[str, Any]

PLAN = "saved.tfplan"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan does to one resource, as `terraform show -json` tells it."""

    actions: tuple[str, ...]
    before: Any
    after: Any
    unknown: Any
    """Where `after` is not known: true in place of the value."""
    replace: frozenset[str]
    """The paths of what makes it necessary to replace the resource."""
    importing: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A diagnostic, as `-json` tells it."""

    severity: str
    address: str
    summary: str
    detail: str
    line: int | None
    """The line of the configuration that it is placed at."""


class Workspace(Terraform):
    """Terraform in a folder of its own, beside the store of the objects that it manages."""

    def __init__(self, folder: Path, cli_config: Path) -> None:
        super().__init__(folder / "configuration", cli_config)
        self.store = Store(folder / "store")

    def configure(self, resources: Mapping[str, Config], **blocks: Any) -> None:
        """Write the whole configuration: resources by their address, other blocks as Terraform's JSON has them."""
        declared: dict[str, dict[str, Config]] = {}
        for address, attributes in resources.items():
            type_name, _, name = address.partition(".")
            declared.setdefault(type_name, {})[name] = attributes
        written = {**self._header(), **({"resource": declared} if declared else {}), **blocks}
        self.write(json.dumps(written, indent=1), "main.tf.json")

    def configure_in_hcl(self, text: str) -> None:
        """Write the whole configuration in HCL, the provider apart."""
        self.write(json.dumps(self._header()), "main.tf.json")
        self.write(text, "resources.tf")

    def import_blocks(self, *, generating: bool = False, **by: Mapping[str, Any]) -> None:
        """Write import blocks, in place of those that were there.

        `id`, or `identity`, has for each address what the resource is imported by. The provider is named where the
        configuration is generated, and must not be elsewhere. In HCL: OpenTofu reads such an address nowhere else.
        """
        provider = "  provider = conformance\n" if generating else ""
        blocks = [
            f"import {{\n  to = {address}\n  {how} = {json.dumps(what)}\n{provider}}}\n"
            for how, addresses in by.items()
            for address, what in addresses.items()
        ]
        self.write("\n".join(blocks), "imports.tf")

    def planned(self, *args: str) -> dict[str, Planned]:
        """Plan into a file; return what the plan does to each resource."""
        self.plan(f"-out={PLAN}", *args)
        return self.shown_plan()

    def shown_plan(self) -> dict[str, Planned]:
        """Return what the plan in the file does to each resource."""
        changes = self.show(PLAN).get("resource_changes", [])
        return {changed["address"]: _planned(changed["change"]) for changed in changes}

    def show(self, *args: str) -> dict[str, Any]:
        """Return what `show -json` says of a plan, or of the state."""
        shown: dict[str, Any] = json.loads(self.run("show", "-no-color", "-json", *args).stdout)
        return shown

    def apply_planned(self, *, check: bool = True) -> Result:
        """Apply the plan in the file."""
        return self.run("apply", "-input=false", "-no-color", PLAN, check=check)

    def destroy(self, *args: str, check: bool = True) -> Result:
        """Destroy everything without asking."""
        return self.run("destroy", "-input=false", "-no-color", "-auto-approve", *args, check=check)

    def diagnosed(self, *args: str, status: int = 1, timeout: float = 60) -> list[Said]:
        """Run a command that ends with a status; return its diagnostics, but for that about the override."""
        result = self.run(*args, "-no-color", "-json", check=False, timeout=timeout)
        assert result.status == status, result.output
        if args[0] == "validate":
            found = json.loads(result.stdout)["diagnostics"]
        else:
            lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
            found = [line["diagnostic"] for line in lines if "diagnostic" in line]
        return [_said(said) for said in found if "development overrides" not in said["summary"]]

    def require_no_change(self, *args: str) -> None:
        """Fail where a plan would change anything."""
        result = self.plan("-detailed-exitcode", *args, check=False)
        assert result.status == 0, result.output

    @property
    def state_file(self) -> Path:
        """Where the state is."""
        return self.folder / "terraform.tfstate"

    def instances(self) -> dict[str, dict[str, Any]]:
        """Return what the state file has of each managed resource, by address."""
        state = json.loads(self.state_file.read_text(encoding="utf-8"))
        return {
            f"{resource['type']}.{resource['name']}" + _index(instance): instance
            for resource in state["resources"]
            if resource["mode"] == "managed"
            for instance in resource["instances"]
        }

    def attributes(self, address: str) -> dict[str, Any]:
        """Return the attributes of a resource in the state file."""
        found: dict[str, Any] = self.instances()[address]["attributes"]
        return found

    def write_state(self, resources: Mapping[str, tuple[int, Mapping[str, Any]]]) -> None:
        """Write a state file as another version of the provider might have left it.

        `resources` has the schema version and the attributes for each address.
        """
        state = {
            "version": 4,
            "terraform_version": "1.5.0",
            "serial": 1,
            "lineage": "5b1e9b0e-0000-4000-8000-000000000001",
            "outputs": {},
            "resources": [
                {
                    "mode": "managed",
                    "type": address.partition(".")[0],
                    "name": address.partition(".")[2],
                    "provider": f'provider["{ADDRESS}"]',
                    "instances": [{"schema_version": version, "attributes": attributes, "sensitive_attributes": []}],
                }
                for address, (version, attributes) in resources.items()
            ],
        }
        self.state_file.write_text(json.dumps(state), encoding="utf-8")

    def _header(self) -> dict[str, Any]:
        return {
            "terraform": {"required_providers": {"conformance": {"source": ADDRESS}}},
            "provider": {"conformance": {"folder": str(self.store.folder)}},
        }


def _index(instance: Mapping[str, Any]) -> str:
    key = instance.get("index_key")
    return "" if key is None else f"[{json.dumps(key)}]"


def _said(diagnostic: Mapping[str, Any]) -> Said:
    return Said(
        diagnostic["severity"],
        diagnostic.get("address", ""),
        diagnostic["summary"],
        diagnostic["detail"],
        diagnostic["range"]["start"]["line"] if "range" in diagnostic else None,
    )


def _planned(change: Mapping[str, Any]) -> Planned:
    return Planned(
        tuple(change["actions"]),
        change["before"],
        change["after"],
        change["after_unknown"],
        frozenset(_path(path) for path in change.get("replace_paths", [])),
        "importing" in change,
    )


def _path(steps: list[Any]) -> str:
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return shown.removeprefix(".")
