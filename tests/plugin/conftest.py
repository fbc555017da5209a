"""Places and plugins for the tests of the process."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugin.host import PROBE, Plugin
from tests.plugin.probe import ADDRESS
from tests.terraform import Terraform


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for temporary files whose path is short enough for sockets; pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="p-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    """One configured plugin for all tests of a module that leave it as it is."""
    with Plugin() as started:
        assert not started.configure(note="of the block").diagnostics
        yield started
        assert started.process.poll() is None, f"a test ended the plugin: {started.stderr()}"
        started.shutdown()
        assert started.wait() == 0
        assert started.rest_of_stdout() == b""


@pytest.fixture
def terraform(tmp_path: Path, place: Path) -> Callable[..., Terraform]:
    """Make a Terraform that finds the probe; keywords are its environment. Its temporary files go to `place`."""
    executable = tmp_path / "bin/terraform-provider-probe"
    executable.parent.mkdir()
    executable.write_text(f"#!/bin/sh\nexec {' '.join(map(quoted, PROBE))}\n", encoding="utf-8")
    executable.chmod(0o755)
    config = tmp_path / "terraform.rc"
    config.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{ADDRESS}" = "{executable.parent}"\n  }}\n}}\n',
        encoding="utf-8",
    )

    def make(body: str, **environment: str) -> Terraform:
        made = Terraform(tmp_path / "configuration", config, {"TMPDIR": str(place), **environment})
        made.write(f'terraform {{\n  required_providers {{\n    probe = {{ source = "{ADDRESS}" }}\n  }}\n}}\n{body}')
        return made

    return make


def quoted(text: str) -> str:
    """Return a word for a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


assert sys.platform != "win32", "these tests drive Unix sockets and signals"
