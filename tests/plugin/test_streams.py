"""stdin is Terraform's own, stdout carries the handshake line and nothing else."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.conftest import quoted
from tests.plugin.host import PROBE, REAL, Plugin
from tests.terraform import Terraform, executable

READ = 'data "probe_echo" "x" {\n  text = "a"\n}\noutput "x" {\n  value = data.probe_echo.x.back\n}\n'


def test_yes_on_stdin_reaches_terraforms_question(terraform: Callable[..., Terraform]) -> None:
    # The answer lies in the pipe before any plugin starts: one that reads stdin would eat it.
    command = terraform(READ)
    done = command.run("apply", "-no-color", input="yes\n")
    assert "Enter a value:" in done.stdout
    assert "Apply complete!" in done.stdout
    assert command.outputs() == {"x": "a"}


def test_no_on_stdin_reaches_terraforms_question(terraform: Callable[..., Terraform]) -> None:
    done = terraform(READ).run("apply", "-no-color", input="no\n", check=False)
    assert done.status == 1
    assert "Apply cancelled." in done.stdout


@pytest.mark.parametrize("stdin", ["</dev/null", "<&-"], ids=["null", "closed"])
def test_terraform_without_stdin(stdin: str, terraform: Callable[..., Terraform]) -> None:
    command = terraform(READ)
    done = subprocess.run(
        ["sh", "-c", f"exec {quoted(executable())} apply -no-color -auto-approve {stdin}"],
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert command.outputs() == {"x": "a"}


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-", "<&- 2>&-", "2>&-"])
def test_closed_streams_do_no_harm(redirection: str) -> None:
    with Plugin(("sh", "-c", f'exec "$@" {redirection}', "sh", *PROBE), {"TF_LOG": "TRACE"}) as plugin:
        plugin.configure()
        assert plugin.value("probe_echo", text="a")["back"] == "a"
        assert not plugin.read("probe_print", text="stray").diagnostics
        assert plugin.read("probe_crash", how="error").diagnostics[0].summary == "The provider failed unexpectedly"
        time.sleep(0.3)
        assert plugin.process.poll() is None
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout()) == (0, b"")


def test_what_lies_in_stdin_stays_there() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"yes\n")
    with Plugin(stdin=reader) as plugin:
        plugin.configure()
        assert plugin.value("probe_echo", text="a")["back"] == "a"
        os.close(writer)
        # The end of stdin is no sign either.
        time.sleep(0.7)
        assert plugin.value("probe_echo", text="b")["back"] == "b"
        plugin.shutdown()
        assert plugin.wait() == 0
    assert os.read(reader, 16) == b"yes\n"
    os.close(reader)


def test_a_stray_print_and_a_warning_leave_stdout_clean() -> None:
    with Plugin(environment={"TF_LOG": "WARN"}) as plugin:
        plugin.configure()
        assert not plugin.read("probe_print", text="stray words").diagnostics
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout()) == (0, b"")
        said = plugin.stderr()
    # print, sys.stdout, os.write and a child process; the warning comes as a line of the log.
    assert said.splitlines().count("stray words") == 4
    (warning,) = (line for line in said.splitlines() if line.startswith("{"))
    assert '"@level": "warn"' in warning
    assert "UserWarning: stray words" in warning


def test_terraform_does_not_mind_a_stray_print(terraform: Callable[..., Terraform]) -> None:
    command = terraform('data "probe_print" "x" {\n  text = "stray words"\n}\n' + READ)
    assert "stray words" not in command.apply().stdout
    assert command.outputs() == {"x": "a"}


def test_ctrl_c_does_not_reach_the_process_even_while_it_starts() -> None:
    with Plugin(REAL) as plugin:
        for _ in range(20):
            if plugin.process.poll() is not None:
                break
            time.sleep(0.01)
            if Path(f"/proc/{plugin.process.pid}/status").exists() and _ignores_sigint(plugin.process.pid):
                plugin.process.send_signal(signal.SIGINT)
        assert plugin.handshake.protocol == "6"
        plugin.process.send_signal(signal.SIGINT)
        assert plugin.call("GetMetadata").data_sources
        plugin.shutdown()
        assert (plugin.wait(), plugin.stderr()) == (0, "")


def _ignores_sigint(pid: int) -> bool:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("SigIgn:"):
            return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
    return False
