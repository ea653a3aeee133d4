"""Calls to other systems are counted, and carry the correlation on."""

from prometheus_client import REGISTRY

from apps.kernel import context
from apps.observability.measures import Measures, measured
from apps.observability.selectors import outbound_headers
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


def test_each_call_is_a_span_of_its_own_in_the_same_trace() -> None:
    with context.bound(context.Context()) as bound:
        one, other = outbound_headers(), outbound_headers()

    assert one["X-Request-ID"] == other["X-Request-ID"] == bound.correlation_id
    traces = {headers["traceparent"].split("-")[1] for headers in (one, other)}
    spans = {headers["traceparent"].split("-")[2] for headers in (one, other)}
    assert traces == {bound.trace_id}
    assert len(spans | {bound.span_id}) == 3
