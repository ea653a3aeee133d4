"""The life of a maintenance request: which status may follow which, and who may say so."""

from collections.abc import Mapping

from apps.buildings.types import Status

NEXT: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_PROGRESS}),
    Status.IN_PROGRESS: frozenset({Status.RESOLVED}),
    Status.RESOLVED: frozenset({Status.CLOSED, Status.REOPENED}),
    Status.CLOSED: frozenset({Status.REOPENED}),
    Status.REOPENED: frozenset({Status.IN_PROGRESS}),
}

# Whoever asked for a repair is the one who knows whether it holds.
FOR_THE_AUTHOR = frozenset({Status.CLOSED, Status.REOPENED})


def may_follow(current: Status, wanted: Status) -> bool:
    """Return whether a request may go from the one status straight to the other."""
    return wanted in NEXT[current]
