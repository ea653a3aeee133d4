"""Fixtures of the tests of caching: an empty folder, and namespaces of their own."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from apps.caching import refreshing
from apps.caching.failures import failed_lately
from apps.caching.layers.stack import forget_here
from apps.caching.ports import namespaces, warmers
from apps.kernel import clock
from tests.apps.caching.samples import LENIENT, SMALL, STRICT
from tests.own_redis import own_redis, usual_waits

__all__ = ["own_redis", "usual_waits"]


@pytest.fixture(autouse=True)
def samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only the samples be remembered, and nothing be warmed."""
    monkeypatch.setattr(namespaces, "_entries", {})
    monkeypatch.setattr(warmers, "_entries", {})
    for namespace in (STRICT, LENIENT, SMALL):
        namespaces.register(namespace)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder of files that nobody else uses; memory of its own comes with it."""
    settings.CACHING_DIR = tmp_path / "caching"
    settings.CACHING_LEAST_FREE_BYTES = 0
    failed_lately.forget()
    yield settings.CACHING_DIR
    forget_here()


class Hands:
    """The hands of the clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """A clock that stands still but for being moved."""
    hands = Hands(clock.now())
    monkeypatch.setattr(clock, "now", lambda: hands.moment)
    return hands


@pytest.fixture
def refreshed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make stale entries anew in the thread of whoever was served them."""

    class Here:
        def submit(self, work: object, *given: object) -> None:
            assert callable(work)
            work(*given)

    monkeypatch.setattr(refreshing, "_threads", Here)
    monkeypatch.setattr(connection, "close", lambda: None)
