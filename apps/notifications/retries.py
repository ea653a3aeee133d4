"""When a delivery is tried again: one policy for all providers, and never past its time to live."""

import random
from datetime import datetime, timedelta

from apps.notifications.types import Reply

# One attempt and three more (R2 section 7).
PAUSES_SECONDS = (2.0, 8.0, 32.0)
MOST_ATTEMPTS = 1 + len(PAUSES_SECONDS)
JITTER = 0.2
# A provider whose quota is used up is left alone for so long, unless it asks for longer.
QUOTA_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 24 * 3600.0


def pause_before_retry(reply: Reply, *, attempt_number: int) -> float | None:
    """Return the seconds until the next attempt after this one, or None if none is left.

    Pauses vary by 20 % either way, so that a provider that comes back is not met by everything at
    once. It may ask for a longer pause (Retry-After), up to a day.
    """
    if attempt_number >= MOST_ATTEMPTS:
        return None
    pause = PAUSES_SECONDS[attempt_number - 1] * _varied(1 - JITTER)
    asked = min(reply.retry_after_seconds or 0.0, LONGEST_PAUSE_SECONDS)
    if reply.is_quota:
        asked = asked or QUOTA_PAUSE_SECONDS
    # Never sooner than asked, but not everything at that very moment either.
    return max(pause, asked * _varied(1.0))


def next_attempt_at(
    reply: Reply, *, attempt_number: int, expires_at: datetime, now: datetime
) -> datetime | None:
    """Return when the next attempt is due; None if none is left, or it would come too late.

    A time to live that ends at that very moment has ended.
    """
    pause = pause_before_retry(reply, attempt_number=attempt_number)
    if pause is None:
        return None
    moment = now + timedelta(seconds=pause)
    return moment if moment < expires_at else None


def _varied(least: float) -> float:
    # Not for secrecy: nobody gains by guessing it.
    return random.uniform(least, 1 + JITTER)  # noqa: S311
