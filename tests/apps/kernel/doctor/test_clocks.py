"""The doctor's judgement of clocks."""

import pytest

from apps.kernel.doctor.clocks import clock_finding


@pytest.mark.parametrize(
    ("theirs", "is_well"),
    [(1000.5, True), (998.1, True), (1003.0, True), (997.9, False), (1003.1, False)],
)
def test_a_clock_may_be_two_seconds_off_but_no_more(theirs: float, *, is_well: bool) -> None:
    finding = clock_finding("Its", theirs=theirs, before=1000.0, after=1001.0)

    assert finding.is_well is is_well
