"""What the command line under test can do: the same tests run with Terraform 1.11, a newer one, and OpenTofu."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache

from tests.terraform import executable


@dataclass(frozen=True, slots=True)
class Host:
    """A product and its version, without what stands behind the minor one."""

    product: str
    version: tuple[int, int]

    @property
    def write_only(self) -> bool:
        """Whether it keeps the values of write-only attributes nowhere, and says so to the provider."""
        return self.version >= (1, 11)

    @property
    def identity(self) -> bool:
        """Whether it imports by identity."""
        return self.version >= (1, 12)

    @property
    def generates_nested(self) -> bool:
        """Whether it generates configuration where something nested is computed; OpenTofu 1.7 crashes on that."""
        return self.product == "Terraform" or self.version >= (1, 8)


@cache
def host() -> Host:
    """Return the command line under test."""
    said = subprocess.run([executable(), "version"], capture_output=True, check=True, encoding="utf-8").stdout
    found = re.search(r"^(Terraform|OpenTofu) v(\d+)\.(\d+)", said, re.MULTILINE)
    assert found, said
    return Host(found[1], (int(found[2]), int(found[3])))
