"""Looks for bytes that make the decoders fail in another way than they should, guided by the code that is reached.

    python tools/fuzz.py [--seconds N] [--keep] [TARGET ...]

Runs each target of tests/fuzz/targets.py for so many seconds, from the inputs of tests/fuzz/ and those that earlier
runs have left in .build/fuzz/. An input that fails is written there too and named; the exit status is then 1. With
--keep the inputs that reach different code become those of tests/fuzz/.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NAMES = sorted(file.stem for file in (ROOT / "tests/fuzz").glob("*.txt"))
# An input that takes longer, in seconds, or more memory, in MiB, has failed as well.
LIMITS = ("-timeout=5", "-rss_limit_mb=1024", "-max_len=4096", "-verbosity=0", "-print_final_stats=1")


def main() -> int:
    """Run the targets, or, in a process of its own, one of them."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description="Look for bytes that make the decoders fail.")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs")
    parser.add_argument("--keep", action="store_true", help="keep what reaches different code, in tests/fuzz/")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(NAMES)}; all of them if none")
    arguments = parser.parse_args()
    if strange := set(arguments.targets) - set(NAMES):
        parser.error(f"no such target: {', '.join(sorted(strange))}")
    # Each one runs, whatever became of the one before.
    failed = [name for name in arguments.targets or NAMES if not _run(name, arguments.seconds, arguments.keep)]
    for name in failed:
        print(f"{name} fails. Its output above names the file with the input, which belongs into a test.")
    return 1 if failed else 0


def _run(name: str, seconds: int, keep: bool) -> bool:
    """Run a target for some seconds; tell whether nothing failed."""
    from tests.fuzz import corpus

    found, kept = ROOT / ".build/fuzz" / name, ROOT / ".build/fuzz" / f"{name}-kept"
    for folder in (found, kept):
        folder.mkdir(parents=True, exist_ok=True)
        for at, data in enumerate(corpus.read(name)):
            (found / f"kept-{at}").write_bytes(data)
    print(f"{name}: {seconds} s", flush=True)
    if _start(name, f"-max_total_time={seconds}", f"-artifact_prefix={found.parent}/{name}-", str(found)):
        return False
    if keep:
        for file in kept.iterdir():
            file.unlink()
        if _start(name, "-merge=1", str(kept), str(found)):
            return False
        corpus.write(name, (file.read_bytes() for file in kept.iterdir()))
    return True


def _start(name: str, *options: str) -> int:
    # To merge, libFuzzer starts itself again, by a name that must be one command.
    command = ROOT / ".build/fuzz" / f"{name}.sh"
    command.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, __file__, "--child", name])} "$@"\n')
    command.chmod(0o755)
    return subprocess.run([command, *LIMITS, *options], cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


def _child(name: str, options: list[str]) -> None:
    """Be the process that fuzzes one target; does not return."""
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["provider.framework", "tests.fuzz"]):
        target = import_module("tests.fuzz.targets").TARGETS[name]
    atheris.Setup([str(ROOT / ".build/fuzz" / f"{name}.sh"), *options], target)
    atheris.Fuzz()
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
