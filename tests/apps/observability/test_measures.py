"""What a piece of work asks of the database is counted, for that work alone."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from apps.observability import measures
from apps.observability.measures import Measures, measured, watch_statements


def ask(times: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute("SELECT 1")


@pytest.mark.django_db
def test_statements_are_counted_and_timed() -> None:
    with measured(Measures()) as counted:
        ask(3)

    assert counted.sql_count == 3
    assert counted.sql_seconds > 0


@pytest.mark.django_db
def test_statement_that_fails_is_counted() -> None:
    with measured(Measures()) as counted, pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("SELECT nonsense")

    # The savepoint, the statement, going back to the savepoint, and letting go of it.
    assert counted.sql_count == 4


@pytest.mark.django_db
def test_statement_waits_are_in_the_time() -> None:
    with measured(Measures()) as counted:
        connection.cursor().execute("SELECT pg_sleep(0.05)")

    assert counted.sql_seconds >= 0.05


@pytest.mark.django_db
def test_work_within_work_is_counted_for_itself() -> None:
    with measured(Measures()) as outer:
        ask(1)
        with measured(Measures()) as inner:
            ask(2)
        ask(1)

    assert (outer.sql_count, inner.sql_count) == (2, 2)


@pytest.mark.django_db
def test_connection_watched_twice_counts_once() -> None:
    watch_statements(connection)

    with measured(Measures()) as counted:
        ask(1)

    assert counted.sql_count == 1


def test_other_threads_are_in_no_work() -> None:
    found: list[object] = []
    with measured(Measures()):
        thread = threading.Thread(target=lambda: found.append(measures.current()))
        thread.start()
        thread.join()

    assert found == [None]
