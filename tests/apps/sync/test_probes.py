"""A transaction that somebody forgot to end is a warning, and keeps no request away."""

import pytest
from health_check.exceptions import ServiceWarning

from apps.health.ports import checks
from apps.sync import probes
from apps.sync.horizon import Horizon
from apps.sync.probes import HorizonMoves

pytestmark = pytest.mark.django_db


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


def test_moving_horizon_is_no_warning() -> None:
    HorizonMoves().run()


def test_it_keeps_no_request_away() -> None:
    check = checks.get("sync-horizon")

    assert check is not None
    assert not check.is_decisive
    check.make().run()
