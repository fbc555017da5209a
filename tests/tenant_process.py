"""The simulated tenant as a process of its own, for any test that signs in.

    with TenantProcess.start(tmp_path) as tenant:
        subprocess.run([...], env={**os.environ, **tenant.environment})

It is started as a person would (`python -m tenant`), tells when it is ready, and is ended and waited for on leaving
the block.
"""

from __future__ import annotations

import json
import os
import shlex
import ssl
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_ROOT = Path(__file__).resolve().parent.parent
_READY_WITHIN_SECONDS = 30
_ENDED_WITHIN_SECONDS = 10


class TenantStartError(AssertionError):
    """The tenant ended, or said nothing, instead of becoming ready. The message holds what it wrote."""


def read_environment_file(path: Path) -> dict[str, str]:
    """Return the variables of an environment file that the tenant wrote."""
    variables: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        _export, assignment = shlex.split(line)
        name, _equals, value = assignment.partition("=")
        variables[name] = value
    return variables


@dataclass(slots=True)
class TenantProcess:
    """A running tenant. Use `start`; leaving the `with` block ends it."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    """The variables of its environment file: `M365_TENANT_ID` and the others."""
    ready_line: str
    env_file: Path
    _ended: bool = field(default=False, repr=False)

    @classmethod
    def start(
        cls,
        folder: Path,
        *options: str,
        state: Mapping[str, object] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a tenant and return when it serves.

        Args:
            folder: where its environment file and state file go (and stay apart from those of another start).
            options: command line options, such as `"--certificate", "public.pem"`.
            state: what to write to a state file first; the tenant gets that file as `--state`.
            env: environment variables for it, beside this process's own.

        Raises:
            TenantStartError: with what it wrote to stderr.
        """
        folder.mkdir(parents=True, exist_ok=True)
        env_file = folder / "tenant.env"
        env_file.unlink(missing_ok=True)
        command: Sequence[str] = [sys.executable, "-m", "tenant", "--env-file", str(env_file), *options]
        if state is not None:
            state_file = folder / "tenant.json"
            state_file.write_text(json.dumps(state), encoding="utf-8")
            command = [*command, "--state", str(state_file)]
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        # Reading has no time limit of its own; ending the process ends the reading.
        alarm = threading.Timer(_READY_WITHIN_SECONDS, process.kill)
        alarm.start()
        try:
            ready_line = process.stdout.readline()
        finally:
            alarm.cancel()
        if not ready_line:
            _out, written = process.communicate()
            raise TenantStartError(f"The tenant did not start (exit code {process.returncode}):\n{written}")
        return cls(process, read_environment_file(env_file), ready_line, env_file)

    @property
    def url(self) -> str:
        """Where it serves: authority and Graph root alike, without a version and without a slash at the end."""
        return self.environment["M365_GRAPH_URL"]

    @property
    def tenant_id(self) -> str:
        return self.environment["M365_TENANT_ID"]

    @property
    def client_id(self) -> str:
        return self.environment["M365_CLIENT_ID"]

    @property
    def ca_file(self) -> Path:
        return Path(self.environment["M365_CA_CERTIFICATE_FILE"])

    def statistics(self) -> dict[str, Any]:
        """Return the counters of `GET /_tenant/statistics`; `tenant/statistics.py` says what they mean."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        with opener.open(f"{self.url}/_tenant/statistics", timeout=10) as answer:
            counters: dict[str, Any] = json.load(answer)
        return counters

    def stop(self) -> int:
        """End it by SIGTERM and return its exit code; kill it if it does not end. May be called again."""
        if not self._ended:
            self._ended = True
            self.process.terminate()
            try:
                self.process.communicate(timeout=_ENDED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.communicate()
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
