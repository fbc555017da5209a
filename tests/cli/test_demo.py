"""`make demo` without `make`: what it shows, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.terraform import executable

ROOT = Path(__file__).parent.parent.parent


def test_the_demo(cli_config: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, ROOT / "tools/demo.py"],
        # What is set for another tenant must not disturb it.
        env={**os.environ, "TERRAFORM": executable(), "M365_CLIENT_ID": "someone", "TF_CLI_ARGS": "-bad"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, said

    outputs = said[said.rindex("Outputs:") :]
    for pattern in (
        r'"name" = "Contoso"',
        r'"contoso\.onmicrosoft\.com"',
        r'"name" = "Terraform"',
        r'"client_id" = "[0-9a-f-]{36}"',
        r'"Organization\.Read\.All"',
        r'"thumbprint" = "[0-9A-F]{40}"',
        r'"expires" = "20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"',
    ):
        assert re.search(pattern, outputs), f"{pattern}\n{said}"
    assert "No changes." in said
    assert "Terraform signed in with a client certificate." in said
    assert processes_of_session(demo.pid) == []


def processes_of_session(session: int) -> list[str]:
    """Return the command lines of the processes that live in this session."""
    listed = subprocess.run(["ps", "-eo", "sess=,stat=,args="], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return [args for sess, state, args in rows if int(sess) == session and not state.startswith("Z")]
