"""The life of a maintenance request."""

import pytest

from apps.buildings.types import Status
from apps.buildings.workflow import may_follow

ALLOWED = {
    ("open", "in_progress"),
    ("in_progress", "resolved"),
    ("resolved", "closed"),
    ("resolved", "reopened"),
    ("closed", "reopened"),
    ("reopened", "in_progress"),
}


@pytest.mark.parametrize("wanted", Status)
@pytest.mark.parametrize("current", Status)
def test_only_these_statuses_follow_each_other(current: Status, wanted: Status) -> None:
    assert may_follow(current, wanted) == ((current, wanted) in ALLOWED)
