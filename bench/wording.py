"""How figures and reasons are written on the page."""

from __future__ import annotations

from devstack import paths

LONGEST_REASON = 240


def shown(value: float) -> str:
    """Return a figure with as many digits as are worth reading."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def without_paths(reason: str) -> str:
    """Return a reason in one short line that does not tell where our files lie."""
    line = " ".join(reason.replace(str(paths.ROOT), "").split())
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]} …"
