"""The image service on the start page: what came of requests."""

from collections.abc import Mapping

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.kernel.clock import now
from apps.media import overview
from apps.media.overview import measured_answers, media_reading

pytestmark = pytest.mark.django_db


def test_answers_are_measured_by_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted_by(label: str, *, metric: str) -> Mapping[str, float]:
        return {"hit": 3.0}

    monkeypatch.setattr(overview, "counted_by", counted_by)

    told = {each.series: each.value for each in measured_answers(now(), now())}

    assert told["media.answers.hit"] == 3.0
    assert told["media.answers.failed"] == 0.0


def test_page_tells_the_share_that_was_at_hand() -> None:
    window = window_of("1h")
    with connection.cursor() as cursor:
        for outcome, value in (("hit", 90.0), ("made", 10.0)):
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [f"media.answers.{outcome}", window.until, value],
            )

    reading = media_reading(window)

    assert [figure.text for figure in reading.figures] == ["90.0 %"]
    assert {line.label for line in reading.series} >= {"Made before", "Made", "Failed"}


def test_page_says_where_nothing_was_asked_for() -> None:
    assert media_reading(window_of("1h")).missing
