"""`tools/stubs.py`: the committed stubs are current, and whatever makes them stale is seen and named."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
STUBS = Path("provider/protocol/stubs")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool of the checkout at `root`."""
    command = [sys.executable, str(root / "tools" / "stubs.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def contents(root: Path) -> dict[str, bytes]:
    """Every file under `root`."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def replace(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The part of a checkout that the tool looks at, in a path with a blank and an umlaut."""
    root = tmp_path / "Ein Büro"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in (Path("proto"), STUBS):
        shutil.copytree(CHECKOUT / folder, root / folder, ignore=ignore)
    (root / "tools").mkdir()
    shutil.copy(CHECKOUT / "tools" / "stubs.py", root / "tools")
    shutil.copy(CHECKOUT / "constraints.txt", root)
    return root


def test_the_committed_stubs_are_current() -> None:
    done = run(CHECKOUT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def edit_definition(root: Path) -> None:
    replace(root / "proto" / "health.proto", "string service = 1;", "string service = 2;")


def edit_stub(root: Path) -> None:
    replace(root / STUBS / "go_plugin_pb2.pyi", "service_id: int", "service_id: str")


def lose_stub(root: Path) -> None:
    (root / STUBS / "tfplugin6_pb2.py").unlink()


def leave_stub_behind(root: Path) -> None:
    (root / STUBS / "former_pb2.py").touch()


STALE = [
    pytest.param(edit_definition, ["health_pb2.py"], id="definition edited"),
    pytest.param(edit_stub, ["go_plugin_pb2.pyi"], id="stub edited"),
    pytest.param(lose_stub, ["tfplugin6_pb2.py"], id="stub missing"),
    pytest.param(leave_stub_behind, ["former_pb2.py"], id="definition gone"),
]


@pytest.mark.parametrize(("change", "names"), STALE)
def test_a_stale_stub_is_named_and_then_made(copy: Path, change: Callable[[Path], None], names: list[str]) -> None:
    change(copy)
    before = contents(copy)
    done = run(copy, "--check")
    assert done.returncode == 1
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == [
        (STUBS / name).as_posix() for name in names
    ]
    assert contents(copy) == before

    made = run(copy)
    assert (made.returncode, made.stderr, len(made.stdout.splitlines())) == (0, "", len(names))
    again = run(copy)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def pin_another_version(root: Path) -> None:
    replace(root / "constraints.txt", "grpcio-tools==", "grpcio-tools==0.")


def pin_nothing(root: Path) -> None:
    replace(root / "constraints.txt", "protobuf==", "other==")


def lose_the_pins(root: Path) -> None:
    (root / "constraints.txt").unlink()


def break_a_definition(root: Path) -> None:
    replace(root / "proto" / "health.proto", "string service = 1;", "strin service = 1;")


def lose_the_definitions(root: Path) -> None:
    shutil.rmtree(root / "proto")


REFUSED = [
    pytest.param(pin_another_version, "The stubs are made with grpcio-tools 0.", id="another version pinned"),
    pytest.param(pin_nothing, "does not pin protobuf", id="no version pinned"),
    pytest.param(lose_the_pins, "constraints.txt cannot be read", id="no constraints"),
    pytest.param(break_a_definition, '"strin" is not defined', id="not a definition"),
    pytest.param(lose_the_definitions, "There are no definitions in", id="no definitions"),
]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["make", "check"])
@pytest.mark.parametrize(("change", "text"), REFUSED)
def test_what_cannot_be_made_is_explained(
    copy: Path, change: Callable[[Path], None], text: str, arguments: tuple[str, ...]
) -> None:
    change(copy)
    before = contents(copy)
    done = run(copy, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert text in done.stderr
    assert contents(copy) == before
