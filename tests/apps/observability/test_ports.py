"""Apps declare their metrics in one place."""

import pytest

from apps.observability import ports
from apps.observability.selectors import declared_metrics


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what a test declares."""
    monkeypatch.setattr(ports, "_declared", dict(ports._declared))


def test_declared_metric_is_listed_with_its_labels() -> None:
    ports.declare("sample_cups_total", "counter", "Cups filled.", ["size"])

    (found,) = [metric for metric in declared_metrics() if metric.name == "sample_cups_total"]
    assert (found.kind, found.about, found.labels) == ("counter", "Cups filled.", ("size",))


def test_name_can_be_declared_once() -> None:
    ports.declare("sample_cups_total", "counter", "Cups filled.")

    with pytest.raises(ValueError, match="already declared"):
        ports.declare("sample_cups_total", "counter", "Cups filled.")


def test_metrics_of_the_house_are_listed_in_order() -> None:
    names = [metric.name for metric in declared_metrics()]

    assert names == sorted(names)
    assert {
        "mainstay_http_requests_total",
        "mainstay_event_consumer_lag_seconds",
        "mainstay_log_events_lost_total",
    } <= set(names)
    assert all(metric.about.endswith(".") for metric in declared_metrics())
