"""Attempts of an app that sends something are told by what came of them."""

from datetime import timedelta

import pytest

from apps.console.attempts import attempts_reading, attempts_sampled
from apps.console.samples import window_of
from apps.console.types import Figure, Measure, Reading, Tone, Window
from tests.apps.console.conftest import write_sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def window() -> Window:
    return window_of("1h")


def reading(window: Window) -> Reading:
    """Return what is read of letters."""
    outcomes = {"taken": ("Taken", Tone.GOOD), "lost": ("Lost", Tone.BAD)}
    troubles = {"strikes": Figure(label="Strikes", text="", tone=Tone.BAD)}
    return attempts_reading("letters", outcomes, window, missing="No letter.", troubles=troubles)


def figures(window: Window) -> dict[str, str]:
    return {figure.label: figure.text for figure in reading(window).figures}


def test_samples_are_totals_by_outcome_and_levels() -> None:
    told = list(attempts_sampled("letters", {"taken": 5.0}, waiting=3, overdue_seconds=61.5))

    assert [(each.series, each.value, each.measure) for each in told] == [
        ("letters.attempts.taken", 5, Measure.TOTAL),
        ("letters.waiting", 3, Measure.LEVEL),
        ("letters.overdue_seconds", 61.5, Measure.LEVEL),
    ]


def test_time_of_which_nothing_is_known_says_so(window: Window) -> None:
    read = reading(window)

    assert read.missing == "No letter."
    assert not read.series
    assert figures(window) == {"Taken": "0"}


def test_attempts_are_told_per_minute_where_there_were_any(window: Window) -> None:
    write_sample("letters.attempts.taken", window.until, 0)
    write_sample("letters.attempts.lost", window.until, 4)

    read = reading(window)

    assert not read.missing
    assert [line.label for line in read.series] == ["Lost"]
    assert read.series[0].points[-1] == 8
    assert figures(window) == {"Taken": "0", "Lost": "4"}


def test_quiet_time_is_drawn_as_quiet(window: Window) -> None:
    write_sample("letters.attempts.taken", window.until, 0)

    lines = {line.label: line.points[-1] for line in reading(window).series}

    assert lines == {"Taken": 0, "Lost": None}


def test_what_waited_last_and_troubles_are_told(window: Window) -> None:
    earlier = window.until - timedelta(minutes=5)
    write_sample("letters.waiting", earlier, 7)
    for name, value in (("waiting", 1500), ("overdue_seconds", 61), ("strikes", 1)):
        write_sample(f"letters.{name}", window.until, value)

    told = {figure.label: (figure.text, figure.tone) for figure in reading(window).figures}

    assert told["Waiting"] == ("1,500", Tone.PLAIN)
    assert told["Overdue"] == ("61 s", Tone.WARN)
    assert told["Strikes"] == ("1", Tone.BAD)


def test_no_trouble_is_not_told(window: Window) -> None:
    for name in ("waiting", "overdue_seconds", "strikes"):
        write_sample(f"letters.{name}", window.until, 0)

    assert figures(window) == {"Taken": "0", "Waiting": "0", "Overdue": "0 s"}
