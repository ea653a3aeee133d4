"""Fixtures that every test may use."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from apps.caching.layers.stack import forget_here
from apps.caching.ledger import ledger
from apps.events.types import Event
from apps.health.watch import watch
from apps.kernel import context
from apps.kernel.background import load_background_app
from apps.observability.cache import forget_rests
from apps.resilience.counting import forget_counts_here
from apps.resilience.redis import forget_failures
from devstack.waiting import wait_until
from tests.processes import OtherProcess
from tests.published import published_payload

pytest_plugins = ["tests.log_lines", "tests.people", "tests.push_services", "tests.system.clone"]

# On a busy machine any example may take long; tests that hang meet pytest's own limit.
settings.register_profile("mainstay", deadline=None)
settings.load_profile("mainstay")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Drop the test database once nobody is in it; PostgreSQL notices a killed process late."""
    yield
    with django_db_blocker.unblock():
        assert wait_until(lambda: not others_in_the_database(), seconds=30), (
            f"Tests left these in the database: {others_in_the_database()}"
        )


def others_in_the_database() -> list[tuple[int, str, str]]:
    """Return process, state and last statement of every other connection to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, coalesce(state, ''), query FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found


@pytest.fixture(autouse=True, scope="session")
def tasks_are_ours() -> None:
    """Let tasks that a test sends or runs belong to our Celery application."""
    load_background_app()


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Start with empty caches: requests that other tests made count for no limit here.

    Nor does a Redis that once did not answer in time: this process asks it, as one just started.
    """
    forget_failures()
    forget_rests()
    forget_counts_here()
    forget_here()
    ledger.forget()
    shutil.rmtree(django_settings.CACHING_DIR, ignore_errors=True)
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
def nobody_works_on() -> Iterator[None]:
    """Leave no other process behind: it would hold the database."""
    yield
    OtherProcess.kill_all()


@pytest.fixture(autouse=True)
def nobody_watches() -> Iterator[None]:
    """Leave no watch behind that a probe has started: it would hold the database."""
    yield
    watch.stop()
