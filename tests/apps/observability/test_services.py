"""Calls to other systems are counted."""

from prometheus_client import REGISTRY

from apps.observability.measures import Measures, measured
from apps.observability.services import record_outbound_call


def test_call_is_counted_for_the_work_and_in_the_metrics() -> None:
    labels = {"purpose": "sample", "outcome": "answered"}
    with measured(Measures()) as counted:
        record_outbound_call(purpose="sample", outcome="answered", seconds=0.25)
        record_outbound_call(purpose="sample", outcome="answered", seconds=0.25)

    assert (counted.outbound_count, counted.outbound_seconds) == (2, 0.5)
    assert REGISTRY.get_sample_value("mainstay_outbound_calls_total", labels) == 2


def test_call_outside_of_any_work_is_counted_in_the_metrics() -> None:
    record_outbound_call(purpose="alone", outcome="failed", seconds=1)

    labels = {"purpose": "alone", "outcome": "failed"}
    assert REGISTRY.get_sample_value("mainstay_outbound_calls_total", labels) == 1
