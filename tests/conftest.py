"""What all suites share: where the checkout's provider is for the real command line."""

import signal
from pathlib import Path

import pytest

from tests import terraform

# What `nohup` has ignored, every process that a test starts would ignore too.
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

BUILD = Path(__file__).resolve().parent.parent / ".build"


def built(name: str) -> Path:
    """Return a file that `make build` writes."""
    path = BUILD / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: run make build", pytrace=False)
    terraform.executable()
    return path


@pytest.fixture(scope="session")
def cli_config() -> Path:
    """The CLI configuration with which the command line, which is there, finds the checkout's provider."""
    return built("terraform.rc")
