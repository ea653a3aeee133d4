"""The doctor's word on clocks: how far another machine's may be from ours."""

from apps.kernel.ports import Finding

LARGEST_DIFFERENCE_SECONDS = 2.0


def clock_finding(whose: str, *, theirs: float, before: float, after: float) -> Finding:
    """Judge another clock, read between two readings of our own; all in seconds since 1970."""
    difference = max(before - theirs, theirs - after, 0.0)
    is_well = difference <= LARGEST_DIFFERENCE_SECONDS
    return Finding(
        f"{whose} clock agrees with ours"
        if is_well
        else f"{whose} clock is {difference:.1f} s away from ours",
        "" if is_well else "Let both machines keep time by NTP: tokens and leases expire by it.",
    )
