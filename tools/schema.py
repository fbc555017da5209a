"""Compiles the answers that never change within a release: schemas, metadata.

    python tools/schema.py [--check]

Writes only what differs. With --check it writes nothing, names each file that is not current and exits with 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from provider.catalogue import compiled_file, outline_file
from provider.main import make_provider
from provider.protocol.constants import compile_constants, compile_outlines


def main(arguments: list[str]) -> int:
    """Compile, or check."""
    provider = make_provider()
    compiled = {
        **{Path(compiled_file(rpc)): answer for rpc, answer in compile_constants(provider).items()},
        **{Path(outline_file(name)): outline for name, outline in compile_outlines(provider).items()},
    }
    stale = []
    for file, content in compiled.items():
        if not file.exists() or file.read_bytes() != content:
            stale.append(file)
            if "--check" not in arguments:
                file.parent.mkdir(exist_ok=True, parents=True)
                file.write_bytes(content)
    for file in stale:
        print(f"{file.name} {'is not current: run make schema' if '--check' in arguments else 'written'}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
