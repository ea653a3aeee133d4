"""Fixtures of the tests of health."""

from collections.abc import Iterator

import pytest
from django.test import Client

from apps.health.watch import Watch
from tests.apps.health.patients import Patient, check_of
from tests.own_redis import own_redis

__all__ = ["own_redis"]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """The only part there is, and a decisive one."""
    patient = Patient()
    own = Watch([check_of(patient, name="database")])
    monkeypatch.setattr("apps.health.selectors.watch", own)
    yield patient
    patient.released.set()
    own.stop()


@pytest.fixture
def stranger_client() -> Client:
    """Somebody from outside, without a session."""
    return Client()
