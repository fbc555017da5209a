"""Compiles the answers that never change within a release: schemas, metadata.

    python tools/schema.py [--check]

Writes only what differs. With --check it writes nothing, names each file that is not current and exits with 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from provider.catalogue import compiled_file
from provider.main import make_provider
from provider.protocol.constants import compile_constants


def main(arguments: list[str]) -> int:
    """Compile, or check."""
    stale = []
    for rpc, answer in compile_constants(make_provider()).items():
        file = Path(compiled_file(rpc))
        if not file.exists() or file.read_bytes() != answer:
            stale.append(file)
            if "--check" not in arguments:
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(answer)
    for file in stale:
        print(f"{file.name} {'is not current: run make schema' if '--check' in arguments else 'written'}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
