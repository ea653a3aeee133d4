"""Day partitions are made ahead, take over what the default caught, and go by age."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from django.db import connection

from apps.kernel.clock import now
from apps.kernel.partitions import DayPartitions

DIARY = DayPartitions(table="tests_diary", column="written_at")


@pytest.fixture
def diary(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TABLE tests_diary (written_at timestamptz NOT NULL, line text)
                PARTITION BY RANGE (written_at);
            CREATE TABLE tests_diary_default PARTITION OF tests_diary DEFAULT;
            """
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tests_diary")


def lines_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def test_days_are_made_once(diary: None) -> None:
    first = DIARY.ensure(days_ahead=3)
    again = DIARY.ensure(days_ahead=3)

    assert (len(first), again) == (4, [])
    assert DIARY.days() == first


def test_rows_the_default_caught_move_to_their_day(diary: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tests_diary VALUES (now(), 'dear diary')")

    DIARY.ensure(days_ahead=0)

    assert lines_in("tests_diary_default") == 0
    assert lines_in(f"tests_diary_p{now():%Y%m%d}") == 1


def test_days_before_the_first_kept_are_dropped(diary: None) -> None:
    days = DIARY.ensure(days_ahead=2)

    dropped = DIARY.drop_before(days[0] + timedelta(days=1))

    assert dropped == days[:1]
    assert DIARY.days() == days[1:]


def test_day_with_a_row_to_be_kept_stays(diary: None) -> None:
    today, tomorrow = DIARY.ensure(days_ahead=1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tests_diary VALUES (now(), 'do not forget')")

    dropped = DIARY.drop_before(tomorrow + timedelta(days=1), unless_any="line LIKE '%not%'")

    assert dropped == [tomorrow]
    assert DIARY.days() == [today]


def test_a_writer_under_way_loses_nothing_and_stops_nothing(diary: None) -> None:
    writer = connection.copy()
    with ThreadPoolExecutor(max_workers=1) as pool, writer.cursor() as cursor:
        cursor.execute("BEGIN; INSERT INTO tests_diary VALUES (now(), 'not yet committed')")
        making = pool.submit(_ensure_and_close)
        # The maker waits for the writer, or has failed already.
        with pytest.raises(TimeoutError):
            making.result(timeout=0.5)
        cursor.execute("COMMIT")
        made = making.result(timeout=60)
    writer.close()

    assert len(made) == 1
    assert lines_in(f"tests_diary_p{now():%Y%m%d}") == 1


def test_writers_go_on_while_their_day_is_made(diary: None) -> None:
    """Seen to fail with a lock on the default partition alone: writers had chosen it already."""
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=4) as pool:
        writers = [pool.submit(_write_until, stop) for _ in range(4)]
        wait(writers, timeout=0.3)
        DIARY.ensure(days_ahead=2)
        wait(writers, timeout=0.3)
        stop.set()
        written = sum(writer.result(timeout=60) for writer in writers)

    assert written > 0
    assert lines_in("tests_diary") == written
    assert lines_in("tests_diary_default") == 0


def _write_until(stop: threading.Event) -> int:
    count = 0
    with connection.cursor() as cursor:
        while count == 0 or not stop.is_set():
            cursor.execute("INSERT INTO tests_diary VALUES (clock_timestamp(), 'dear diary')")
            count += 1
    connection.close()
    return count


def _ensure_and_close() -> list[date]:
    try:
        return DIARY.ensure(days_ahead=0)
    finally:
        connection.close()
