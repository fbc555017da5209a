"""The real provider behind gRPC."""

from collections.abc import Iterator

import pytest

from tests.plugin.host import REAL, Plugin


@pytest.fixture(scope="module")
def provider() -> Iterator[Plugin]:
    """One process of the real provider for all tests of a module; it must outlive them."""
    with Plugin(REAL) as started:
        yield started
        assert started.process.poll() is None, f"a test ended the provider: {started.stderr()}"
        assert started.stderr() == ""
        started.shutdown()
        assert (started.wait(), started.rest_of_stdout()) == (0, b"")
