"""The real Terraform (or OpenTofu) command line, run by a test in a folder and an environment of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# What the system itself needs; everything else would make tests differ from machine to machine.
_INHERITED = ("PATH", "TMPDIR", "SYSTEMROOT", "COMSPEC")
# The frame that Terraform draws around a diagnostic.
_FRAME = re.compile(r"^[╷│╵]\s?", re.MULTILINE)


@cache
def executable() -> str:
    """Return the path of the command line: $TERRAFORM if set, else terraform, else tofu; fail if there is none."""
    chosen = os.environ.get("TERRAFORM")
    for name in (chosen,) if chosen else ("terraform", "tofu"):
        if found := shutil.which(name):
            return found
    raise AssertionError(
        f"{chosen or 'Neither terraform nor tofu'} is not to be found. These tests run the real command line: install "
        "it, or set TERRAFORM to its path."
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did."""

    status: int
    """The exit status; negative if a signal ended it."""
    output: str
    """stdout, then stderr, as they were."""
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """The output as running text: without the frames of diagnostics, each run of white space one blank.

        Terraform wraps its diagnostics: a sentence is to be looked for here.
        """
        return " ".join(_FRAME.sub("", self.output).split())


class Terraform:
    """Terraform in `folder`, whose files are the test's business.

    `cli_config` is its CLI configuration; `environment` is added to the small one that every command gets, and wins.
    """

    def __init__(self, folder: Path, cli_config: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.wrapper: Sequence[str] = ()
        """The command that runs the command line, if not itself; it gets the command line as its arguments."""
        home = folder / ".home"
        self.environment = {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_CONFIG_FILE": str(cli_config),
            **(environment or {}),
        }
        folder.mkdir(parents=True, exist_ok=True)
        home.mkdir(exist_ok=True)

    def write(self, text: str, name: str = "main.tf") -> None:
        """Write a file of the configuration."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *args: str, input: str | None = None, check: bool = True, timeout: float = 60) -> Result:  # noqa: A002
        """Run a command to its end. stdin holds `input`, or is /dev/null.

        Raises AssertionError with all that was said where the command fails and `check` is set, or takes longer than
        `timeout` seconds.
        """
        with self.start(*args, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE) as process:
            try:
                stdout, stderr = process.communicate(input, timeout=timeout)
            except subprocess.TimeoutExpired:
                end_group(process)
                stdout, stderr = process.communicate()
                raise AssertionError(
                    f"terraform {' '.join(args)}: not done after {timeout} s\n{stdout}{stderr}"
                ) from None
        result = Result(process.returncode, stdout + stderr, stdout, stderr)
        if check and result.status:
            raise AssertionError(f"terraform {' '.join(args)}: exit status {result.status}\n{result.output}")
        return result

    def start(self, *args: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start a command in a process group of its own, with its output in pipes."""
        return subprocess.Popen(
            [*self.wrapper, executable(), *args],
            cwd=self.folder,
            env=self.environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def init(self) -> Result:
        """Install the providers."""
        return self.run("init", "-input=false", "-no-color")

    def validate(self, *, check: bool = True) -> Result:
        """Validate the configuration."""
        return self.run("validate", "-no-color", check=check)

    def plan(self, *args: str, check: bool = True) -> Result:
        """Plan. The exit status is 2 where `-detailed-exitcode` is given and something would change."""
        return self.run("plan", "-input=false", "-no-color", *args, check=check)

    def apply(self, *args: str, check: bool = True) -> Result:
        """Apply without asking."""
        return self.run("apply", "-input=false", "-no-color", "-auto-approve", *args, check=check)

    def outputs(self) -> dict[str, Any]:
        """Return the values of all outputs of the state, by name."""
        found = json.loads(self.run("output", "-no-color", "-json").stdout)
        return {name: output["value"] for name, output in found.items()}


def end_group(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    """Send a signal to the whole process group that `Terraform.start` made, if it still lives."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
