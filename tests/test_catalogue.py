"""The catalogue: every name can be loaded, the compiled answers are current, and looking at it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from provider import catalogue
from provider.framework.provider import DataSource

ROOT = Path(__file__).resolve().parents[1]
RPCS = ("GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "GetFunctions")


@pytest.mark.parametrize("name", catalogue.DATA_SOURCES)
def test_every_name_can_be_loaded(name: str) -> None:
    found = catalogue.data_source(name)

    assert isinstance(found, DataSource)
    assert found.name == name


def test_every_module_is_named() -> None:
    modules = {path.stem for path in (ROOT / "provider" / "data_sources").glob("*.py")} - {"__init__"}

    assert set(catalogue.DATA_SOURCES.values()) == modules


@pytest.mark.parametrize("name", ["", "client_config", "microsoft365_other", "../main"])
def test_other_names_are_none(name: str) -> None:
    assert catalogue.data_source(name) is None


@pytest.mark.parametrize("rpc", RPCS)
def test_there_is_an_answer(rpc: str) -> None:
    assert isinstance(catalogue.compiled(rpc), bytes)


def test_the_compiled_answers_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/schema.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


_LOAD = """
import sys
import provider.catalogue, provider.main, provider.protocol.service

provider.main.make_provider()
for rpc in sys.argv[1:]:
    provider.catalogue.compiled(rpc)
heavy = ("msal", "requests", "urllib3", "google.protobuf", "msgpack", "cryptography", "truststore",
         "provider.config", "provider.auth", "provider.network", "provider.graph", "provider.data_sources")
print(*sorted(m for m in sys.modules if m in heavy or m.startswith(tuple(h + "." for h in heavy))))
"""


def test_what_every_process_loads_is_little() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, *RPCS], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == ""
