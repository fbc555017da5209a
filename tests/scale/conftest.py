"""The provider of full size: compiled once, served by a process, found by the command line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.plugin.conftest import quoted
from tests.plugin.host import Plugin, configuration
from tests.scale import shape
from tests.scale.host import SERVE
from tests.terraform import Terraform

ADDRESS = "registry.terraform.io/local/microsoft365"


@pytest.fixture(scope="session")
def compiled() -> Iterator[Path]:
    """The folder with what is compiled of all types."""
    with TemporaryDirectory(prefix="scale-") as name:
        shape.compile_into(Path(name), shape.names())
        yield Path(name)


@pytest.fixture
def plugin(compiled: Path) -> Iterator[Plugin]:
    """A process of the provider, configured; it must outlive the test."""
    with Plugin(SERVE, {"SCALE_FOLDER": str(compiled)}) as started:
        assert not started.call("ConfigureProvider", configuration()).diagnostics
        yield started
        assert started.process.poll() is None, started.stderr()
        started.shutdown()
        assert (started.wait(), started.rest_of_stdout(), started.stderr()) == (0, b"", "")


@pytest.fixture
def terraform(compiled: Path, tmp_path: Path) -> Callable[[str], Terraform]:
    """Make a Terraform that finds the provider, in a folder with a configuration in JSON."""
    executable = tmp_path / "bin/terraform-provider-microsoft365"
    executable.parent.mkdir()
    executable.write_text(f"#!/bin/sh\nexec {' '.join(map(quoted, SERVE))}\n", encoding="utf-8")
    executable.chmod(0o755)
    config = tmp_path / "terraform.rc"
    config.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "{ADDRESS}" = "{executable.parent}"\n  }}\n}}\n',
        encoding="utf-8",
    )

    def make(configuration: str) -> Terraform:
        made = Terraform(tmp_path / "configuration", config, {"SCALE_FOLDER": str(compiled)})
        made.write(f'terraform {{\n  required_providers {{\n    microsoft365 = {{ source = "{ADDRESS}" }}\n  }}\n}}\n')
        made.write(configuration, "resources.tf.json")
        return made

    return make
