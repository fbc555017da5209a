"""Large messages, many calls, long calls."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.host import Plugin, data, unpacked
from tests.terraform import Terraform

MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    ("size", "transport"), [(8 * MEGABYTE, "socket"), (8 * MEGABYTE, "tcp"), (30 * MEGABYTE, "socket")]
)
def test_large_messages_both_ways(size: int, transport: str) -> None:
    text = "0123456789abcdef" * (size // 16)
    with Plugin(environment={"M365_PLUGIN_TCP": "1"} if transport == "tcp" else {}) as plugin:
        plugin.configure()
        assert plugin.value("probe_echo", text=text)["back"] == text
        # And many of them at once, each way.
        calls = [plugin.begin("ReadDataSource", data("probe_echo", text=text[:MEGABYTE])) for _ in range(8)]
        assert [len(unpacked(call.result().state)["back"]) for call in calls] == [MEGABYTE] * 8


def test_terraform_with_8_mb_both_ways(terraform: Callable[..., Terraform], tmp_path: Path) -> None:
    (tmp_path / "text").write_text("0123456789abcde\n" * (8 * MEGABYTE // 16), encoding="utf-8")
    command = terraform(
        f'data "probe_echo" "x" {{\n  text = file("{tmp_path}/text")\n}}\n'
        'output "x" {\n  value = [length(data.probe_echo.x.back), '
        f'sha256(data.probe_echo.x.back) == filesha256("{tmp_path}/text")]\n}}\n'
    )
    done = command.plan()
    assert f"{8 * MEGABYTE}," in done.stdout
    assert "true," in done.stdout


@pytest.mark.parametrize("kind", ["probe_wait", "probe_block"])
def test_200_calls_at_once(kind: str) -> None:
    with Plugin() as plugin:
        plugin.configure()
        begun = time.monotonic()
        calls = [plugin.begin("ReadDataSource", data(kind, seconds=1)) for _ in range(200)]
        assert [unpacked(call.result().state)["waited"] for call in calls] == [1] * 200
        # At once: one after another would take 200 s, with 64 threads 4 s.
        assert time.monotonic() - begun < 3


def test_terraform_with_200_calls_at_once(terraform: Callable[..., Terraform]) -> None:
    command = terraform(
        'data "probe_wait" "x" {\n  count   = 200\n  seconds = 1\n}\n'
        'output "x" {\n  value = sum(data.probe_wait.x[*].waited)\n}\n'
    )
    begun = time.monotonic()
    assert "+ x = 200" in command.plan("-parallelism=200").stdout
    assert time.monotonic() - begun < 15


def test_a_long_call(terraform: Callable[..., Terraform]) -> None:
    # Ten minutes, shortened. Long for each limit that the process has: the host's patience, handshakes, goodbyes.
    command = terraform(
        'data "probe_block" "x" {\n  seconds = 3\n}\noutput "x" {\n  value = data.probe_block.x.waited\n}\n',
        M365_PLUGIN_CONNECT_SECONDS="1",
    )
    assert "+ x = 3" in command.plan().stdout
