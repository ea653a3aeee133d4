"""What the metrics tell of webhooks."""

import pytest
from prometheus_client import REGISTRY

from apps.observability.exposition import scraped_metrics
from apps.webhooks.metrics import of_backlog
from apps.webhooks.services import deliver_due
from apps.webhooks.types import Backlog
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer, answering


def _attempts(outcome: str) -> float:
    labels = {"outcome": outcome}
    return REGISTRY.get_sample_value("mainstay_webhook_attempts_total", labels) or 0.0


@pytest.mark.parametrize(
    ("status", "retries_used", "outcome"),
    [(200, 0, "succeeded"), (500, 0, "pending"), (500, 5, "failed")],
)
@pytest.mark.django_db
def test_attempts_are_counted_by_what_came_of_them(
    partner: HostileServer, status: int, retries_used: int, outcome: str
) -> None:
    partner.behave = answering(status)
    DeliveryFactory.create(
        endpoint=EndpointFactory.create(url=partner.url), retries_used=retries_used
    )
    before = _attempts(outcome)

    deliver_due()

    assert _attempts(outcome) == before + 1


@pytest.mark.django_db(transaction=True)
def test_backlog_is_read_for_each_scrape() -> None:
    DeliveryFactory.create()

    page = scraped_metrics().decode()

    assert "mainstay_webhook_deliveries_pending 1.0" in page
    assert "mainstay_webhook_oldest_due_seconds" in page


def test_backlog_is_told_by_its_gauges() -> None:
    told = of_backlog(Backlog(pending=7, oldest_due_seconds=1.5))

    assert {metric.name: value for metric, value in told.items()} == {
        "mainstay_webhook_deliveries_pending": 7,
        "mainstay_webhook_oldest_due_seconds": 1.5,
    }
