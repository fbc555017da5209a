"""A tenant, and Terraform in folders that are initialised already."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.configuration import configuration
from tests.tenant_process import TenantProcess
from tests.terraform import Terraform

OBJECT_ID = "dddddddd-0000-4000-8000-000000000001"
"""That of the tenant's service principal."""

MakeTerraform = Callable[[Mapping[str, str]], Terraform]


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory, cli_config: Path) -> Path:
    """A folder in which `terraform init` was run."""
    terraform = Terraform(tmp_path_factory.mktemp("initialised"), cli_config)
    terraform.write(configuration())
    terraform.init()
    return terraform.folder


@pytest.fixture
def make_terraform(initialised: Path, tmp_path: Path, cli_config: Path) -> MakeTerraform:
    """Make a Terraform in an initialised folder of the test's own, with these variables."""

    def make(environment: Mapping[str, str]) -> Terraform:
        folder = tmp_path / "configuration"
        shutil.copytree(initialised, folder, symlinks=True, dirs_exist_ok=True)
        return Terraform(folder, cli_config, environment)

    return make


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantProcess]:
    """A tenant that made the certificate itself; its variables are all that signing in takes."""
    state = {"servicePrincipals": [{"id": OBJECT_ID}]}
    with TenantProcess.start(tmp_path_factory.mktemp("tenant"), state=state) as started:
        yield started
