"""A recovery tells how far it is, how fast, and for how long still."""

from datetime import timedelta

from apps.kernel import clock
from apps.webhooks.models import Recovery


def _recovery(*, state: str = "running", total: int, done: int, seconds: int = 10) -> Recovery:
    began = clock.now() - timedelta(seconds=seconds)
    recovery = Recovery(state=state, total=total, done=done, finished_at=clock.now())
    recovery.created_at = began
    return recovery


def test_progress_is_a_part_a_pace_and_a_rest() -> None:
    progress = _recovery(total=1000, done=250).progress

    assert (progress.percent, progress.per_second, progress.seconds_left) == (25.0, 25.0, 30.0)


def test_nothing_done_has_no_pace() -> None:
    progress = _recovery(total=1000, done=0).progress

    assert (progress.percent, progress.per_second, progress.seconds_left) == (0.0, 0.0, None)


def test_estimate_that_was_too_low_is_not_exceeded() -> None:
    progress = _recovery(total=10, done=12).progress

    assert (progress.percent, progress.seconds_left) == (100.0, 0.0)


def test_what_is_over_has_nothing_left() -> None:
    assert _recovery(state="done", total=10, done=9).progress.percent == 100.0
    assert _recovery(state="cancelled", total=10, done=5).progress.seconds_left is None
    assert _recovery(total=0, done=0).progress.percent == 100.0
