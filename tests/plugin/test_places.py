"""Where the process listens, in surroundings that are not as usual; and texts in the locale C."""

import socket
import stat
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.host import COOKIE, PROBE, Plugin
from tests.terraform import Terraform

TEXT = "Grüße aus 東京 🎉 \u0000 é e\u0301"
READ = 'data "probe_echo" "x" {\n  text = "a"\n}\noutput "x" {\n  value = data.probe_echo.x.back\n}\n'


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def serves(plugin: Plugin) -> bool:
    """Tell whether a plugin answers and ends well."""
    plugin.configure()
    answered = plugin.value("probe_echo", text="a")["back"] == "a"
    plugin.shutdown()
    return answered and plugin.wait() == 0 and plugin.rest_of_stdout() == b""


def test_tmpdir_too_long_for_a_socket(tmp_path: Path) -> None:
    long = tmp_path / ("d" * 120)
    long.mkdir()
    with Plugin(temporary=long) as plugin:
        folder = plugin.handshake.folder
        assert folder.parent != long
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert serves(plugin)
        assert not folder.exists()
    assert list(long.iterdir()) == []


@pytest.mark.parametrize("name", ["nowhere", "file", "tfp with blanks and 東京"])
def test_tmpdir_that_is_no_folder_or_has_an_odd_name(name: str, place: Path) -> None:
    (place / "file").touch()
    (place / "tfp with blanks and 東京").mkdir()
    with Plugin(temporary=place / name) as plugin:
        assert (plugin.handshake.folder.parent == place / name) is (name.startswith("tfp"))
        assert serves(plugin)


def test_terraform_with_a_tmpdir_too_long_for_a_socket(terraform: Callable[..., Terraform], tmp_path: Path) -> None:
    long = tmp_path / ("d" * 120)
    long.mkdir()
    command = terraform(READ, TMPDIR=str(long))
    command.apply()
    assert command.outputs() == {"x": "a"}


def test_plugin_unix_socket_dir(place: Path) -> None:
    wanted = place / "wanted"
    wanted.mkdir()
    with Plugin(environment={"PLUGIN_UNIX_SOCKET_DIR": str(wanted)}) as plugin:
        assert plugin.handshake.folder.parent == wanted
        assert serves(plugin)
    assert list(wanted.iterdir()) == []


@pytest.mark.parametrize("wanted", ["nowhere", "d" * 120])
def test_plugin_unix_socket_dir_that_cannot_be_used(wanted: str, place: Path) -> None:
    (place / ("d" * 120)).mkdir()
    with Plugin(environment={"PLUGIN_UNIX_SOCKET_DIR": str(place / wanted)}, temporary=place) as plugin:
        assert plugin.handshake.folder.parent == place
        assert serves(plugin)


def test_ports_of_the_host_with_the_switch_to_tcp() -> None:
    port = free_port()
    environment = {"M365_PLUGIN_TCP": "1", "PLUGIN_MIN_PORT": str(port), "PLUGIN_MAX_PORT": str(port)}
    with Plugin(environment=environment) as plugin:
        assert (plugin.handshake.network, plugin.handshake.address) == ("tcp", f"127.0.0.1:{port}")
        assert serves(plugin)


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {"M365_PLUGIN_TCP": "1", "PLUGIN_MIN_PORT": str(port), "PLUGIN_MAX_PORT": str(port + 20)}
        with Plugin(environment=environment) as plugin:
            assert port < int(plugin.handshake.address.rpartition(":")[2]) <= port + 20
            assert serves(plugin)


def test_no_free_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            PROBE,
            env={
                **COOKIE,
                "PLUGIN_PROTOCOL_VERSIONS": "6",
                "M365_PLUGIN_TCP": "1",
                "PLUGIN_MIN_PORT": port,
                "PLUGIN_MAX_PORT": port,
            },
            capture_output=True,
            encoding="utf-8",
            timeout=30,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no free port from {port} to {port} on 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_ports_any_will_do() -> None:
    with Plugin(environment={"M365_PLUGIN_TCP": "1"}) as plugin:
        assert plugin.handshake.address.startswith("127.0.0.1:")
        assert serves(plugin)


def test_terraform_over_tcp(terraform: Callable[..., Terraform]) -> None:
    command = terraform(
        READ + 'data "probe_inside" "x" {}\noutput "listening" {\n  value = data.probe_inside.x.listening\n}\n',
        M365_PLUGIN_TCP="1",
    )
    command.apply()
    outputs = command.outputs()
    assert outputs["x"] == "a"
    assert not any("sock" in address for address in outputs["listening"])
    # Terraform's own range; the other is the inner port.
    ports = {int(address.rpartition(":")[2]) for address in outputs["listening"]}
    assert len(ports) == 2
    assert any(10000 <= port <= 25000 for port in ports)


LOCALES = [
    {"LANG": "", "LC_ALL": "C"},
    {"LANG": "", "LC_ALL": "POSIX"},
    {"LANG": "de_DE.ISO-8859-1", "LC_ALL": ""},
    {"LANG": ""},
]


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_in_the_locale_c(locale: dict[str, str], place: Path) -> None:
    folder = place / "東京"
    folder.mkdir()
    with Plugin(environment={**locale, "TF_LOG": "INFO"}, temporary=folder) as plugin:
        assert plugin.handshake.folder.parent == folder
        plugin.configure(note=TEXT)
        values = plugin.value("probe_echo", text=TEXT)
        # What a provider answers is in the form in which Terraform keeps texts.
        kept = unicodedata.normalize("NFC", TEXT)
        assert (values["back"], values["note_of_provider"]) == (kept, kept)
        sign = place / "Zeichen-東京"
        plugin.value("probe_wait", seconds=0, sign=str(sign))
        assert sign.exists()
        (refused,) = plugin.read("probe_crash", how=TEXT).diagnostics
        assert repr(TEXT) in refused.detail
        plugin.value("probe_print", text="Grüße")
        plugin.value("probe_log", text=TEXT)
        plugin.shutdown()
        assert (plugin.wait(), plugin.rest_of_stdout()) == (0, b"")


def test_terraform_in_the_locale_c(terraform: Callable[..., Terraform]) -> None:
    text = "Grüße aus 東京 🎉"
    command = terraform(READ.replace('"a"', f'"{text}"'), LANG="", LC_ALL="C")
    del command.environment["LANG"]
    command.apply()
    assert command.outputs() == {"x": text}
