"""What holds the snapshot horizon back is measured: open writers and prepared transactions."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from health_check.exceptions import ServiceWarning

from apps.health.ports import checks
from apps.sync import probes
from apps.sync.horizon import Horizon, horizon
from apps.sync.probes import HorizonMoves

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


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (
            Horizon(transactions=9, oldest_writer_seconds=301, oldest_prepared_seconds=0),
            "a transaction is open for 301 s",
        ),
        (
            Horizon(transactions=9, oldest_writer_seconds=0, oldest_prepared_seconds=5000),
            "a prepared transaction is 5,000 s old",
        ),
    ],
)
def test_forgotten_transaction_is_a_warning(
    at: Horizon, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "horizon", lambda: at)

    with pytest.raises(ServiceWarning, match=told):
        HorizonMoves().run()


def test_busy_database_is_no_warning(forgetful: psycopg.Connection) -> None:
    HorizonMoves().run()


def test_it_keeps_no_request_away() -> None:
    check = checks.get("sync-horizon")

    assert check is not None
    assert not check.is_decisive
    check.make().run()
