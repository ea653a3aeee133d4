"""The cache on the start page: what callers got, and how full the layers are."""

from collections.abc import Mapping

import pytest
from django.db import connection

from apps.caching import overview
from apps.caching.overview import answers_reading, hits_reading, measured_answers
from apps.caching.types import LayerName, LayerState
from apps.console.selectors import window_of
from apps.console.types import Tone, Window
from apps.kernel.clock import now

pytestmark = pytest.mark.django_db


def write(window: Window, **values: float) -> None:
    """Write what was sampled in the last step."""
    with connection.cursor() as cursor:
        for series, value in values.items():
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [f"caching.{series.replace('_', '.')}", window.until, value],
            )


def test_answers_and_hits_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted_by(label: str, *, metric: str) -> Mapping[str, float]:
        counted = {"outcome": {"stale": 1.0, "reserve": 2.0}, "layer": {"redis": 3.0}}
        return counted[label]

    monkeypatch.setattr(overview, "counted_by", counted_by)

    told = {each.series: each.value for each in measured_answers(now(), now())}

    assert told["caching.answers.stale"] == 3.0
    assert told["caching.answers.fresh"] == 0.0
    assert told["caching.hits.redis"] == 3.0


def test_answers_are_told_by_what_came_of_them() -> None:
    window = window_of("1h")
    write(window, answers_fresh=6.0, answers_stale=2.0, answers_made=2.0)

    reading = answers_reading(window)

    lasts = {line.label: line.points[-1] for line in reading.series}
    assert lasts == {
        "Found fresh": 12.0,
        "Served stale": 4.0,
        "Made": 4.0,
        "Known to be absent": None,
        "Failed": None,
    }
    figures = {figure.label: figure.text for figure in reading.figures}
    assert figures["Found fresh"] == "60.0 %"
    assert {"Memory", "Redis", "Files"} <= set(figures)


def test_hits_are_told_by_layer() -> None:
    window = window_of("1h")
    write(window, hits_memory=6.0)

    lasts = {line.label: line.points[-1] for line in hits_reading(window).series}

    assert lasts == {"Memory": 12.0, "Redis": None, "Files": None}


def test_without_answers_it_says_so() -> None:
    assert "Nothing was asked" in answers_reading(window_of("1h")).missing
    assert "Nothing was asked" in hits_reading(window_of("1h")).missing


def test_layer_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = LayerState(
        name=LayerName.REDIS, entries=0, size_bytes=0, limit_bytes=1, is_resting=True
    )
    monkeypatch.setattr(overview, "layers", lambda: [failing])

    (figure,) = answers_reading(window_of("1h")).figures

    assert (figure.label, figure.text, figure.tone) == ("Redis", "fails", Tone.BAD)
