"""When the process ends.

Sound signs that the host is gone: its connection closes, the process that started this one is another one, nobody
connects. (stdin is none: it belongs to the host, and may be closed or empty from the start.) A connection that was
refused is none either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# The host closes its connection right after the answer to Shutdown; this is for one that forgets.
_GOODBYE_SECONDS = 0.5
_WATCH_SECONDS = 0.5


class Lifetime:
    """A life of its own: that of a process which a person ends. Nothing that a host does ends it."""

    def connected(self) -> None:
        """Take note that a host was let in."""

    def disconnected(self) -> None:
        """Take note that the connection of a host closed."""

    def goodbye(self) -> None:
        """Take note that a host asked the process to end."""


class HostLifetime(Lifetime):
    """A life that ends with the host: `end` is then called, once or more often.

    `parent_gone` tells whether the starter is gone, `patience` is the number of seconds within which a host must
    connect. To be made inside the running loop.
    """

    def __init__(self, end: Callable[[], object], parent_gone: Callable[[], bool], patience: float) -> None:
        """Begin to watch."""
        self._end = end
        self._parent_gone = parent_gone
        self._loop = asyncio.get_running_loop()
        self._connections = 0
        self._patience = self._loop.call_later(max(patience, 0), end)
        self._watch()

    def connected(self) -> None:
        """Take note that a host was let in."""
        self._connections += 1
        self._patience.cancel()

    def disconnected(self) -> None:
        """Take note that the connection of a host closed: with the last one the host is gone."""
        self._connections -= 1
        if not self._connections:
            self._end()

    def goodbye(self) -> None:
        """Take note that the host asked the process to end."""
        self._loop.call_later(_GOODBYE_SECONDS, self._end)

    def _watch(self) -> None:
        if self._parent_gone():
            self._end()
        self._loop.call_later(_WATCH_SECONDS, self._watch)
