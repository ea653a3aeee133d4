"""The gauges say what waits."""

from apps.cdn.metrics import of_state
from apps.cdn.types import CdnState


def test_gauges_are_those_of_the_state() -> None:
    found = CdnState(
        pending=3, oldest_seconds=7.0, failing_since=None, paused_until=None, problem=""
    )

    assert sorted(of_state(found).values()) == [3, 7.0]
