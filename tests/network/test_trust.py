"""Which authorities are trusted, in which order, and what is said of a file that gives none."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from provider.config.settings import Settings, merge
from provider.framework.diagnostics import Failure
from provider.network.session import Session
from tests.network.servers import authority, serve

RIGHT, WRONG = authority("right"), authority("wrong")
PATH = ("client_options", "ca_certificate_file")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return files and folders of authorities: the server's own and another's."""
    found: dict[str, str] = {}
    for name, one in (("right", RIGHT), ("wrong", WRONG)):
        file = one.write_ca(tmp_path, f"{name}.pem")
        folder = tmp_path / f"{name}-folder"
        folder.mkdir()
        hashed = subprocess.run(
            ["openssl", "x509", "-hash", "-noout", "-in", str(file)], capture_output=True, text=True, check=True
        )
        one.write_ca(folder, f"{hashed.stdout.strip()}.0")
        found |= {name: str(file), f"{name} folder": str(folder)}
    return found


def merged(hcl: str | None, variable: str | None) -> Settings:
    return merge({"client_options": {PATH[1]: hcl}}, {"M365_CA_CERTIFICATE_FILE": variable or ""})


# What is set, where "right" trusts the server and "wrong" does not; whether the server is trusted; what is named.
ORDER: list[tuple[dict[str, str], bool, str]] = [
    ({"hcl": "right"}, True, ""),
    ({"variable": "right"}, True, ""),
    ({"REQUESTS_CA_BUNDLE": "right"}, True, ""),
    ({"REQUESTS_CA_BUNDLE": "right folder"}, True, ""),
    ({"hcl": "right folder"}, True, ""),
    ({"SSL_CERT_FILE": "right"}, True, ""),
    ({"SSL_CERT_DIR": "right folder"}, True, ""),
    ({"hcl": "right", "variable": "wrong", "REQUESTS_CA_BUNDLE": "wrong", "SSL_CERT_FILE": "wrong"}, True, ""),
    ({"variable": "right", "REQUESTS_CA_BUNDLE": "wrong", "SSL_CERT_FILE": "wrong"}, True, ""),
    ({"REQUESTS_CA_BUNDLE": "right", "SSL_CERT_FILE": "wrong", "SSL_CERT_DIR": "wrong folder"}, True, ""),
    (
        {"hcl": "wrong", "variable": "right", "REQUESTS_CA_BUNDLE": "right"},
        False,
        "client_options.ca_certificate_file = ",
    ),
    ({"variable": "wrong", "REQUESTS_CA_BUNDLE": "right", "SSL_CERT_FILE": "right"}, False, "M365_CA_CERTIFICATE_FILE"),
    ({"REQUESTS_CA_BUNDLE": "wrong", "SSL_CERT_FILE": "right"}, False, "REQUESTS_CA_BUNDLE = "),
    ({"REQUESTS_CA_BUNDLE": "wrong folder"}, False, "REQUESTS_CA_BUNDLE = "),
    ({"SSL_CERT_FILE": "wrong"}, False, "SSL_CERT_FILE = "),
    ({"SSL_CERT_DIR": "wrong folder"}, False, "SSL_CERT_DIR = "),
    ({}, False, "the system's trust store"),
]


@pytest.mark.parametrize(("given", "trusted", "named"), ORDER, ids=[str(case[0]) for case in ORDER])
def test_order(
    given: dict[str, str],
    trusted: bool,
    named: str,
    files: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = {name: files[which] for name, which in given.items()}
    settings = merged(paths.pop("hcl", None), paths.pop("variable", None))
    for name, path in paths.items():
        # OpenSSL reads SSL_CERT_FILE and SSL_CERT_DIR from the process itself.
        monkeypatch.setenv(name, path)
    with serve(tls=RIGHT, folder=tmp_path) as server:
        session = Session(settings, paths, "")
        if trusted:
            assert session.request("GET", server.url).status_code == 200
            return
        with pytest.raises(Failure) as caught:
            session.request("GET", server.url)

    assert "is not trusted" in caught.value.diagnostics[0].summary
    assert named in caught.value.diagnostics[0].detail


def test_trust_is_not_added_to_the_systems(tmp_path: Path, files: dict[str, str]) -> None:
    """A file that is named stands in place of the system's store, not beside it."""
    from provider.network import trust

    loaded = trust.load(merged(files["right"], None), {})

    (only,) = loaded.context.get_ca_certs()
    assert only["subject"] == ((("commonName", "right authority"),),)


def test_several_authorities_in_one_file(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(b"# Some words before\n" + WRONG.ca + b"\n# and between\n" + RIGHT.ca)
    with serve(tls=RIGHT, folder=tmp_path) as server:
        assert Session(merged(str(both), None), {}, "").request("GET", server.url).status_code == 200


def test_a_server_whose_certificate_has_signed_itself(tmp_path: Path) -> None:
    """Such a certificate is no authority, and yet what an administrator has to put into the file."""
    own = authority("own", self_signed_leaf=True)
    file = own.write_ca(tmp_path)
    with serve(tls=own, folder=tmp_path) as server:
        assert Session(merged(str(file), None), {}, "").request("GET", server.url).status_code == 200


def test_a_path_from_the_home_folder(tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with serve(tls=RIGHT, folder=tmp_path) as server:
        assert Session(merged("~/right.pem", None), {}, "").request("GET", server.url).status_code == 200


def test_a_path_from_the_working_directory(tmp_path: Path, files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serve(tls=RIGHT, folder=tmp_path) as server:
        assert Session(merged("right.pem", None), {}, "").request("GET", server.url).status_code == 200


def _missing(folder: Path) -> str:
    return str(folder / "missing.pem")


def _empty(folder: Path) -> str:
    (folder / "empty.pem").write_bytes(b"")
    return str(folder / "empty.pem")


def _text(folder: Path) -> str:
    (folder / "text.pem").write_text("-----BEGIN nothing of use-----")
    return str(folder / "text.pem")


def _key(folder: Path) -> str:
    (folder / "key.pem").write_bytes(RIGHT.server.partition(b"-----BEGIN PRIVATE")[2])
    return str(folder / "key.pem")


UNUSABLE = {
    "missing": (_missing, "No such file or directory"),
    "empty": (_empty, "it holds no certificate in PEM form"),
    "text": (_text, "it holds no certificate in PEM form"),
    "key": (_key, "it holds no certificate in PEM form"),
    "home of nobody": (lambda _folder: "~no-such-user/ca.pem", "home directory"),
    "zero byte": (lambda _folder: "ca\0.pem", "null byte"),
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("origin", ["hcl", "variable", "REQUESTS_CA_BUNDLE"])
def test_unusable_files(name: str, origin: str, tmp_path: Path) -> None:
    make, why = UNUSABLE[name]
    path = make(tmp_path)
    settings = merged(path if origin == "hcl" else None, path if origin == "variable" else None)

    with pytest.raises(Failure) as caught:
        Session(settings, {"REQUESTS_CA_BUNDLE": path} if origin == "REQUESTS_CA_BUNDLE" else {}, "")

    (found,) = caught.value.diagnostics
    called = {"hcl": "client_options.ca_certificate_file", "variable": "M365_CA_CERTIFICATE_FILE"}.get(origin, origin)
    assert found.detail.startswith(f"{called} names ")
    assert path in found.detail
    assert why in found.detail
    assert found.path == (PATH if origin == "hcl" else None)


def test_a_relative_path_is_told_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Failure) as caught:
        Session(merged("missing.pem", None), {}, "")

    assert str(tmp_path / "missing.pem") in caught.value.diagnostics[0].detail
    assert "A relative path starts at the working directory" in caught.value.diagnostics[0].detail
