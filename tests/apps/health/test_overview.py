"""Health on the start page tells each part and, where one is not well, what that means."""

import pytest

from apps.console.selectors import window_of
from apps.console.types import Tone
from apps.health import overview
from apps.health.types import CheckReport, CheckState, Readiness, Status


@pytest.mark.parametrize(
    ("state", "tone"),
    [(CheckState.OK, Tone.GOOD), (CheckState.WARNED, Tone.WARN), (CheckState.SILENT, Tone.BAD)],
)
def test_each_part_is_told(monkeypatch: pytest.MonkeyPatch, state: CheckState, tone: Tone) -> None:
    report = CheckReport(
        name="disk",
        state=state,
        is_decisive=False,
        duration_ms=3.2,
        age_seconds=1,
        meaning="" if state is CheckState.OK else "The disk is full.",
    )
    found = Readiness(status=Status.READY, is_draining=False, checks=(report,))
    monkeypatch.setattr(overview, "readiness", lambda: found)

    (figure,) = overview.health_reading(window_of("1h")).figures

    assert (figure.label, figure.text, figure.tone) == ("Disk", state.value, tone)
    assert figure.note == (report.meaning or "The last look took 3 ms.")
