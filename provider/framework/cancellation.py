"""How a running call learns that nobody waits for its answer any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Timer

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised in a call that was told to stop."""


class TimedOut(Cancelled):
    """Raised in a call that has taken as long as it may."""


class CancelToken:
    """One call's sign to stop; set once, from any thread.

    StopProvider, the cancelled RPC and a time limit set it. A handler asks it between steps, waits
    with `wait` instead of sleeping, and may be called back.
    """

    __slots__ = ("_callbacks", "_event", "_lock", "expired")

    def __init__(self) -> None:
        """Make a token that is not set."""
        self._event = Event()
        self._lock = Lock()
        self._callbacks: list[Callable[[], object]] = []
        self.expired: float | None = None
        """The limit in seconds, if that has set the sign."""

    @property
    def cancelled(self) -> bool:
        """Whether the call should stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Set the sign. Further calls do nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001 - one that fails keeps nothing else from being stopped
                _log.exception("What should end with a stopped call failed to end.")

    def on_cancel(self, callback: Callable[[], object]) -> None:
        """Call `callback` once when the sign is set, at once if it is set already.

        It is called in whichever thread sets the sign, and must not wait for anything.
        """
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def check(self) -> None:
        """Raise Cancelled if the call should stop."""
        if self._event.is_set():
            raise self._reason()

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`; raise Cancelled as soon as the call should stop."""
        if self._event.wait(seconds):
            raise self._reason()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Set the sign if what is done inside takes longer than `seconds`."""
        timer = Timer(seconds, self._expire, (seconds,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self, seconds: float) -> None:
        if not self._event.is_set():
            self.expired = seconds
        self.cancel()

    def _reason(self) -> Cancelled:
        return Cancelled() if self.expired is None else TimedOut()
