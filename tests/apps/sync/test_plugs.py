"""What sync plugs into others."""

import pytest

from apps.console.ports import charts, sources
from apps.notifications.ports import categories, rules
from apps.observability.ports import scraped_gauges
from apps.observability.types import Metric
from apps.sync import metrics
from apps.sync.types import Outcome
from tests.factories.sync import ConflictFactory, OperationFactory


def test_operator_and_user_are_told() -> None:
    assert {"sync-pulls", "sync-operations"} <= {chart.name for chart in charts}
    assert "sync" in sources
    assert "sync" in categories
    assert "sync.conflict.recorded" in rules


@pytest.mark.django_db
def test_scrape_tells_what_waits_and_where_the_horizon_is() -> None:
    conflict = ConflictFactory.create()
    OperationFactory.create(outcome=Outcome.QUEUED, due_at=conflict.created_at)

    assert _scraped("sync") == {metrics.OPEN_CONFLICTS: 1, metrics.QUEUED: 1}
    horizon = _scraped("sync-horizon")
    assert horizon[metrics.HORIZON_TRANSACTIONS] >= 0
    assert horizon[metrics.OLDEST_PREPARED_SECONDS] == 0


def _scraped(name: str) -> dict[Metric, float]:
    gauges = scraped_gauges.get(name)
    assert gauges is not None
    return dict(gauges.read())
