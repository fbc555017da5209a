"""Everything of the plugin process that differs from one operating system to another.

Paths are plain texts here, and `tempfile`, `shutil` and `pathlib` are not used where every process starts: they take as
long to load as Terraform's handshake takes.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

# Only names: this is the first module that a process loads, to be deaf to Ctrl-C from then on.
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from provider.plugin.keypair import KeyPair

# The longest path that the system takes for a Unix socket, without the closing zero byte.
_LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
_LONGEST_NAME = "/plugin.sock"

HAS_UNIX_SOCKETS = sys.platform != "win32"


def private_folder(wanted: str | None) -> str | None:
    """Make a folder for Unix sockets that only this user can enter, and return its path.

    `wanted` is where the host wants it, or None. Where that, or the system's folder for temporary files, makes
    paths longer than a socket may have, a shorter one is taken. Returns None where none is to be had.
    """
    for parent in _socket_folders(wanted):
        folder = os.path.join(os.path.abspath(parent), f"tfp-{os.urandom(6).hex()}")
        if len(os.fsencode(folder + _LONGEST_NAME)) > _LONGEST_SOCKET_PATH:
            continue
        with suppress(OSError):
            os.mkdir(folder, 0o700)
            return folder
    return None


def remove_folder(folder: str | None) -> None:
    """Remove a folder that `private_folder` made, with the sockets in it."""
    if folder is None:
        return
    with suppress(OSError):
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


def load_pair(context: ssl.SSLContext, pair: KeyPair) -> None:
    """Give `pair` to `context`. `ssl` takes keys from files only; no other process must find one."""
    content = pair.key_pem + pair.certificate_pem
    if sys.platform == "linux":
        file = os.memfd_create("pair")
        try:
            os.write(file, content)
            context.load_cert_chain(f"/proc/self/fd/{file}")
        finally:
            os.close(file)
    else:
        import tempfile

        # Made for this user alone, and there only while it is read.
        file, path = tempfile.mkstemp(prefix="tfp-")
        try:
            os.write(file, content)
            os.close(file)
            context.load_cert_chain(path)
        finally:
            os.unlink(path)


def ignore_interrupt() -> None:
    """Leave Ctrl-C to the host, which answers it with StopProvider."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, signal.SIG_IGN)


def on_interrupt(act: Callable[[], None]) -> None:
    """Call `act` on Ctrl-C: for a process that a person started."""
    signal.signal(signal.SIGINT, lambda *_: act())


def on_terminate(act: Callable[[], None]) -> None:
    """Call `act` when the system asks this process to end."""
    signal.signal(signal.SIGTERM, lambda *_: act())
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: act())


def parent_watch() -> Callable[[], bool]:
    """Return a function that tells whether the process that started this one is gone."""
    if sys.platform == "win32":
        # A parent's id stays the same after its end; a handle to it tells.
        import ctypes

        synchronize, signalled = 0x00100000, 0
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(synchronize, False, os.getppid())

        def gone() -> bool:
            return bool(handle) and kernel.WaitForSingleObject(handle, 0) == signalled
    else:
        parent = os.getppid()

        def gone() -> bool:
            return os.getppid() != parent

    return gone


def guard_standard_streams() -> None:
    """Occupy the standard streams that the host closed, so that no socket ever gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open as long as the process lives


def take_stdout() -> Callable[[str], None]:
    """Keep stdout for the handshake line; whatever else is written to it goes to stderr.

    Returns the function that writes the line and gives stdout up. It raises BrokenPipeError if the host is gone.
    """
    own = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def write(line: str) -> None:
        os.write(own, line.encode())
        os.close(own)

    return write


def _socket_folders(wanted: str | None) -> Iterator[str]:
    if wanted:
        yield wanted
    if sys.platform != "win32":
        yield os.environ.get("TMPDIR") or "/tmp"
        yield "/tmp"
        yield f"/run/user/{os.getuid()}"
