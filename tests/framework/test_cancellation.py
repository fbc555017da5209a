"""The sign to stop: seen, waited for and called back, once, from any thread."""

from __future__ import annotations

import threading
import time

import pytest

from provider.framework.cancellation import Cancelled, CancelToken


def test_not_set() -> None:
    token = CancelToken()

    token.check()
    token.wait(0)
    assert not token.cancelled


def test_set() -> None:
    token = CancelToken()
    token.cancel()

    assert token.cancelled
    with pytest.raises(Cancelled):
        token.check()
    with pytest.raises(Cancelled):
        token.wait(60)


def test_waiting_ends_at_once_from_another_thread() -> None:
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    began = time.monotonic()

    with pytest.raises(Cancelled):
        token.wait(60)
    assert time.monotonic() - began < 5


def test_each_callback_is_called_once() -> None:
    token, called = CancelToken(), list[str]()
    token.on_cancel(lambda: called.append("first"))
    token.on_cancel(lambda: called.append("second"))
    assert called == []

    token.cancel()
    token.cancel()
    assert called == ["first", "second"]

    token.on_cancel(lambda: called.append("late"))
    assert called == ["first", "second", "late"]


def test_a_callback_that_fails_keeps_nothing_else_from_being_stopped(caplog: pytest.LogCaptureFixture) -> None:
    token, called = CancelToken(), list[str]()

    def fail() -> None:
        raise ValueError("out of order")

    token.on_cancel(fail)
    token.on_cancel(lambda: called.append("next"))
    token.cancel()

    assert called == ["next"]
    assert "out of order" in caplog.text


def test_a_callback_may_use_the_token() -> None:
    token, called = CancelToken(), list[str]()

    def again() -> None:
        token.cancel()
        token.on_cancel(lambda: called.append("inner"))

    token.on_cancel(again)
    token.cancel()
    assert called == ["inner"]


def test_no_callback_is_lost_or_repeated_between_threads() -> None:
    for _ in range(50):
        token, called = CancelToken(), list[int]()
        ready = threading.Barrier(5)

        def register(number: int, token: CancelToken = token, ready: threading.Barrier = ready) -> None:
            ready.wait()
            token.on_cancel(lambda: called.append(number))  # noqa: B023 - the list of this round

        def stop(token: CancelToken = token, ready: threading.Barrier = ready) -> None:
            ready.wait()
            token.cancel()

        threads = [threading.Thread(target=register, args=(n,)) for n in range(3)]
        threads += [threading.Thread(target=stop) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(called) == [0, 1, 2]
