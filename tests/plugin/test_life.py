"""When the process ends, and what it leaves: nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.host import PROBE, Plugin, channel, data, eventually, gone
from tests.plugin.host import begin as begin_call
from tests.terraform import Terraform, end_group


def left_in(place: Path) -> list[str]:
    """What is left in a folder for temporary files."""
    return sorted(path.name for path in place.iterdir())


def test_the_socket_lies_in_a_folder_that_only_this_user_can_enter(place: Path) -> None:
    with Plugin(temporary=place) as plugin:
        folder = plugin.handshake.folder
        assert folder.parent == place
        assert oct(folder.stat().st_mode & 0o777) == oct(0o700)
        assert folder.stat().st_uid == os.getuid()


def by_shutdown(plugin: Plugin) -> None:
    plugin.shutdown()


def by_shutdown_of_a_host_that_stays_connected(plugin: Plugin) -> None:
    plugin.call("Shutdown", service="plugin.GRPCController")


def by_closing_the_connection(plugin: Plugin) -> None:
    plugin.disconnect()


def by_sigterm(plugin: Plugin) -> None:
    plugin.process.send_signal(signal.SIGTERM)


def by_sighup(plugin: Plugin) -> None:
    plugin.process.send_signal(signal.SIGHUP)


def by_several_signals(plugin: Plugin) -> None:
    for _ in range(5):
        plugin.process.send_signal(signal.SIGTERM)


ENDS = [
    by_shutdown,
    by_shutdown_of_a_host_that_stays_connected,
    by_closing_the_connection,
    by_sigterm,
    by_sighup,
    by_several_signals,
]


@pytest.mark.parametrize("transport", ["socket", "tcp"])
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
@pytest.mark.parametrize("end", ENDS)
def test_it_ends_within_seconds_and_leaves_nothing(
    end: Callable[[Plugin], None], busy: bool, transport: str, place: Path
) -> None:
    environment = {"M365_PLUGIN_TCP": "1"} if transport == "tcp" else {}
    with Plugin(environment=environment, temporary=place) as plugin:
        plugin.configure()
        if busy:
            signs = [place / f"sign{number}" for number in range(4)]
            calls = [
                plugin.begin("ReadDataSource", data(name, seconds=60, sign=str(sign)))
                for name, sign in zip(("probe_wait", "probe_block") * 2, signs, strict=True)
            ]
            for _ in eventually():
                if all(sign.exists() for sign in signs):
                    break
            assert not any(call.done() for call in calls)
            for sign in signs:
                sign.unlink()
        begun = time.monotonic()
        end(plugin)
        assert plugin.wait(10) == 0
        assert time.monotonic() - begun < 3
        assert plugin.rest_of_stdout() == b""
    assert [name for name in left_in(place) if not name.startswith("sign")] == []


def test_nobody_connects(place: Path) -> None:
    with Plugin(environment={"M365_PLUGIN_CONNECT_SECONDS": "1"}, temporary=place) as plugin:
        assert plugin.handshake.folder.exists()
        assert plugin.wait(10) == 0
        assert 0.9 < time.monotonic() - plugin.started < 4
    assert left_in(place) == []


def test_a_host_that_connected_is_waited_for_without_end() -> None:
    with Plugin(environment={"M365_PLUGIN_CONNECT_SECONDS": "1"}) as plugin:
        plugin.configure()
        time.sleep(1.5)
        assert plugin.value("probe_echo", text="still here")["back"] == "still here"


def test_the_host_is_gone_before_the_handshake_line(place: Path) -> None:
    with Plugin(temporary=place) as plugin:
        assert plugin.process.stdout is not None
        plugin.process.stdout.close()
        plugin.process.stdout = None
        plugin.wait(10)
    assert left_in(place) == []


def test_the_parent_is_gone_while_somebody_holds_the_connection_open(place: Path) -> None:
    # The parent in between ends without a word; the connection, which another process holds, stays.
    parent = (
        "import os, subprocess, sys\n"
        f"started = subprocess.Popen({list(PROBE)!r}, stdout=1)\n"
        "print(started.pid, file=sys.stderr, flush=True)\n"
        "os.read(0, 1)\n"
        "os._exit(0)\n"
    )
    with Plugin((sys.executable, "-c", parent), temporary=place, stdin=subprocess.PIPE) as plugin:
        plugin.configure()
        waiting = plugin.begin("ReadDataSource", data("probe_wait", seconds=60))
        pid = int(plugin.stderr())
        assert plugin.process.stdin is not None
        plugin.process.stdin.close()
        assert plugin.wait(10) == 0
        for _ in eventually(5):
            if gone(pid):
                break
        assert waiting.exception(10) is not None
    assert left_in(place) == []


def test_two_connections_of_one_host_and_one_of_them_closes() -> None:
    with Plugin() as plugin:
        plugin.configure()
        second = channel(plugin.handshake, plugin.pair)
        assert not begin_call(second, "ReadDataSource", data("probe_echo", text="a")).result().diagnostics
        second.close()
        time.sleep(0.3)
        assert plugin.value("probe_echo", text="b")["back"] == "b"


def test_kill_9_of_terraform(terraform: Callable[..., Terraform], place: Path, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    command = terraform(f'data "probe_wait" "x" {{\n  seconds = 60\n  sign    = "{sign}"\n}}\n')
    with command.start("plan", "-no-color") as process:
        for _ in eventually():
            if sign.exists():
                break
        pid = int(sign.read_text(encoding="utf-8").split()[1])
        assert not gone(pid)
        process.kill()
        for _ in eventually(5):
            if gone(pid) and not [name for name in left_in(place) if name.startswith("tfp-")]:
                break
        end_group(process)


def test_a_plan_leaves_nothing(terraform: Callable[..., Terraform], place: Path) -> None:
    command = terraform('data "probe_echo" "x" {\n  text = "a"\n}\n')
    command.plan()
    assert [name for name in left_in(place) if name.startswith("tfp-")] == []
