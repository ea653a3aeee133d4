"""Fixtures that every test may use."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import settings

from apps.events.types import Event
from apps.health.watch import watch
from apps.kernel import context
from apps.kernel.background import load_background_app
from apps.observability.cache import forget_rests
from apps.resilience.counting import forget_counts_here
from apps.resilience.redis import forget_failures
from tests.published import published_payload

pytest_plugins = ["tests.log_lines", "tests.people", "tests.push_services"]

# On a busy machine any example may take long; tests that hang meet pytest's own limit.
settings.register_profile("mainstay", deadline=None)
settings.load_profile("mainstay")


@pytest.fixture(autouse=True, scope="session")
def tasks_are_ours() -> None:
    """Let tasks that a test sends or runs belong to our Celery application."""
    load_background_app()


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Start with an empty cache: requests that other tests made count for no limit here.

    Nor does a Redis that once did not answer in time: this process asks it, as one just started.
    """
    forget_failures()
    forget_rests()
    forget_counts_here()
    cache.clear()


@pytest.fixture(autouse=True)
def every_payload_is_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail that announces what its event type's published schema does not allow."""
    monkeypatch.setattr(Event, "payload", published_payload)


@pytest.fixture(autouse=True)
def nobody_is_bound() -> Iterator[None]:
    """Start outside of any work: a context that another test came to act in is not this one's."""
    context._current.set(None)
    yield
    context._current.set(None)


@pytest.fixture(autouse=True)
def nobody_watches() -> Iterator[None]:
    """Leave no watch behind that a probe has started: it would hold the database."""
    yield
    watch.stop()
