"""The remote side of the conformance provider: a folder with a file of JSON for each object.

Tests look into it, change what is in it behind Terraform's back, and order faults in it.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provider.framework.cancellation import CancelToken
from provider.framework.diagnostics import Failure, error


class Store:
    """The objects in a folder, by type and id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, type_name: str, identifier: str) -> Path:
        """Return the file of an object, which need not be there."""
        return self.folder / type_name / f"{identifier}.json"

    def ids(self, type_name: str) -> list[str]:
        """Return the ids of all objects of a type, sorted."""
        return sorted(file.stem for file in (self.folder / type_name).glob("*.json"))

    def read(self, type_name: str, identifier: str) -> str | None:
        """Return what is stored of an object, or None if there is none of this id."""
        try:
            return self.file(type_name, identifier).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, type_name: str, identifier: str, text: str) -> None:
        """Store an object."""
        file = self.file(type_name, identifier)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._write(file, text)

    def delete(self, type_name: str, identifier: str) -> None:
        """Remove an object; one that is gone is removed already."""
        self.file(type_name, identifier).unlink(missing_ok=True)

    def loaded(self, type_name: str) -> list[dict[str, Any]]:
        """Return all objects of a type, in the order of their ids."""
        return [json.loads(self.file(type_name, name).read_text(encoding="utf-8")) for name in self.ids(type_name)]

    def change(self, type_name: str, identifier: str, **values: Any) -> None:
        """Change an object, as somebody else than Terraform does."""
        file = self.file(type_name, identifier)
        self._write(file, json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}))

    def note(self, name: str, about: Mapping[str, Any]) -> None:
        """Add a line to the journal `name`: what a handler was given."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.journal").open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(about) + "\n")

    def journal(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of a journal."""
        file = self.folder / f"{name}.journal"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    def order(self, faults: Mapping[str, str] | None = None) -> None:
        """Have handlers fail or wait from now on; what was ordered before is forgotten.

        The key is a moment, such as `create_between`, or the name of an object and a moment (`a create_between`); the
        value is `fail`, `crash`, `wait`, or `deaf`: to wait for a second whatever the token says.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(self.folder / "faults.json", json.dumps(faults or {}))

    def at(self, moment: str, name: object, token: CancelToken) -> None:
        """Do what was ordered for a moment in the life of the object `name`."""
        try:
            faults = json.loads((self.folder / "faults.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        match faults.get(f"{name} {moment}", faults.get(moment)):
            case "fail":
                raise Failure(error("The store refuses", f"It was told to, at {moment} of {name}."))
            case "crash":
                raise ZeroDivisionError(f"it was told to, at {moment}")
            case "wait":
                token.wait(60)
            case "deaf":
                time.sleep(1)

    def _write(self, file: Path, text: str) -> None:
        # Another process may look at any time: never show it half a file.
        new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        new.write_text(text, encoding="utf-8")
        new.replace(file)
