"""Hybrid logical clocks: when an edit happened, by clocks that go wrong (R4 section 5).

A clock is an integer: milliseconds since 1970, then 16 bits that count within one. Devices say
theirs; the offset that was measured is added, and what is still ahead of us is clamped, so that
no device wins for ever because its clock is wrong.
"""

from apps.kernel.clock import now

COUNTER_BITS = 16
# An edit is never later than this after it came.
LEAD_MS = 60_000


def now_ms() -> int:
    """Return the server's milliseconds since 1970."""
    return int(now().timestamp() * 1000)


def at_ms(milliseconds: int) -> int:
    """Return the clock at the beginning of a millisecond."""
    return milliseconds << COUNTER_BITS


def corrected(clock: int | None, *, offset_ms: int, server_ms: int) -> int:
    """Return a device's clock as ours would have shown it; None is the moment it came.

    ``offset_ms`` is what is added to the device's milliseconds. The result lies between 1970 and
    a minute after ``server_ms``.
    """
    if clock is None:
        return at_ms(server_ms)
    ours = clock + (offset_ms << COUNTER_BITS)
    return max(0, min(ours, at_ms(server_ms + LEAD_MS)))


def not_before(clock: int, *seen: int) -> int:
    """Return the clock, or the next one after all that the edit had seen: effects follow causes."""
    return max(clock, *(known + 1 for known in seen)) if seen else clock


def wins(mine: tuple[int, int], theirs: tuple[int, int]) -> bool:
    """Tell which of two edits is the later: by clock, of equal ones the greater device id."""
    return mine > theirs
