"""Sync on the start page: what devices pull and push, and what waits."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.console.types import Tone
from apps.kernel.clock import now
from apps.sync import overview
from tests.factories.sync import ConflictFactory

pytestmark = pytest.mark.django_db


def sample(**values: float) -> None:
    with connection.cursor() as cursor:
        for series, value in values.items():
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [f"sync.{series.replace('__', '.')}", window_of("1h").until, value],
            )


def test_open_conflicts_and_the_horizon_are_measured() -> None:
    ConflictFactory.create()

    told = {
        each.series: each.value
        for each in overview.measured_sync(now() - timedelta(minutes=1), now())
    }

    assert told["sync.conflicts_open"] == 1
    assert told["sync.oldest_transaction_seconds"] >= 0
    assert {"sync.pulls.replacement", "sync.operations.queued"} <= set(told)


def test_pulls_are_drawn_by_what_they_were() -> None:
    sample(pulls__incremental=30, oldest_transaction_seconds=400)

    reading = overview.pulls_reading(window_of("1h"))

    assert {each.label for each in reading.series} >= {"With changes", "Everything anew"}
    assert sum(filter(None, reading.series[1].points)) > 0
    (figure,) = reading.figures
    assert (figure.text, figure.tone) == ("400 s", Tone.BAD)


def test_operations_are_drawn_by_outcome_beside_open_conflicts() -> None:
    sample(operations__applied=6, conflicts_open=2)

    reading = overview.operations_reading(window_of("1h"))

    assert reading.series[0].label == "Applied"
    (figure,) = reading.figures
    assert (figure.text, figure.tone) == ("2", Tone.WARN)


def test_where_nothing_is_known_it_says_so() -> None:
    assert "Nothing was pulled" in overview.pulls_reading(window_of("1h")).missing
    assert "Nothing was pushed" in overview.operations_reading(window_of("1h")).missing
