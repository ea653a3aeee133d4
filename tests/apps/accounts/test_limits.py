"""Counting attempts, with Redis and without."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from pytest_django import Settings

from apps.accounts.limits import AttemptCounters
from apps.accounts.models import User
from tests.apps.accounts.phones import Phone, shown


@pytest.fixture
def dead_redis(settings: Settings) -> Iterator[None]:
    """Point the cache at a port where nobody listens."""
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert cache.add("anything", 1) is None
    # All counters of a process share one memory, and other tests count there too.
    AttemptCounters()._local.clear()
    yield
    caches["default"].close()


def test_lock_is_held_by_one_until_it_is_given_back() -> None:
    counters = AttemptCounters()

    assert counters.add("lock", True, timeout=5)
    assert not counters.add("lock", True, timeout=5)
    counters.delete("lock")
    assert counters.add("lock", True, timeout=5)
    counters.delete("lock")


def test_attempts_are_counted_for_all_processes_while_redis_lives() -> None:
    first, second = AttemptCounters(), AttemptCounters()

    first.set("attempts", [1.0], 5)

    assert second.get("attempts", []) == [1.0]


def test_attempts_are_counted_here_while_redis_is_dead(dead_redis: None) -> None:
    counters = AttemptCounters()

    assert counters.add("lock", True, timeout=5)
    counters.set("attempts", [1.0], 5)

    assert counters.get("attempts", []) == [1.0]
    assert not counters.add("lock", True, timeout=5)


def test_people_sign_in_while_redis_is_dead(dead_redis: None, owner: User) -> None:
    phone = Phone()

    answer = phone.sign_in("owner@example.com")

    assert answer.status_code == 200
    assert phone.is_signed_in


def test_guessing_is_stopped_while_redis_is_dead(dead_redis: None, owner: User) -> None:
    phone = Phone()

    answers = [phone.sign_in("owner@example.com", f"wrong password {n}") for n in range(7)]

    assert shown(answers[0])["errors"][0]["code"] == "email_password_mismatch"
    assert shown(answers[-1])["code"] == "accounts.too_many_attempts"
