"""What other apps may ask: headers that carry the correlation on, and the metrics."""

from apps.kernel import context
from apps.observability.selectors import declared_metrics, outbound_headers


def test_each_call_is_a_span_of_its_own_in_the_same_trace() -> None:
    with context.bound(context.Context()) as bound:
        one, other = outbound_headers(), outbound_headers()

    assert one["X-Request-ID"] == other["X-Request-ID"] == bound.correlation_id
    traces = {headers["traceparent"].split("-")[1] for headers in (one, other)}
    spans = {headers["traceparent"].split("-")[2] for headers in (one, other)}
    assert traces == {bound.trace_id}
    assert len(spans | {bound.span_id}) == 3


def test_metrics_of_the_house_are_listed_in_order() -> None:
    names = [metric.name for metric in declared_metrics()]

    assert names == sorted(names)
    assert {
        "mainstay_http_requests_total",
        "mainstay_event_consumer_lag_seconds",
        "mainstay_log_events_lost_total",
    } <= set(names)
    assert all(metric.about.endswith(".") for metric in declared_metrics())
