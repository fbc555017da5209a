"""Runs a command without the right of root to read what its mode forbids.

    python capabilities.py COMMAND [ARGUMENT]…

Where tests run as root, a file of mode 0 is readable. Linux gives that right by two capabilities, which a process can
drop for itself and all that it starts. Source: capabilities(7).
"""

from __future__ import annotations

import ctypes
import os
import sys

WITHOUT_OVERRIDE = (sys.executable, "-I", __file__)
"""What stands before a command that is to run so."""

_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2
_PR_CAPBSET_DROP = 24


def drop() -> None:
    """Drop both capabilities from what a program gets when it is started; raise OSError where that is refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    if sys.platform == "linux" and os.geteuid() == 0:
        drop()
    os.execvp(sys.argv[1], sys.argv[1:])
