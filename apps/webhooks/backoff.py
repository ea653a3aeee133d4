"""When to try again: the schedule with jitter, and what the receiver asked for."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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


def asked_pause(retry_after: str | None, *, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110 section 10.2.3), if any.

    It holds either seconds or a date; whatever is neither says nothing.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
