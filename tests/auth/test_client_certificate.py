"""From settings to a loaded certificate: every way in which a file can be out of reach, and where each error stands."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provider.auth.client_certificate import Loaded, load
from provider.config.settings import merge
from provider.framework.diagnostics import Diagnostic, Failure, Severity
from tests.certificates import PASSWORD, CertificateFiles, chain_of_three, self_signed

FILE = ("entra_id_options", "client_certificate")
DATA = ("entra_id_options", "client_certificate_data")
SECRET = ("entra_id_options", "client_certificate_password")
VARIABLES = {
    FILE: "M365_CLIENT_CERTIFICATE_FILE_PATH",
    DATA: "M365_CLIENT_CERTIFICATE",
    SECRET: "M365_CLIENT_CERTIFICATE_PASSWORD",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return self_signed(tmp_path_factory.mktemp("good"))


def loaded(written: dict[str, Any], environment: dict[str, str] | None = None) -> Loaded:
    return load(merge({"entra_id_options": written}, environment or {}), datetime.now(UTC))


def problem(written: dict[str, Any], environment: dict[str, str] | None = None) -> Diagnostic:
    with pytest.raises(Failure) as caught:
        loaded(written, environment)
    (found,) = caught.value.diagnostics
    assert found.severity is Severity.ERROR
    return found


# What works


def inline(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()


WORKS: dict[str, Any] = {
    "PKCS#12 with its password": lambda f: ({FILE[1]: str(f.pfx), SECRET[1]: PASSWORD}, {}),
    "PEM": lambda f: ({FILE[1]: str(f.pem)}, {}),
    "PEM with a password that it does not need": lambda f: ({FILE[1]: str(f.pem), SECRET[1]: "unneeded"}, {}),
    "inline PKCS#12": lambda f: ({DATA[1]: inline(f.pfx), SECRET[1]: PASSWORD}, {}),
    "inline PEM": lambda f: ({DATA[1]: f.pem.read_text()}, {}),
    "file and password from variables": lambda f: ({}, {VARIABLES[FILE]: str(f.pfx), VARIABLES[SECRET]: PASSWORD}),
    "data from a variable": lambda f: ({}, {VARIABLES[DATA]: inline(f.pfx), VARIABLES[SECRET]: PASSWORD}),
    "file in HCL, password from a variable": lambda f: ({FILE[1]: str(f.pfx)}, {VARIABLES[SECRET]: PASSWORD}),
}


@pytest.mark.parametrize("name", WORKS)
def test_what_works(name: str, files: CertificateFiles) -> None:
    found = loaded(*WORKS[name](files))

    assert found.certificate.thumbprint_sha1 == files.thumbprint_sha1
    assert found.warnings == ()
    assert PASSWORD not in repr(found)


def test_the_whole_chain_is_kept(tmp_path: Path) -> None:
    files = chain_of_three(tmp_path)

    found = loaded({FILE[1]: str(files.pfx), SECRET[1]: PASSWORD})

    assert found.certificate.chain == files.chain


def test_a_relative_path_and_one_from_the_home_folder(files: CertificateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files.pem.parent)
    monkeypatch.setenv("HOME", str(files.pem.parent))

    for path in (files.pem.name, f"./{files.pem.name}", f"~/{files.pem.name}"):
        assert loaded({FILE[1]: path}).certificate.leaf == files.certificate


# What the file system says


def both_ways(path: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    return [({FILE[1]: path}, {}), ({}, {VARIABLES[FILE]: path})]


def check_place(found: Diagnostic, concerned: tuple[str, str], written: dict[str, Any]) -> None:
    if written:
        assert found.path == concerned
        assert "comes from the environment variable" not in found.detail
    else:
        assert found.path is None
        assert found.detail.endswith(
            f"The value of {'.'.join(concerned)} comes from the environment variable {VARIABLES[concerned]}."
        )


@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_a_file_that_does_not_exist(way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written, environment = both_ways("missing/cert.pfx")[way]

    found = problem(written, environment)

    assert found.summary == "The client certificate does not exist"
    assert f"There is no file {tmp_path}/missing/cert.pfx." in found.detail
    assert f"A relative path starts at the working directory, which is {tmp_path}." in found.detail
    check_place(found, FILE, written)


@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_a_folder(way: int, tmp_path: Path) -> None:
    written, environment = both_ways(str(tmp_path))[way]

    found = problem(written, environment)

    assert found.summary == "The client certificate is a folder"
    assert f"{tmp_path} is a folder. Name the certificate file in it." in found.detail
    assert "A relative path starts at the working directory" in found.detail
    check_place(found, FILE, written)


def _below_a_file(folder: Path) -> str:
    (folder / "file").write_bytes(b"")
    return f"{folder}/file/cert.pfx"


def _too_long(folder: Path) -> str:
    return f"{folder}/{'a' * 300}.pfx"


def _in_a_circle(folder: Path) -> str:
    (folder / "circle").symlink_to("circle")
    return f"{folder}/circle"


OTHER_ERRORS = {
    "below a file": (_below_a_file, "Not a directory"),
    "name too long": (_too_long, "File name too long"),
    "link to itself": (_in_a_circle, "symbolic links"),
    "zero byte": (lambda folder: f"{folder}/cert\0.pfx", "null byte"),
    "home of nobody": (lambda _folder: "~no-such-user/cert.pfx", "home directory of a user"),
}


@pytest.mark.parametrize("name", OTHER_ERRORS)
@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_other_errors_of_the_file_system(name: str, way: int, tmp_path: Path) -> None:
    make, why = OTHER_ERRORS[name]
    path = make(tmp_path)
    written, environment = both_ways(path)[way]

    found = problem(written, environment)

    assert found.summary.startswith("The client certificate ")
    assert path in found.detail
    assert why in found.detail
    check_place(found, FILE, written)


# Root may read everything: the process gives up what lets it, so that the test means the same for every user.
_WITHOUT_PRIVILEGES = """
import ctypes, sys
from datetime import UTC, datetime

def drop():
    libc = ctypes.CDLL(None, use_errno=True)

    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

    class Sets(ctypes.Structure):
        _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]

    VERSION_3, DAC_OVERRIDE, DAC_READ_SEARCH = 0x20080522, 1, 2
    header, sets = Header(VERSION_3, 0), (Sets * 2)()
    if libc.capget(ctypes.byref(header), sets):
        sys.exit("capget failed")
    for name in ("effective", "permitted", "inheritable"):
        setattr(sets[0], name, getattr(sets[0], name) & ~(1 << DAC_OVERRIDE | 1 << DAC_READ_SEARCH))
    if libc.capset(ctypes.byref(header), sets):
        sys.exit("capset failed")

if sys.platform == "linux":
    drop()

from provider.auth.client_certificate import load
from provider.config.settings import merge
from provider.framework.diagnostics import Failure

try:
    load(merge({"entra_id_options": {"client_certificate": sys.argv[1]}}, {}), datetime.now(UTC))
except Failure as failure:
    (found,) = failure.diagnostics
    print(found.path, found.summary, found.detail, sep="\\n")
"""


@pytest.mark.parametrize("locked", ["file", "folder"])
def test_a_file_that_may_not_be_read(locked: str, tmp_path: Path, files: CertificateFiles) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "cert.pem"
    path.write_bytes(files.pem.read_bytes())
    (path if locked == "file" else folder).chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _WITHOUT_PRIVILEGES, str(path)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    finally:
        folder.chmod(0o700)

    place, summary, detail = done.stdout.split("\n", 2)
    assert place == str(FILE)
    assert summary == "The client certificate cannot be read"
    assert f"(user id {os.getuid()}) may not read {path}" in detail
    assert "A relative path starts at the working directory" in detail


# What is in the file: the errors of the certificate room, on the setting concerned


def test_an_error_about_the_content_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("not a certificate")
    monkeypatch.chdir(tmp_path)
    for written, environment in both_ways("notes.txt"):
        found = problem(written, environment)

        assert found.detail.startswith(f"File: {tmp_path}/notes.txt\n\n")
        check_place(found, FILE, written)


@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
@pytest.mark.parametrize("data", ["not base64!", "bm8gY2VydGlmaWNhdGU="])
def test_an_error_about_inline_data(data: str, way: int) -> None:
    written: dict[str, Any] = {DATA[1]: data} if way == 0 else {}

    found = problem(written, {} if written else {VARIABLES[DATA]: data})

    assert "File:" not in found.detail
    assert data not in found.detail
    check_place(found, DATA, written)


@pytest.mark.parametrize("source", [FILE, DATA])
@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_a_wrong_password(source: tuple[str, str], way: int, files: CertificateFiles) -> None:
    value = str(files.pfx) if source is FILE else inline(files.pfx)
    wrong = "Wr0ng-pass-word"
    secret: dict[str, Any] = {SECRET[1]: wrong} if way == 0 else {}

    found = problem({source[1]: value, **secret}, {} if secret else {VARIABLES[SECRET]: wrong})

    assert found.summary == "The password of the certificate is wrong"
    assert wrong not in found.detail
    assert PASSWORD not in found.detail
    check_place(found, SECRET, secret)


@pytest.mark.parametrize("source", [FILE, DATA])
@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_a_missing_password(source: tuple[str, str], way: int, files: CertificateFiles) -> None:
    """It stands on the certificate, which is what is set, and names what is not."""
    value = str(files.pfx) if source is FILE else inline(files.pfx)
    written: dict[str, Any] = {source[1]: value} if way == 0 else {}

    found = problem(written, {} if written else {VARIABLES[source]: value})

    assert found.summary == "The certificate needs a password"
    assert "entra_id_options.client_certificate_password" in found.detail
    assert "M365_CLIENT_CERTIFICATE_PASSWORD" in found.detail
    check_place(found, source, written)


def test_a_file_larger_than_any_certificate_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(1 << 40)

    assert problem({FILE[1]: str(path)}).summary == "The certificate data is too large"


@pytest.mark.parametrize("way", [0, 1], ids=["HCL", "variable"])
def test_a_warning_stands_where_the_certificate_came_from(way: int, tmp_path: Path) -> None:
    files = self_signed(tmp_path, not_after=datetime.now(UTC).replace(microsecond=0) + timedelta(days=3, hours=1))
    written, environment = both_ways(str(files.pem))[way]

    (found,) = loaded(written, environment).warnings

    assert found.severity is Severity.WARNING
    assert found.summary == "The certificate expires soon"
    assert "in 3 days" in found.detail
    assert found.detail.startswith(f"File: {files.pem}")
    check_place(found, FILE, written)
