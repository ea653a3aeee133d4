"""Reads of health: whether requests may be sent to this instance, and why."""

from collections.abc import Collection

from apps.health.drain import drain_flag
from apps.health.types import CheckReport, CheckState, Readiness, Status
from apps.health.watch import watch

# How long the first question in a process waits for its first answers: on a busy machine, the
# imports alone take longer than a look.
FIRST_ANSWER_SECONDS = 5.0

_USABLE = frozenset({CheckState.OK, CheckState.WARNED})


def readiness() -> Readiness:
    """Whether this instance may get requests, from what its watch last found."""
    reports = watch.reports(wait_seconds=FIRST_ANSWER_SECONDS)
    is_draining = drain_flag().exists()
    return Readiness(
        status=Status.UNREADY if is_draining else status_of(reports),
        is_draining=is_draining,
        checks=reports,
    )


def status_of(reports: Collection[CheckReport]) -> Status:
    """The status that follows from the checks: decisive ones keep requests away."""
    if any(report.is_decisive and report.state not in _USABLE for report in reports):
        return Status.UNREADY
    is_well = all(report.state in {CheckState.OK, CheckState.UNKNOWN} for report in reports)
    return Status.READY if is_well else Status.DEGRADED


def is_well(name: str, readiness: Readiness) -> bool:
    """Whether one part was well when last looked at."""
    return any(check.name == name and check.state is CheckState.OK for check in readiness.checks)
