"""When an endpoint that only fails is left alone, and for how long until it is tried again.

Closed, everything is sent. After so many failures in a row it opens: nothing is sent for a pause.
Then it is half open: one delivery is sent to find out. If that fails, the pause grows; if it
succeeds, the breaker closes.
"""

from datetime import timedelta

FAILURES_TO_OPEN = 20
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


def pause_after(trips: int) -> timedelta:
    """Return how long the breaker stays open after it has opened so many times in a row."""
    # Bounded, since a power of two is soon more than a timedelta holds.
    return min(FIRST_PAUSE * (1 << min(trips - 1, 10)), LONGEST_PAUSE)
