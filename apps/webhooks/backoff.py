"""When to try again: the schedule with jitter, or what the receiver asked for."""

import random
from collections.abc import Sequence

JITTER = 0.2
LONGEST_PAUSE_SECONDS = 24 * 3600.0


def pause_before_retry(
    *, retries_used: int, schedule: Sequence[float], asked_seconds: float | None = None
) -> float | None:
    """Return the seconds until the next attempt, or None if no retry is left.

    The scheduled pause varies by 20 % either way, so that a receiver that comes back is not met
    by everything at once. A receiver may ask for a longer one (Retry-After), up to a day.
    """
    if retries_used >= len(schedule):
        return None
    # Not for secrecy: nobody gains by guessing it.
    pause = schedule[retries_used] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    return max(pause, min(asked_seconds or 0.0, LONGEST_PAUSE_SECONDS))
