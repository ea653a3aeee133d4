"""Realtime on the start page: who is connected, and how far the consumer is behind."""

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.kernel.clock import now
from apps.realtime import overview
from tests.factories.realtime import ConnectionFactory

pytestmark = pytest.mark.django_db


def test_open_connections_are_measured_by_kind_and_people() -> None:
    phone = ConnectionFactory.create()
    ConnectionFactory.create(user=phone.user, transport="sse")
    ConnectionFactory.create(closed_at=now())

    told = {each.series: each.value for each in overview.measured_connections(now(), now())}

    assert told["realtime.open.websocket"] == 1
    assert told["realtime.open.sse"] == 1
    assert told["realtime.open.event_stream"] == 0
    assert told["realtime.people"] == 1
    assert told["realtime.behind_seconds"] == 0


def test_time_of_which_nothing_is_known_says_so() -> None:
    reading = overview.connections_reading(window_of("1h"))

    assert "Nothing is known" in reading.missing
    assert not reading.series


def test_latest_figures_are_told() -> None:
    window = window_of("1h")
    with connection.cursor() as cursor:
        for series, value in (("realtime.people", 1500), ("realtime.behind_seconds", 61)):
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [series, window.until, value],
            )

    figures = {each.label: each.text for each in overview.connections_reading(window).figures}

    assert figures == {"People connected": "1,500", "Behind": "61 s"}
