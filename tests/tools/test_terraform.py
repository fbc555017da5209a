"""The search for the Terraform CLI, against a real HTTP server that serves archives made here."""

from __future__ import annotations

import hashlib
import io
import os
import re
import socket
import stat
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.terraform import PINNED, Release, TerraformError, fetch, main, this_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = Path(__file__).parents[2] / "tools" / "terraform.py"
PLATFORM = this_platform()
SCRIPT = b"#!/bin/sh\necho Terraform v9.9.9\n"
ADVICE = "install Terraform 1.11 or later"


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


ARCHIVE = zipped(LICENSE=b"words", terraform=SCRIPT)


def release_of(archive: bytes, platform: str = PLATFORM) -> Release:
    return Release("9.9.9", {platform: hashlib.sha256(archive).hexdigest()})


RELEASE = release_of(ARCHIVE)
ARCHIVE_PATH = f"/terraform/9.9.9/terraform_9.9.9_{PLATFORM}.zip"


@dataclass
class ReleaseSite:
    """What the server answers to every request, and the request targets it has seen."""

    body: bytes = ARCHIVE
    status: int = 200
    content_length: int | None = None
    """Where set, the length that is announced; a body that is shorter breaks off."""
    silent_until: threading.Event | None = None
    """Where set, the body comes only after this."""
    requested: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(site: ReleaseSite) -> Iterator[ReleaseSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requested.append(self.path)
            self.send_response(site.status)
            self.send_header("Content-Length", str(site.content_length or len(site.body)))
            self.end_headers()
            if site.silent_until:
                site.silent_until.wait(10)
                return
            self.wfile.write(site.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        if site.silent_until:
            site.silent_until.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[ReleaseSite]:
    with serving(ReleaseSite()) as running:
        yield running


@pytest.fixture
def refusing() -> Iterator[str]:
    """An address whose port is taken, so that nobody else gets it, but not listened on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, empty. Nothing else in the environment leads to a CLI, a mirror or a proxy."""
    folder = tmp_path / "Prögramme und mehr"
    folder.mkdir()
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("TERRAFORM", "TF_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return tmp_path / "Bäu folder" / ".build"


def executable(path: Path, content: bytes = SCRIPT) -> Path:
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def run_tool(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", TOOL, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=30,
    )


# On PATH and in the environment


@pytest.mark.parametrize(
    ("present", "chosen"),
    [(["terraform"], "terraform"), (["tofu"], "tofu"), (["terraform", "tofu"], "terraform")],
)
def test_the_cli_on_path_is_printed_alone_and_nothing_is_said(
    programs: Path, build: Path, present: list[str], chosen: str
) -> None:
    for name in present:
        executable(programs / name)
    # A locale that lacks the letters of the path.
    ran = run_tool("--build-folder", build, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{programs / chosen}\n", "")
    assert not build.exists()


def test_a_file_on_path_that_is_not_executable_is_passed_over(programs: Path) -> None:
    (programs / "terraform").write_bytes(SCRIPT)
    executable(programs / "tofu")
    assert run_tool().stdout == f"{programs / 'tofu'}\n"


@pytest.mark.parametrize("value", ["my terraform", "./Öfen/my terraform", "{tmp}/Öfen/my terraform"])
def test_terraform_in_the_environment_wins_by_name_or_path(tmp_path: Path, programs: Path, value: str) -> None:
    executable(programs / "terraform")
    (tmp_path / "Öfen").mkdir()
    expected = executable((tmp_path / "Öfen" if "/" in value else programs) / "my terraform")
    ran = run_tool(TERRAFORM=value.format(tmp=tmp_path))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{expected}\n"


def test_an_empty_terraform_in_the_environment_counts_as_unset(programs: Path) -> None:
    executable(programs / "terraform")
    assert run_tool(TERRAFORM="").stdout == f"{programs / 'terraform'}\n"


def test_the_check_of_a_named_cli_keeps_away_what_is_not_about_it(programs: Path) -> None:
    script = b'#!/bin/sh\n[ "$TF_CLI_CONFIG_FILE$TF_CLI_ARGS$TF_CLI_ARGS_version" = /dev/null ]\n'
    named = executable(programs / "careful", script)
    ran = run_tool(TERRAFORM="careful", TF_CLI_CONFIG_FILE="/broken", TF_CLI_ARGS="-x", TF_CLI_ARGS_version="-y")
    assert ran.stdout == f"{named}\n"


@pytest.mark.parametrize(
    ("value", "content", "mode", "why"),
    [
        ("no-such", None, 0, "no such program is on PATH"),
        ("./no-such", None, 0, "{tmp}/no-such does not exist"),
        ("./plain", SCRIPT, 0o644, "{tmp}/plain is not executable"),
        (".", None, 0, "{tmp} is a folder"),
        (
            "./other-machine",
            b"\x7fELF of another machine",
            0o755,
            "{tmp}/other-machine does not start: Exec format error",
        ),
        (
            "./failing",
            b"#!/bin/sh\necho no version chosen >&2\nexit 3\n",
            0o755,
            "ended with code 3:\nno version chosen",
        ),
        ("./quiet", b"#!/bin/sh\nexit 4\n", 0o755, "`{tmp}/quiet version` ended with code 4."),
    ],
)
def test_a_terraform_in_the_environment_that_does_not_run_is_an_error_even_with_another_on_path(
    tmp_path: Path, programs: Path, value: str, content: bytes | None, mode: int, why: str
) -> None:
    executable(programs / "terraform")
    if content is not None:
        (tmp_path / value).write_bytes(content)
        (tmp_path / value).chmod(mode)
    ran = run_tool(TERRAFORM=value)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"TERRAFORM is set to '{value}', which cannot be run" in ran.stderr
    assert why.format(tmp=tmp_path) in ran.stderr
    assert "No other program is used" in ran.stderr
    assert "Traceback" not in ran.stderr


# Fetched


def test_where_there_is_none_the_pinned_release_is_fetched_once(
    programs: Path,
    build: Path,
    site: ReleaseSite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERRAFORM_RELEASES_URL", site.url + "/")
    old_umask = os.umask(0o077)
    try:
        assert main(["--build-folder", str(build)], RELEASE) == 0
    finally:
        os.umask(old_umask)
    said = capsys.readouterr()
    fetched = Path(said.out.removesuffix("\n"))
    assert fetched.is_relative_to(build)
    assert fetched.read_bytes() == SCRIPT
    assert stat.S_IMODE(fetched.stat().st_mode) == 0o755
    assert f"Fetching Terraform 9.9.9 from {site.url}{ARCHIVE_PATH}" in said.err
    assert f"SHA-256 is the expected one. Unpacked to {fetched}" in said.err
    assert [path for path in build.rglob("*") if path.is_file()] == [fetched]

    assert main(["--build-folder", str(build)], RELEASE) == 0
    assert capsys.readouterr() == (f"{fetched}\n", "")
    assert site.requested == [ARCHIVE_PATH]


def test_the_build_folder_is_dot_build_here_and_a_relative_one_gives_an_absolute_path(
    tmp_path: Path,
    programs: Path,
    site: ReleaseSite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERRAFORM_RELEASES_URL", site.url)
    assert main([], RELEASE) == 0
    assert Path(capsys.readouterr().out.rstrip()).is_relative_to(tmp_path / ".build")


def test_a_fetched_cli_is_used_without_network(programs: Path, build: Path, site: ReleaseSite, refusing: str) -> None:
    fetched = fetch(RELEASE, PLATFORM, site.url, build)
    assert fetch(RELEASE, PLATFORM, refusing, build) == fetched


def test_a_fetched_cli_that_lost_its_mode_is_fetched_anew(programs: Path, build: Path, site: ReleaseSite) -> None:
    fetched = fetch(RELEASE, PLATFORM, site.url, build)
    fetched.chmod(0o644)
    assert fetch(RELEASE, PLATFORM, site.url, build) == fetched
    assert os.access(fetched, os.X_OK)
    assert len(site.requested) == 2


def test_releases_and_platforms_lie_apart(programs: Path, build: Path) -> None:
    windows = zipped(**{"terraform.exe": b"MZ"})
    with serving(ReleaseSite(body=windows)) as site:
        other = fetch(release_of(windows, "windows_amd64"), "windows_amd64", site.url, build)
    with serving(ReleaseSite()) as site:
        ours = fetch(RELEASE, PLATFORM, site.url, build)
    assert (other.name, other.read_bytes()) == ("terraform.exe", b"MZ")
    assert (ours.name, ours.read_bytes()) == ("terraform", SCRIPT)


def test_the_proxy_of_the_environment_is_used(
    programs: Path, build: Path, site: ReleaseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    fetch(RELEASE, PLATFORM, "http://releases.invalid", build)
    assert site.requested == [f"http://releases.invalid{ARCHIVE_PATH}"]


# Refused


def test_a_wrong_checksum_is_refused_through_the_command_line(programs: Path, build: Path, site: ReleaseSite) -> None:
    ran = run_tool("--build-folder", build, TERRAFORM_RELEASES_URL=site.url)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"expected SHA-256: {PINNED.archives[PLATFORM]}" in ran.stderr
    assert f"received SHA-256: {hashlib.sha256(ARCHIVE).hexdigest()} ({len(ARCHIVE)} bytes)" in ran.stderr
    assert ADVICE in ran.stderr
    assert not build.exists()


def test_a_refused_connection_through_the_command_line_says_what_to_install(
    programs: Path, build: Path, refusing: str
) -> None:
    ran = run_tool("--build-folder", build, TERRAFORM_RELEASES_URL=refusing)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"{refusing}/terraform/{PINNED.version}/terraform_{PINNED.version}_{PLATFORM}.zip" in ran.stderr
    assert "Connection refused" in ran.stderr
    assert ADVICE in ran.stderr
    assert "opentofu.org" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not build.exists()


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (ReleaseSite(status=404), "the server answered 404 Not Found"),
        (ReleaseSite(status=503), "the server answered 503 Service Unavailable"),
        (
            ReleaseSite(body=ARCHIVE[:50], content_length=len(ARCHIVE)),
            f"ended after 50 bytes, {len(ARCHIVE) - 50} bytes early",
        ),
        (ReleaseSite(silent_until=threading.Event()), "nothing came for 0.2 s"),
        (ReleaseSite(body=b"<html>Sign in first</html>"), "received SHA-256"),
    ],
    ids=["404", "503", "truncated", "stalled", "web page"],
)
def test_an_answer_that_is_not_the_archive_leaves_nothing_behind(
    programs: Path, build: Path, answer: ReleaseSite, cause: str
) -> None:
    with serving(answer) as site, pytest.raises(TerraformError) as refused:
        fetch(RELEASE, PLATFORM, site.url, build, stall_seconds=0.2)
    assert f"{site.url}{ARCHIVE_PATH}" in str(refused.value)
    assert cause in str(refused.value)
    assert ADVICE in str(refused.value)
    assert not build.exists()


def test_a_server_without_tls_is_told_apart(programs: Path, build: Path, site: ReleaseSite) -> None:
    with pytest.raises(TerraformError, match=r"TLS failed: .*SSL_CERT_FILE"):
        fetch(RELEASE, PLATFORM, site.url.replace("http:", "https:"), build)


def test_something_else_than_http_is_told_apart(programs: Path, build: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(TerraformError, match=r"not proper HTTP \(BadStatusLine\)"):
            fetch(RELEASE, PLATFORM, f"http://127.0.0.1:{listening.getsockname()[1]}", build)
        thread.join()


def test_a_proxy_out_of_reach_is_named_without_its_password(
    programs: Path, build: Path, refusing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", refusing.replace("//", "//me:hunter2@"))
    with pytest.raises(
        TerraformError, match=r"through the proxy that http_proxy names\): Connection refused"
    ) as refused:
        fetch(RELEASE, PLATFORM, "http://releases.invalid", build)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "releases.hashicorp.com",
        "file:///etc",
        "https://",
        "https://me:hunter2@mirror.example",
        "https://mirror.example/?token=hunter2",
        "https://mirror.example/#hunter2",
        "https://mirror.example:hunter2/",
        "https://mirror.example:99999/",
        "https://mirror.example:0/",
        "https://mirror..example/",
        "https://mirror.example/a b",
        "https://spiegel.example/größe",
    ],
)
def test_an_unusable_mirror_address_is_refused_without_showing_it(programs: Path, build: Path, base_url: str) -> None:
    with pytest.raises(TerraformError, match="TERRAFORM_RELEASES_URL is not an address of the form") as refused:
        fetch(RELEASE, PLATFORM, base_url, build)
    assert "hunter2" not in str(refused.value)
    assert not build.exists()


def test_a_platform_without_known_checksum_says_so_and_asks_nobody(
    programs: Path,
    build: Path,
    site: ReleaseSite,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERRAFORM_RELEASES_URL", site.url)
    assert main(["--build-folder", str(build)], release_of(ARCHIVE, "plan9_mips")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"no Terraform 9.9.9 archive with a known checksum exists for {PLATFORM}, only for plan9_mips" in said.err
    assert ADVICE in said.err
    assert site.requested == []


@pytest.mark.parametrize("archive", [b"no archive at all", zipped(other=b"")], ids=["not a zip", "no executable"])
def test_an_expected_archive_without_the_executable_is_told(programs: Path, build: Path, archive: bytes) -> None:
    with serving(ReleaseSite(body=archive)) as site, pytest.raises(TerraformError, match="but holds no terraform"):
        fetch(release_of(archive), PLATFORM, site.url, build)
    assert not build.exists()


def test_a_build_folder_that_cannot_be_written_is_told(programs: Path, build: Path, site: ReleaseSite) -> None:
    build.parent.mkdir()
    build.write_text("a file where the folder should be")
    with pytest.raises(TerraformError, match=r"cannot be written to .*Bäu folder.*: Not a directory"):
        fetch(RELEASE, PLATFORM, site.url, build)


# The committed table


def test_the_pinned_release_is_recent_enough_and_names_the_common_platforms() -> None:
    major, minor, _ = (int(part) for part in PINNED.version.split("."))
    assert (major, minor) >= (1, 11)
    assert {"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"} <= PINNED.archives.keys()
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in PINNED.archives.values())
    assert len(set(PINNED.archives.values())) == len(PINNED.archives)


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", "linux_amd64"),
        ("linux", "aarch64", "linux_arm64"),
        ("linux", "armv7l", "linux_arm"),
        ("linux", "i686", "linux_386"),
        ("darwin", "x86_64", "darwin_amd64"),
        ("darwin", "arm64", "darwin_arm64"),
        ("win32", "AMD64", "windows_amd64"),
        ("win32", "ARM64", "windows_arm64"),
        ("freebsd14", "amd64", "freebsd14_amd64"),
        ("linux", "riscv64", "linux_riscv64"),
    ],
)
def test_platforms_are_named_as_the_archives_are(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, expected: str
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert this_platform() == expected
