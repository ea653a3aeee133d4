"""Which status follows from how the parts are."""

import pytest

from apps.health.selectors import status_of
from apps.health.types import CheckReport, CheckState, Status


def report(state: CheckState, *, is_decisive: bool) -> CheckReport:
    return CheckReport(
        name="part",
        state=state,
        is_decisive=is_decisive,
        duration_ms=1,
        age_seconds=1,
        meaning="",
    )


@pytest.mark.parametrize(
    ("state", "is_decisive", "expected"),
    [
        (CheckState.OK, True, Status.READY),
        (CheckState.WARNED, True, Status.DEGRADED),
        (CheckState.FAILED, True, Status.UNREADY),
        (CheckState.SILENT, True, Status.UNREADY),
        (CheckState.UNKNOWN, True, Status.UNREADY),
        (CheckState.OK, False, Status.READY),
        (CheckState.WARNED, False, Status.DEGRADED),
        (CheckState.FAILED, False, Status.DEGRADED),
        (CheckState.SILENT, False, Status.DEGRADED),
        # Slow to look at, and nothing hangs on it.
        (CheckState.UNKNOWN, False, Status.READY),
    ],
)
def test_only_decisive_parts_keep_requests_away(
    state: CheckState, is_decisive: bool, expected: Status
) -> None:
    well = report(CheckState.OK, is_decisive=True)

    assert status_of([well, report(state, is_decisive=is_decisive)]) is expected
