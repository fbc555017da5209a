"""`make`, and the mirror that it makes, where the checkout lies in an odd path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.configuration import SOURCE, configuration
from tests.terraform import Terraform

ROOT = Path(__file__).parent.parent.parent
COMMUNITY = "registry.terraform.io/deploymenttheory/microsoft365"
TARGETS = [
    "help",
    "build",
    "dev",
    "demo",
    "test",
    "testacc",
    "lint",
    "stubs",
    "schema",
    "docs",
    "bench",
    "fuzz",
    "soak-framework",
    "mutants",
    "clean",
]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make, apart from any other make that runs this test."""
    outer = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in outer},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what `make` reads, in a path with blanks, quotes and letters beyond ASCII."""
    copied = tmp_path / 'Fürs Büro: it\'s "mine" ${here}'
    for name in ("provider", "tenant", "tools"):
        shutil.copytree(ROOT / name, copied / name, ignore=shutil.ignore_patterns("__pycache__", "stubs"))
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, copied / name)
    return copied


def test_help_lists_every_target(checkout: Path) -> None:
    done = make(checkout, "help")

    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[1] for line in done.stdout.splitlines()] == TARGETS
    assert make(checkout).stdout == done.stdout


def test_an_old_python_is_said(checkout: Path) -> None:
    old = checkout / "python3.10"
    pretend = 'import sys; sys.version_info = (3, 10, 1); sys.version = "3.10.1 (main)"; exec(sys.argv[2])'
    old.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{pretend}' \"$@\"\n", encoding="utf-8")
    old.chmod(0o755)

    done = make(checkout, "build", "PYTHON=./python3.10")

    assert done.returncode == 2
    assert "Python 3.11 or later is needed, this is 3.10.1. Name one: make PYTHON=python3.12" in done.stderr
    assert not (checkout / ".venv").exists()


def test_the_mirror_of_an_odd_path_serves_both_addresses(checkout: Path, tmp_path: Path) -> None:
    # In place of the virtual environment, which knows its own path: the interpreter of this one.
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)

    subprocess.run([python, checkout / "tools/mirror.py", "--source", f"{COMMUNITY}@0.42.0"], check=True)

    build = checkout / ".build"
    terraform = Terraform(tmp_path / "configuration", build / "terraform.rc")
    community = f'community = {{\n      source  = "{COMMUNITY}"\n      version = "~> 0.42.0"\n    }}'
    terraform.write(configuration("").replace("required_providers {", f"required_providers {{\n    {community}"))
    said = terraform.init().said
    assert f"Installed {SOURCE.partition('/')[2]} v" in said
    assert "Installed deploymenttheory/microsoft365 v0.42.0" in said
    for launcher in (
        *build.glob("plugins/*/*/*/*/*/terraform-provider-*"),
        build / "bin/terraform-provider-microsoft365",
    ):
        shown = subprocess.run([launcher, "--version"], capture_output=True, text=True, check=True)
        assert shown.stdout.startswith("terraform-provider-microsoft365 ")
    assert f'"{SOURCE}" = "' in (build / "dev.rc").read_text(encoding="utf-8")


@pytest.fixture
def own(cli_config: Path) -> Path:
    """The checkout itself, in which make does not touch the virtual environment that runs this test."""
    if make(ROOT, "-q", ".venv/ready").returncode:
        pytest.fail("The virtual environment is not current: run make build", pytrace=False)
    return ROOT


def test_a_build_that_is_current_is_quiet_and_quick(own: Path) -> None:
    # Whatever was changed since the last one is built now.
    assert make(own, "build").returncode == 0
    begin = time.perf_counter()
    again = make(own, "build")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert time.perf_counter() - begin < 5


def test_dev_says_what_to_type(own: Path) -> None:
    done = make(own, "dev")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"  export TF_CLI_CONFIG_FILE='{own}/.build/dev.rc'"
    assert (own / ".build/dev.rc").is_file()


@pytest.mark.parametrize(
    "source",
    ["microsoft365", "a/../b", "my_host/my_ns/x", "h.example/n/t ", "h.example/n/t@v1.0.0", "h/n/t@~> 1", "it's/a/b"],
)
def test_a_wrong_source_is_said(own: Path, source: str) -> None:
    before = (own / ".build/terraform.rc").read_text(encoding="utf-8")

    done = make(own, "build", f"SOURCE={source}")

    assert done.returncode == 2
    assert "SOURCE must be HOST/NAMESPACE/TYPE" in done.stderr
    assert (own / ".build/terraform.rc").read_text(encoding="utf-8") == before
