"""What holds the snapshot horizon back is measured: open writers and prepared transactions."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from apps.sync.horizon import horizon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def forgetful() -> Iterator[psycopg.Connection]:
    """Who has begun to write, and does not commit."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield other
        other.rollback()


def test_open_writer_holds_the_horizon_back(forgetful: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT pg_current_xact_id()")

    at = horizon()

    assert at.transactions >= 3
    assert at.oldest_writer_seconds > 0
