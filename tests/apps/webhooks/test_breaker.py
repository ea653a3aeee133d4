"""How the pauses of an open breaker grow."""

from datetime import timedelta

from apps.webhooks.breaker import LONGEST_PAUSE, pause_after


def test_pause_doubles_each_time_up_to_the_longest() -> None:
    pauses = [pause_after(trips).total_seconds() for trips in range(1, 8)]

    assert pauses == [30, 60, 120, 240, 480, 900, 900]
    assert pause_after(10_000) == LONGEST_PAUSE == timedelta(minutes=15)
