"""Partitions are there before they are needed, and go when they are old and read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from apps.events.models import LOG_PARTITIONS, ConsumerCursor, LogEntry
from apps.events.selectors import is_ahead_of_server
from apps.events.services import advance, maintain_partitions, restamp_log
from apps.kernel.clock import now
from tests.apps.events.conftest import Listener

Ring = Callable[..., None]


def move_into_the_past(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_log SET recorded_at = recorded_at - make_interval(days => %s)", [days]
        )


@pytest.fixture
def only_reader(listener: Listener) -> Listener:
    """The one consumer there is, in an empty log without partitions of its own."""
    LogEntry.objects.all().delete()
    ConsumerCursor.objects.exclude(name=listener.name).delete()
    return listener


def test_partitions_are_made_ahead(transactional_db: None) -> None:
    maintain_partitions()

    days = LOG_PARTITIONS.days()
    today = now().date()
    assert {today, today + timedelta(days=14)} <= set(days)


def test_rows_of_a_forgotten_day_are_kept_and_moved(only_reader: Listener, ring: Ring) -> None:
    with connection.cursor() as cursor:
        for day in LOG_PARTITIONS.days():
            cursor.execute(f"DROP TABLE events_log_p{day:%Y%m%d}")
    ring(1)

    maintain_partitions()
    advance(only_reader)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_log_default")
        assert cursor.fetchone() == (0,)
    assert only_reader.numbers == [1]


def test_old_partitions_go_once_they_are_read(only_reader: Listener, ring: Ring) -> None:
    old = (now() - timedelta(days=40)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE events_log_p{old:%Y%m%d} PARTITION OF events_log "
            f"FOR VALUES FROM ('{old} 00:00+00') TO ('{old + timedelta(days=1)} 00:00+00')"
        )
    ring(1)
    move_into_the_past(40)

    maintain_partitions()
    unread_days = LOG_PARTITIONS.days()
    advance(only_reader)
    maintain_partitions()

    assert old in unread_days
    assert old not in LOG_PARTITIONS.days()
    assert only_reader.numbers == [1]


def test_restored_log_is_noticed_and_restamped(only_reader: Listener, ring: Ring) -> None:
    ring(1)
    advance(only_reader)
    ring(2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_log SET xid = xid + 1000000000")
    ConsumerCursor.objects.update(xid=ConsumerCursor.objects.get().xid + 1_000_000_000)

    noticed = is_ahead_of_server()
    restamp_log()
    advance(only_reader)

    assert noticed
    assert not is_ahead_of_server()
    assert only_reader.numbers == [1, 2]
