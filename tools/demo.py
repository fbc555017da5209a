"""Shows the provider at work: a simulated tenant, a fresh client certificate, and the real Terraform.

    TERRAFORM=terraform python tools/demo.py

Starts the tenant, which makes its own certificates and a client certificate, then runs Terraform in a copy of
examples/demo, with the tenant's variables in the environment. Everything lies in .build/demo; the tenant ends with the
demo.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build/demo"
_READY_SECONDS = 30


@contextmanager
def tenant(variables: Path) -> Iterator[None]:
    """Run the simulated tenant until the block ends; it has written `variables` when the block begins."""
    command = [str(ROOT / ".venv/bin/terraform-provider-microsoft365"), "tenant", "--env-file", str(variables)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _READY_SECONDS
        while not variables.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("The simulated tenant did not start.")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def environment(variables: Path) -> dict[str, str]:
    """Return an environment for Terraform: the user's without what would steer it, with the tenant's variables."""
    # A shell reads its own quoting best; Python, started from it, tells what it has read.
    script = '. "$1" && exec "$2" -c "import json, os; print(json.dumps(dict(os.environ)))"'
    command = ["sh", "-c", script, "sh", str(variables), sys.executable]
    listed = subprocess.run(command, env=_plain(os.environ), stdout=subprocess.PIPE, check=True)
    return {
        **json.loads(listed.stdout),
        "TF_CLI_CONFIG_FILE": str(ROOT / ".build/terraform.rc"),
        "CHECKPOINT_DISABLE": "1",
    }


def _plain(variables: Mapping[str, str]) -> dict[str, str]:
    foreign = ("M365_", "AZURE_", "ARM_", "TF_")
    return {name: value for name, value in variables.items() if not name.startswith(foreign)}


def main() -> int:
    """Run the demo and return its exit status."""
    cli = os.environ.get("TERRAFORM") or "terraform"
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(ROOT / "examples/demo", FOLDER)
    variables = FOLDER / "tenant.env"
    with tenant(variables):
        prepared = environment(variables)
        for arguments in (["init"], ["plan"], ["apply", "-auto-approve"], ["plan", "-detailed-exitcode"]):
            print(f"\n$ {Path(cli).name} {' '.join(arguments)}", flush=True)
            status = subprocess.run([cli, *arguments], cwd=FOLDER, env=prepared, check=False).returncode
            if status:
                print(f"The demo failed: {Path(cli).name} {arguments[0]} ended with status {status}.", file=sys.stderr)
                return status
    print("\nTerraform signed in with a client certificate. The configuration is in examples/demo; the guide is")
    print("docs/guides/client_certificate.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
