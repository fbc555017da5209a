"""Finds the Terraform CLI for the Makefile: `$TERRAFORM`, else `terraform`, else `tofu`, else one pinned release.

    python3 tools/terraform.py [--build-folder .build]

Prints the absolute path of the CLI on stdout, and nothing else there. What it does, and what went wrong, goes to
stderr; then the exit code is 1. It runs before the virtual environment exists: the standard library only.

Environment: `TERRAFORM` names the CLI. `TERRAFORM_RELEASES_URL` replaces https://releases.hashicorp.com, for a mirror
with the same paths. Proxies and `SSL_CERT_FILE` are taken as urllib and ssl take them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform as machine
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import build_opener, getproxies, proxy_bypass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RELEASES_URL = "https://releases.hashicorp.com"
STALL_SECONDS = 30.0

INSTALL = """\
What to do, one of:
- install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu
  (https://opentofu.org/docs/intro/install/), so that `terraform` or `tofu` is on PATH;
- set TERRAFORM to the path of such a program;
- set TERRAFORM_RELEASES_URL to a mirror of https://releases.hashicorp.com that this machine can reach."""

_OPERATING_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_ARCHITECTURES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i386": "386",
    "i686": "386",
    "x86": "386",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
}

# Neither user name nor password: urllib would take them for a part of the host and print them in its errors.
_BASE_URL = re.compile(
    r"https?://(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:/[!\"$->@-~]*)?",
    re.IGNORECASE,
)


class TerraformError(Exception):
    """No usable CLI. The text is written for the person who typed `make`."""


@dataclass(frozen=True, slots=True)
class Release:
    """A Terraform release, and the SHA-256 of its archive for each platform (`linux_amd64`) that may be fetched."""

    version: str
    archives: Mapping[str, str]


# Each value stands in two public records that are kept independently of each other:
# - linux_amd64, linux_arm64, linux_arm, darwin_amd64, darwin_arm64:
#     github.com/hashicorp/homebrew-tap, Formula/terraform.rb at commit e67d13cedb58 (2025-04-09)
#     github.com/Wh1t3Fox/tempor, tempor/constants.py at commit 84c449554ed7 (2025-04-23)
# - linux_386:
#     github.com/chromebrew/chromebrew, packages/terraform.rb at commit 65524dc8a36a
#     github.com/Wh1t3Fox/tempor, tempor/constants.py at commit 84c449554ed7 (2025-04-23)
# - windows_amd64, windows_386:
#     github.com/ScoopInstaller/Main, bucket/terraform.json at commit 5339e9a48503 (2025-04-09)
#     github.com/microsoft/winget-pkgs, manifests/h/Hashicorp/Terraform/1.11.4/Hashicorp.Terraform.installer.yaml
# The BSDs and Solaris have no second record, so they are left out. Windows on ARM has no archive in this release.
PINNED = Release(
    version="1.11.4",
    archives={
        "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
        "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
        "linux_arm": "3cf072a049ab0178e9cbec47a14712ba7f38cc8ef061f3a7c0ff57b83d320edd",
        "linux_386": "8e4bd232ce8b0cde2a90132a9c4d25665791c7a48bbb159f5cd4988265d10372",
        "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
        "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
        "windows_amd64": "4e1dc85419dda723f2bb3afdf63a0d282a2de858588d56dd57d2e4e4c4c83f2b",
        "windows_386": "61da1ff3dc081fbaa9a032327dafebc311df55f04ad5f8749d92a9b6c1790f40",
    },
)


def this_platform() -> str:
    """Names this machine as HashiCorp's archives do (`linux_amd64`); what they lack, as Python does."""
    architecture = machine.machine().lower()
    return f"{_OPERATING_SYSTEMS.get(sys.platform, sys.platform)}_{_ARCHITECTURES.get(architecture, architecture)}"


def find(environment: Mapping[str, str], build_folder: Path, release: Release = PINNED) -> Path:
    """The CLI to use; fetches `release` into `build_folder` where neither the environment nor PATH has one.

    Raises:
        TerraformError: `TERRAFORM` names nothing that runs, or there is no CLI and none can be fetched.
    """
    if named := environment.get("TERRAFORM"):
        return _named_by_the_environment(named, environment)
    for program in ("terraform", "tofu"):
        if found := shutil.which(program, path=environment.get("PATH", "")):
            # Not resolved: version managers put links here and look at the name by which they are called.
            return Path(found).absolute()
    base_url = environment.get("TERRAFORM_RELEASES_URL") or RELEASES_URL
    return fetch(release, this_platform(), base_url, build_folder)


def fetch(
    release: Release, platform: str, base_url: str, folder: Path, *, stall_seconds: float = STALL_SECONDS
) -> Path:
    """The executable of `release` in `folder`, downloaded unless it is there already.

    Only an archive with the expected SHA-256 is unpacked, and the executable appears whole or not at all.

    Raises:
        TerraformError: no archive is known for the platform, the address is unusable or out of reach, the archive
            is not the expected one, or `folder` cannot be written.
    """
    executable = "terraform.exe" if platform.startswith("windows_") else "terraform"
    target = folder.absolute() / "terraform" / f"{release.version}_{platform}" / executable
    if target.is_file() and os.access(target, os.X_OK):
        return target

    expected = release.archives.get(platform)
    if expected is None:
        raise TerraformError(
            f"Neither `terraform` nor `tofu` is on PATH, and no Terraform {release.version} archive with a known "
            f"checksum exists for {platform}, only for {', '.join(sorted(release.archives))}.\n{INSTALL}"
        )
    if not _BASE_URL.fullmatch(base_url) or not _has_usable_port(base_url):
        raise TerraformError(
            "TERRAFORM_RELEASES_URL is not an address of the form https://host[:port][/path], in ASCII and without "
            "user name, password, query or fragment. It is not shown, as it may hold a password. Correct or unset it."
        )

    archive_name = f"terraform_{release.version}_{platform}.zip"
    url = f"{base_url.rstrip('/')}/terraform/{release.version}/{archive_name}"
    _say(f"Neither `terraform` nor `tofu` is on PATH. Fetching Terraform {release.version} from {url}")
    archive = _download(url, stall_seconds)
    received = hashlib.sha256(archive).hexdigest()
    if received != expected:
        raise TerraformError(
            f"What {url} sent is not the expected archive. Nothing of it was kept.\n"
            f"  expected SHA-256: {expected}\n"
            f"  received SHA-256: {received} ({len(archive)} bytes)\n"
            f"A proxy or mirror that replaces files, or a sign-in page in the way, does this.\n{INSTALL}"
        )
    try:
        _unpack(archive, executable, target)
    except (zipfile.BadZipFile, KeyError) as error:
        raise TerraformError(f"{archive_name} has the expected SHA-256 but holds no {executable}: {error}") from error
    except OSError as error:
        raise TerraformError(
            f"Terraform cannot be written to {target}: {error.strerror or error}. Make room there or correct the "
            f"permissions, or name another folder with --build-folder."
        ) from error
    _say(f"Its SHA-256 is the expected one. Unpacked to {target}")
    return target


def main(arguments: Sequence[str] | None = None, release: Release = PINNED) -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="terraform.py", description="Prints the path of the Terraform CLI to use; fetches one where there is none."
    )
    parser.add_argument("--build-folder", type=Path, default=Path(".build"), help="where a fetched CLI is kept")
    options = parser.parse_args(arguments)
    try:
        cli = find(os.environ, options.build_folder, release)
    except TerraformError as error:
        _say(f"Error: {error}")
        return 1
    # Bytes, since the path may hold letters that the locale's encoding lacks.
    sys.stdout.buffer.write(os.fsencode(cli) + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _named_by_the_environment(named: str, environment: Mapping[str, str]) -> Path:
    found = shutil.which(named, path=environment.get("PATH", ""))
    if found is None:
        raise TerraformError(_not_runnable(named, _why_not_found(named)))
    cli = Path(found).absolute()
    # Only whether it runs is asked here, so what can make `version` fail or wait for a network is kept away from it.
    asked = {name: value for name, value in environment.items() if not name.startswith("TF_CLI_ARGS")}
    asked |= {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    try:
        subprocess.run(
            [cli, "version"],
            env=asked,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=STALL_SECONDS,
        )
    except OSError as error:
        raise TerraformError(_not_runnable(named, f"{cli} does not start: {error.strerror or error}")) from error
    except subprocess.CalledProcessError as error:
        output = (error.stderr or error.stdout).decode(errors="replace").strip()
        why = f"`{cli} version` ended with code {error.returncode}" + (f":\n{output}\n" if output else "")
        raise TerraformError(_not_runnable(named, why)) from error
    except subprocess.TimeoutExpired as error:
        raise TerraformError(_not_runnable(named, f"`{cli} version` did not end in {STALL_SECONDS:g} s")) from error
    return cli


def _not_runnable(named: str, why: str) -> str:
    return (
        f"TERRAFORM is set to {named!r}, which cannot be run: {why.rstrip('.')}.\n"
        "No other program is used in its place. Set TERRAFORM to the path of Terraform 1.11 or later or of OpenTofu, "
        "or unset it to use the one on PATH."
    )


def _why_not_found(named: str) -> str:
    path = Path(named).absolute()
    if path.is_dir():
        return f"{path} is a folder"
    if not os.path.dirname(named):  # noqa: PTH120 (pathlib drops the "./" that makes a name a path)
        return "no such program is on PATH"
    return f"{path} is not executable" if path.exists() else f"{path} does not exist"


def _has_usable_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _download(url: str, stall_seconds: float) -> bytes:
    try:
        with build_opener().open(url, timeout=stall_seconds) as response:
            body: bytes = response.read()
            return body
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
        # The proxy's address is not shown: it often holds a password.
        proxied = scheme in getproxies() and not proxy_bypass(host)
        way = f" (through the proxy that {scheme}_proxy names)" if proxied else ""
        raise TerraformError(f"{url} cannot be fetched{way}: {_cause(error, stall_seconds)}.\n{INSTALL}") from error


def _cause(error: OSError | HTTPException, stall_seconds: float) -> str:
    reason = error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
    match reason:
        case HTTPError():
            return f"the server answered {reason.code} {reason.reason}"
        case TimeoutError():
            return f"nothing came for {stall_seconds:g} s"
        case ssl.SSLError():
            return f"TLS failed: {reason} (to trust another issuer, name a PEM file of issuers in SSL_CERT_FILE)"
        case IncompleteRead():
            missing = "" if reason.expected is None else f", {reason.expected} bytes early"
            return f"the connection ended after {len(reason.partial)} bytes{missing}"
        case HTTPException():
            # Its text can hold the password of a malformed proxy address.
            return f"the answer is not proper HTTP ({type(reason).__name__})"
        case OSError():
            return reason.strerror or str(reason)
        case _:
            return str(reason)


def _unpack(archive: bytes, executable: str, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened, opened.open(executable) as source:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In the target's own folder, so that the last step is a rename within one file system.
        with tempfile.TemporaryDirectory(dir=target.parent) as passing:
            unpacked = Path(passing, executable)
            with unpacked.open("wb") as written:
                shutil.copyfileobj(source, written)
            unpacked.chmod(0o755)
            unpacked.replace(target)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
