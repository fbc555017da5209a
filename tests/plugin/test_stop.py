"""Ctrl-C: Terraform says StopProvider, and what reads or waits is answered for within a second."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.plugin.host import Plugin, configuration, data, eventually, gone
from tests.terraform import Terraform


def signs(folder: Path, number: int) -> list[Path]:
    return [folder / f"sign{index}" for index in range(number)]


def wait_for(files: list[Path], word: str) -> None:
    for _ in eventually(15):
        if all(file.exists() and file.read_text(encoding="utf-8").startswith(word) for file in files):
            return


def begin(plugin: Plugin, kind: str, files: list[Path]) -> list[Any]:
    return [plugin.begin("ReadDataSource", data(kind, seconds=30, sign=str(file))) for file in files]


@pytest.mark.parametrize("kind", ["probe_wait", "probe_block"])
def test_stop_ends_a_call_within_one_second_with_50_others_in_flight(kind: str, tmp_path: Path) -> None:
    files = signs(tmp_path, 51)
    with Plugin() as plugin:
        plugin.configure()
        calls = begin(plugin, kind, files[:26]) + begin(plugin, "probe_wait", files[26:])
        wait_for(files, "waiting")
        begun = time.monotonic()
        assert plugin.call("StopProvider").Error == ""
        assert time.monotonic() - begun < 0.5, "StopProvider itself waits for nothing"
        answers = [call.result(10) for call in calls]
        assert time.monotonic() - begun < 1
        for answer in answers:
            (diagnostic,) = answer.diagnostics
            assert diagnostic.summary == "Interrupted"
            assert "ReadDataSource was stopped" in diagnostic.detail
            assert not answer.HasField("state")
        wait_for(files[26:], "stopped")
        plugin.shutdown()
        assert plugin.wait(5) == 0


def test_stop_reaches_a_provider_that_is_being_configured() -> None:
    with Plugin() as plugin:
        call = plugin.begin("ConfigureProvider", configuration(note="a", wait=30))
        time.sleep(0.3)
        begun = time.monotonic()
        plugin.call("StopProvider")
        assert [d.summary for d in call.result(10).diagnostics] == ["Interrupted"]
        assert time.monotonic() - begun < 1


def test_stop_with_more_calls_than_threads(tmp_path: Path) -> None:
    with Plugin() as plugin:
        plugin.configure()
        calls = [plugin.begin("ReadDataSource", data("probe_block", seconds=30)) for _ in range(400)]
        time.sleep(0.5)
        begun = time.monotonic()
        plugin.call("StopProvider")
        summaries = {d.summary for call in calls for d in call.result(10).diagnostics}
        assert time.monotonic() - begun < 2
        assert summaries == {"Interrupted"}


def test_calls_that_go_on_blocking_take_no_thread_of_later_ones() -> None:
    with Plugin() as plugin:
        plugin.configure()
        calls = [plugin.begin("ReadDataSource", data("probe_block", seconds=30)) for _ in range(300)]
        time.sleep(0.5)
        plugin.call("StopProvider")
        for call in calls:
            call.result(10)
        assert plugin.value("probe_echo", text="a")["back"] == "a"


def test_a_callback_that_fails_stops_no_stop(tmp_path: Path) -> None:
    (file,) = signs(tmp_path, 1)
    with Plugin() as plugin:
        plugin.configure()
        broken = [plugin.begin("ReadDataSource", data("probe_crash", how="callback")) for _ in range(4)]
        calls = begin(plugin, "probe_wait", [file])
        wait_for([file], "waiting")
        time.sleep(0.2)
        assert plugin.call("StopProvider").Error == ""
        for call in [*broken, *calls]:
            assert [d.summary for d in call.result(5).diagnostics] == ["Interrupted"]


def test_after_a_stop_new_calls_are_served() -> None:
    # A host that reattached may go on.
    with Plugin() as plugin:
        plugin.configure()
        plugin.call("StopProvider")
        plugin.call("StopProvider")
        assert plugin.value("probe_echo", text="a")["back"] == "a"


def test_a_call_that_the_host_takes_back_is_stopped(tmp_path: Path) -> None:
    files = signs(tmp_path, 2)
    with Plugin() as plugin:
        plugin.configure()
        first, second = begin(plugin, "probe_wait", files)
        wait_for(files, "waiting")
        first.cancel()
        wait_for(files[:1], "stopped")
        assert not second.done()


def test_a_call_past_its_deadline_is_stopped(tmp_path: Path) -> None:
    (file,) = signs(tmp_path, 1)
    with Plugin() as plugin:
        plugin.configure()
        with pytest.raises(grpc.RpcError) as refused:
            plugin.read("probe_wait", timeout=0.5, seconds=30, sign=str(file))
        assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        wait_for([file], "stopped")


@pytest.mark.parametrize("kind", ["probe_wait", "probe_block"])
@pytest.mark.parametrize("others", [0, 9], ids=["alone", "ten"])
def test_ctrl_c_in_the_middle_of_a_call(
    kind: str, others: int, terraform: Callable[..., Terraform], place: Path, tmp_path: Path
) -> None:
    files = signs(tmp_path, 1 + others)
    command = terraform(
        "\n".join(
            f'data "{kind if number == 0 else "probe_wait"}" "x{number}" {{\n  seconds = 60\n  sign = "{file}"\n}}'
            for number, file in enumerate(files)
        )
    )
    with command.start("plan", "-no-color") as process:
        wait_for(files, "waiting")
        pid = int(files[0].read_text(encoding="utf-8").split()[1])
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
        took = time.monotonic() - begun
    assert process.returncode == 1
    assert took < 2.5
    assert "Gracefully shutting down..." in stdout
    assert stderr.count("Error: Interrupted") == 1 + others
    assert "Plugin did not respond" not in stderr
    assert "Error: Plugin" not in stderr
    # The handlers that know their token saw it.
    wait_for(files[1:] if kind == "probe_block" else files, "stopped")
    assert gone(pid)
    assert [path.name for path in place.iterdir() if path.name.startswith("tfp-")] == []
