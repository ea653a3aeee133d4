"""Transactions are begun anew where others got in their way, and given up in the end."""

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected, LockNotAvailable, UndefinedTable

from apps.kernel.errors import Unavailable
from apps.sync.services.locking import ATTEMPTS, lock_state, tried_again
from apps.sync.types import Caller


class Met:
    """A transaction that fails a few times."""

    def __init__(self, cause: Exception, times: int) -> None:
        self.cause, self.left, self.runs = cause, times, 0

    def __call__(self) -> str:
        self.runs += 1
        if self.runs > self.left:
            return "done"
        raise OperationalError from self.cause


def test_deadlock_is_tried_again() -> None:
    run = Met(DeadlockDetected(), ATTEMPTS - 1)

    assert tried_again(run) == "done"
    assert run.runs == ATTEMPTS


@pytest.mark.parametrize(
    ("cause", "runs"), [(DeadlockDetected(), ATTEMPTS), (LockNotAvailable(), 1)]
)
def test_who_is_always_met_may_come_again_later(cause: Exception, runs: int) -> None:
    run = Met(cause, 100)

    with pytest.raises(Unavailable):
        tried_again(run)
    assert run.runs == runs


def test_other_failures_are_not_ours_to_try_again() -> None:
    run = Met(UndefinedTable(), 100)

    with pytest.raises(OperationalError):
        tried_again(run)
    assert run.runs == 1


@pytest.mark.django_db
def test_who_holds_a_device_waits_for_no_row_for_long(phone: Caller) -> None:
    state = lock_state(phone.state_id)

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
    assert state.pk == phone.state_id


@pytest.mark.django_db
def test_who_was_forgotten_meanwhile_is_told_to_ask_again() -> None:
    with pytest.raises(Unavailable):
        lock_state(2**40)
