"""Stale entries are made anew behind the back of those who asked, each once at a time."""

import threading

import pytest
import structlog

from apps.caching import refreshing
from apps.caching.refreshing import refresh_soon
from apps.kernel import context
from devstack.waiting import wait_until


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    assert wait_until(lambda: not refreshing._waiting, seconds=60)


def test_it_happens_in_another_thread_with_the_same_correlation() -> None:
    asked = context.current()
    seen: list[tuple[str, str]] = []

    def look() -> None:
        seen.append((context.current().correlation_id, threading.current_thread().name))

    refresh_soon("a", look)

    assert wait_until(lambda: bool(seen), seconds=60)
    assert seen[0][0] == asked.correlation_id
    assert seen[0][1].startswith("caching")


def test_it_is_not_asked_for_twice_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "_MOST_WAITING", 3)
    go, calls = threading.Event(), []

    def make() -> None:
        assert go.wait(60)
        calls.append(1)

    for address in ("a", "a", "b", "c", "d", "e"):
        refresh_soon(address, make)
    go.set()

    assert wait_until(lambda: not refreshing._waiting, seconds=60)
    assert len(calls) == 3


def test_failure_is_told_and_the_next_one_may_try() -> None:
    def fail() -> None:
        raise OSError("upstream")

    with structlog.testing.capture_logs() as logs:
        refresh_soon("a", fail)
        assert wait_until(lambda: not refreshing._waiting, seconds=60)

    assert [log["event"] for log in logs] == ["refresh.failed"]
