"""A real tenant, named by the variables of the provider. Collected only where TF_ACC=1 asks for it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

if os.environ.get("TF_ACC") != "1":
    collect_ignore_glob = ["*"]

# Each of them, or one of each group.
_NEEDED = (
    ("M365_TENANT_ID",),
    ("M365_CLIENT_ID",),
    ("M365_CLIENT_CERTIFICATE_FILE_PATH", "M365_CLIENT_CERTIFICATE_DATA", "M365_CLIENT_CERTIFICATE"),
)
# What leads out of this machine.
_NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(scope="session")
def variables() -> Mapping[str, str]:
    """The environment that signs in to the tenant."""
    missing = [" or ".join(group) for group in _NEEDED if not any(os.environ.get(name) for name in group)]
    if missing:
        pytest.fail(f"Acceptance tests sign in to a real tenant. Set: {'; '.join(missing)}.", pytrace=False)
    network = {name for each in _NETWORK for name in (each, each.lower())}
    given = {name: value for name, value in os.environ.items() if name.startswith("M365_") or name in network}
    return {"M365_AUTH_METHOD": "client_certificate", **given}
