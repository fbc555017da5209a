"""Workspaces, and what the command line under test can do."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

import pytest

from tests.conformance import provider
from tests.conformance.workspace import Workspace


@pytest.fixture(scope="session")
def conformance_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CLI configuration with which the command line finds the conformance provider."""
    folder = tmp_path_factory.mktemp("conformance")
    compiled = folder / "compiled"
    compiled.mkdir()
    provider.compile_into(compiled)
    executable = folder / "bin/terraform-provider-conformance"
    executable.parent.mkdir()
    command = (sys.executable, "-I", provider.__file__, str(compiled))
    executable.write_text(f"#!/bin/sh\nexec {' '.join(map(quote, command))}\n", encoding="utf-8")
    executable.chmod(0o755)
    config = folder / "terraform.rc"
    config.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{provider.ADDRESS}" = "{executable.parent}"\n  }}\n}}\n',
        encoding="utf-8",
    )
    return config


@pytest.fixture
def workspace(tmp_path: Path, conformance_config: Path) -> Workspace:
    """A folder for a configuration, beside an empty store."""
    return Workspace(tmp_path, conformance_config)
