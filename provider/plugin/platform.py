"""Everything of the plugin process that differs from one operating system to another."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from provider.plugin.keypair import KeyPair

# The longest path that the system takes for a Unix socket, without the closing zero byte.
_LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
_LONGEST_NAME = "/plugin.sock"

HAS_UNIX_SOCKETS = sys.platform != "win32"


def private_folder(wanted: str | None) -> Path | None:
    """Make a folder for Unix sockets that only this user can enter.

    `wanted` is where the host wants it, or None. Where that, or the system's folder for temporary files, makes
    paths longer than a socket may have, a shorter one is taken. Returns None where none is to be had.
    """
    for parent in _socket_folders(wanted):
        try:
            folder = tempfile.mkdtemp(prefix="tfp-", dir=parent)
        except OSError:
            continue
        if len(os.fsencode(folder + _LONGEST_NAME)) <= _LONGEST_SOCKET_PATH:
            return Path(folder)
        remove_folder(Path(folder))
    return None


def remove_folder(folder: Path | None) -> None:
    """Remove a folder that `private_folder` made, with what is in it."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def load_pair(context: ssl.SSLContext, pair: KeyPair) -> None:
    """Give `pair` to `context`. `ssl` takes keys from files only; no other process must find one."""
    if sys.platform == "linux":
        file = os.memfd_create("pair")
        path = f"/proc/self/fd/{file}"
    else:
        file, path = tempfile.mkstemp(prefix="tfp-")
    try:
        os.write(file, pair.key_pem + pair.certificate_pem)
        if sys.platform == "linux":
            context.load_cert_chain(path)
        else:
            os.close(file)
            context.load_cert_chain(path)
    finally:
        if sys.platform == "linux":
            os.close(file)
        else:
            Path(path).unlink()


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
        return lambda: bool(handle) and kernel.WaitForSingleObject(handle, 0) == signalled
    parent = os.getppid()
    return lambda: os.getppid() != parent


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


def take_stdout() -> Callable[[str], None]:
    """Keep stdout for the handshake line; whatever else is written to it goes to stderr.

    Returns the function that writes the line and gives stdout up.
    """
    own = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def write(line: str) -> None:
        with suppress(BrokenPipeError):
            os.write(own, line.encode())
        os.close(own)

    return write


def _socket_folders(wanted: str | None) -> Iterator[str]:
    if wanted:
        yield wanted
    yield tempfile.gettempdir()
    if sys.platform != "win32":
        yield "/tmp"  # noqa: S108 - mkdtemp makes a folder of its own there
        yield f"/run/user/{os.getuid()}"
