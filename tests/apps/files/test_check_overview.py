"""Checking on the start page: what came of it, what waits, and which scanner is silent."""

from datetime import timedelta

import pytest

from apps.console.selectors import window_of
from apps.console.types import Tone, Window
from apps.files import check_overview
from apps.files.check_overview import HEALTH_CHECK, checks_reading
from apps.files.models import File
from apps.files.types import FileState
from apps.health.types import CheckReport, CheckState, Readiness, Status
from apps.kernel.clock import now
from tests.apps.console.conftest import write_sample
from tests.factories.files import FileFactory, PendingFileFactory

pytestmark = pytest.mark.django_db


def _last_hour() -> Window:
    return Window(since=now() - timedelta(hours=1), until=now(), step=timedelta(minutes=1))


def test_checks_are_measured_by_what_came_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_overview, "counted_by", lambda *_, **__: {"clean": 5.0})

    told = {each.series: each.value for each in check_overview.measured_checks(now(), now())}

    assert told == {f"files.checks.{state}": 5 * (state == "clean") for state in FileState.values}


def test_files_are_told_per_minute_by_what_came_of_them() -> None:
    window = window_of("1h")
    write_sample("files.checks.clean", window.until, 60)
    write_sample("files.checks.infected", window.until, 6)

    reading = checks_reading(window)

    minutes = window.step.total_seconds() / 60
    lines = {line.label: (line.tone, line.points[-1]) for line in reading.series}
    assert lines["Clean"] == (Tone.GOOD, 60 / minutes)
    assert lines["Infected"] == (Tone.BAD, 6 / minutes)
    assert not reading.missing


def test_time_without_any_says_so_and_tells_what_waits() -> None:
    PendingFileFactory.create()

    reading = checks_reading(_last_hour())

    assert "No file was looked through" in reading.missing
    assert {figure.label: figure.text for figure in reading.figures}["Waiting"] == "1"


def test_file_that_could_not_be_checked_is_shown_until_it_is() -> None:
    assert "Could not be checked" not in _tones()

    FileFactory.create(state=FileState.ERROR, blob=None, size_bytes=1)

    assert _tones()["Could not be checked"] is Tone.WARN


def _tones() -> dict[str, Tone]:
    return {figure.label: figure.tone for figure in checks_reading(_last_hour()).figures}


def test_long_wait_is_shown_as_bad() -> None:
    PendingFileFactory.create()
    File.objects.update(created_at=now() - timedelta(minutes=3))

    tones = {figure.label: figure.tone for figure in checks_reading(_last_hour()).figures}

    assert tones["Longest wait"] is Tone.BAD


def test_scanner_that_is_down_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    report = CheckReport(
        name=HEALTH_CHECK,
        state=CheckState.WARNED,
        is_decisive=False,
        duration_ms=1.0,
        age_seconds=1.0,
        meaning="It is down.",
    )
    readiness = Readiness(status=Status.DEGRADED, is_draining=False, checks=(report,))
    monkeypatch.setattr("apps.files.check_overview.readiness", lambda: readiness)

    figures = checks_reading(_last_hour()).figures

    assert (figures[0].label, figures[0].note) == ("Scanner down", "It is down.")
