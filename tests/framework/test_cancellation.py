"""The sign to stop: seen, waited for and called back, once, from any thread."""

from __future__ import annotations

import threading
import time

import pytest

from provider.framework.cancellation import Cancelled, CancelToken, TimedOut


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


def test_what_is_done_in_time_is_left_alone() -> None:
    token = CancelToken()
    with token.limit(60):
        token.check()

    time.sleep(0.01)
    assert not token.cancelled
    assert token.expired is None


def test_a_limit_that_was_kept_does_not_strike_later() -> None:
    token = CancelToken()
    with token.limit(0.05):
        pass

    token.wait(0.1)
    assert not token.cancelled


def test_what_takes_too_long_is_told_to_stop() -> None:
    token, called = CancelToken(), list[str]()
    token.on_cancel(lambda: called.append("called"))
    began = time.monotonic()

    with pytest.raises(TimedOut), token.limit(0.05):
        token.wait(60)
    assert time.monotonic() - began < 5
    assert called == ["called"]
    assert token.cancelled
    assert token.expired == 0.05
    with pytest.raises(TimedOut):
        token.check()


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_time_at_all(seconds: float) -> None:
    token = CancelToken()
    with pytest.raises(TimedOut), token.limit(seconds):
        token.wait(60)


def test_whoever_was_told_to_stop_before_has_not_taken_too_long() -> None:
    token = CancelToken()
    token.cancel()
    with token.limit(0.02):
        time.sleep(0.05)

    assert token.expired is None
    with pytest.raises(Cancelled) as stopped:
        token.check()
    assert not isinstance(stopped.value, TimedOut)


def test_a_limit_ends_with_what_fails_inside() -> None:
    token = CancelToken()
    with pytest.raises(ValueError, match="out of order"), token.limit(0.05):
        raise ValueError("out of order")

    token.wait(0.1)
    assert not token.cancelled


def test_a_limit_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(20):
        with CancelToken().limit(3600):
            pass
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before
