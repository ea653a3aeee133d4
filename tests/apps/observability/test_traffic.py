"""Requests on the start page: counted without those of machines, told per minute."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from prometheus_client.samples import Sample

from apps.console.selectors import window_of
from apps.console.types import Window
from apps.kernel.clock import now
from apps.observability import traffic

pytestmark = pytest.mark.django_db


def counted() -> Iterator[Sample]:
    requests, seconds = "mainstay_http_requests_total", "mainstay_http_request_duration_seconds"
    for route, count in (("api/v1/things/", 10.0), ("health/ready", 500.0)):
        labels = {"route": route, "method": "GET"}
        yield Sample(requests, {**labels, "status": "2xx"}, count)
        yield Sample(f"{seconds}_count", labels, count)
        yield Sample(f"{seconds}_sum", labels, count / 10)
        yield Sample(f"{seconds}_bucket", {**labels, "le": "0.5"}, count - 3)
        yield Sample(f"{seconds}_bucket", {**labels, "le": "1.0"}, count - 1)
    yield Sample("mainstay_sql_statements_total", {}, 7.0)


def write(window: Window, **values: float) -> None:
    with connection.cursor() as cursor:
        for series, value in values.items():
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [series.replace("_", "."), window.until - timedelta(seconds=1), value],
            )


def test_requests_of_machines_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "totals", counted)

    told = {each.series: each.value for each in traffic.measured_requests(now(), now())}

    assert told == {
        "http.requests.2xx": 10,
        "http.answered": 10,
        "http.seconds": 1,
        "http.slow": 3,
    }


def test_requests_are_told_per_minute_by_how_they_ended() -> None:
    window = window_of("1h")
    write(window, http_requests_2xx=30, http_requests_5xx=2)

    reading = traffic.requests_reading(window)

    assert {figure.label: figure.text for figure in reading.figures} == {
        "Requests": "32",
        "Failed": "2",
        "Refused": "0",
    }
    assert reading.series[0].points[-1] == 60
    assert reading.series[0].points[0] is None


def test_time_of_answers_is_their_mean() -> None:
    window = window_of("24h")
    write(window, http_answered=4, http_seconds=1, http_slow=1)

    reading = traffic.latency_reading(window)

    assert [figure.text for figure in reading.figures] == ["250.0 ms", "25.0 %"]
    assert reading.series[0].points[-1] == 250


def test_without_samples_it_says_what_to_look_at() -> None:
    window = window_of("1h")

    readings = [traffic.requests_reading(window), traffic.latency_reading(window)]

    assert all("PROMETHEUS_MULTIPROC_DIR" in reading.missing for reading in readings)
