"""The page of metrics lists every declared one, also those of apps not used yet."""

from apps.observability.selectors import declared_metrics
from config.reference.measurements import metrics_page


def test_every_metric_has_its_row() -> None:
    rows = metrics_page().splitlines()

    assert declared_metrics()
    for metric in declared_metrics():
        assert any(row.startswith(f"| `{metric.name}` | {metric.kind} |") for row in rows)


def test_metrics_of_webhooks_are_found_without_a_delivery() -> None:
    assert "mainstay_webhook_attempts_total" in metrics_page()
