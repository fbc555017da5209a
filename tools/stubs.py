"""Makes the Python modules of the definitions in `proto/`: `make stubs`, or with `--check` only compares them.

Only messages are made, no gRPC classes: the server registers generic handlers, which cost less to import.
Exits with 0 when the stubs are current, and with 1 when they cannot be made or, with `--check`, are not current.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFINITIONS = Path("proto")
STUBS = Path("provider/protocol/stubs")
CONSTRAINTS = Path("constraints.txt")
PINNED = ("grpcio-tools", "protobuf")  # what protoc writes depends on the first; whether it loads, on both


class StubsError(Exception):
    """The stubs cannot be made. The text is for the person at the terminal."""


def pins(constraints: str) -> dict[str, str]:
    """Name to version, for each line `name==version` of a constraints file."""
    lines = (line.partition("#")[0].partition(";")[0] for line in constraints.splitlines())
    parts = (line.partition("==") for line in lines)
    return {name.strip().lower(): version.strip() for name, equals, version in parts if equals}


def check_versions(root: Path) -> None:
    """Raise `StubsError` unless the pinned pair is what is installed."""
    path = root / CONSTRAINTS
    try:
        pinned = pins(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StubsError(
            f"{path} cannot be read ({error.strerror}); it pins the versions that make the stubs."
        ) from error
    for name in PINNED:
        if name not in pinned:
            raise StubsError(f"{path} does not pin {name}; add a line {name}==VERSION.")
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = "not installed"
        if installed != pinned[name]:
            raise StubsError(
                f"The stubs are made with {name} {pinned[name]} ({CONSTRAINTS}), but here it is {installed}. "
                f"Run `make build`, or change the pin and run `make stubs`."
            )


def generate(root: Path) -> dict[Path, str]:
    """File, relative to `root`, to the text that protoc makes for it. Raises `StubsError` with protoc's own words."""
    definitions = sorted(path.name for path in (root / DEFINITIONS).glob("*.proto"))
    if not definitions:
        raise StubsError(f"There are no definitions in {root / DEFINITIONS}.")
    with tempfile.TemporaryDirectory() as folder:
        # protoc takes the folder of a definition for its package: mapped so, the modules know their real name.
        # The paths are relative because protoc splits this argument at colons and at equal signs.
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{STUBS.as_posix()}={DEFINITIONS.as_posix()}"]
        command += [f"--python_out={folder}", f"--pyi_out={folder}"]
        command += [f"{STUBS.as_posix()}/{name}" for name in definitions]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StubsError(f"protoc refuses the definitions:\n{done.stderr.strip()}")
        made = sorted((Path(folder) / STUBS).iterdir())
        return {STUBS / path.name: path.read_text(encoding="utf-8") for path in made}


def stale(root: Path, made: Mapping[Path, str]) -> Iterator[Path]:
    """The files that differ from what protoc makes, are missing, or have no definition any more."""
    for path, text in made.items():
        present = root / path
        if not present.is_file() or present.read_text(encoding="utf-8") != text:
            yield path
    for pattern in ("*_pb2.py", "*_pb2.pyi"):
        for present in sorted((root / STUBS).glob(pattern)):
            if (path := STUBS / present.name) not in made:
                yield path


def write(root: Path, made: Mapping[Path, str]) -> None:
    """Bring the stubs up to date and name each file that this changed."""
    for path in list(stale(root, made)):
        if path in made:
            (root / path).write_text(made[path], encoding="utf-8", newline="\n")
            print(f"made {path.as_posix()}")
        else:
            (root / path).unlink()
            print(f"removed {path.as_posix()}: it has no definition")


def main() -> int:
    """Make the stubs, or compare them. The answer is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="say which stubs are not current; write nothing")
    options = parser.parse_args()
    try:
        check_versions(ROOT)
        made = generate(ROOT)
    except StubsError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        write(ROOT, made)
        return 0
    old = list(stale(ROOT, made))
    for path in old:
        print(f"{path.as_posix()} is not what {DEFINITIONS.as_posix()}/ makes; run `make stubs`.", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
