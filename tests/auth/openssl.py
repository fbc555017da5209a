"""Files made by the OpenSSL command line, as administrators make them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.certificates import CertificateFiles, chain_of_three, rsa_key, self_signed

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder to make files in: `key.pem` and, traditional, `rsa.pem`; `cert.pem`; `issuers.pem` of another chain."""

    folder: Path
    own: CertificateFiles
    chain: CertificateFiles

    def run(self, command: str) -> None:
        """Run `openssl` with these arguments in the folder."""
        done = subprocess.run(
            ["openssl", *command.split()],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"openssl {command}: {done.stderr}"

    def make(self, command: str) -> bytes:
        """Run `openssl` with these arguments and `-out`, and return what it wrote."""
        out = self.folder / "out"
        out.unlink(missing_ok=True)
        self.run(f"{command} -out out")
        return out.read_bytes()

    def __getitem__(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return rsa_key()


def workshop(folder: Path) -> Workshop:
    """Make the files to start from; all tests of a process share the RSA keys."""
    own = self_signed(folder, "own", password=None)
    chain = chain_of_three(folder, "three", password=None)
    made = Workshop(folder, own, chain)
    made.run("pkey -in own.pem -out key.pem")
    made.run("rsa -in own.pem -traditional -out rsa.pem")
    made.run("x509 -in own.pem -out cert.pem")
    (folder / "issuers.pem").write_bytes(chain.pem.read_bytes().split(b"-----END PRIVATE KEY-----\n")[1])
    return made
