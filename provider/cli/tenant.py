"""`tenant`: the simulated tenant, which knows nothing of the provider."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def run_tenant(arguments: Sequence[str]) -> int:
    """Run the simulated tenant until it is told to end, and return its exit status."""
    try:
        import jwt  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as missing:
        print(
            f"The simulated tenant needs the package {missing.name}, which is not installed. Install the extra "
            "`tenant`: pip install 'terraform-provider-microsoft365[tenant]'",
            file=sys.stderr,
        )
        return 1
    from tenant.cli import main

    return main(arguments)
