"""The doctor's judgement of the event log, and its look at the real one."""

from datetime import date

import pytest

from apps.events.services import maintain_partitions
from apps.events.types import ConsumerLag
from apps.kernel.ports import Finding
from config.doctor.event_log import (
    EventLogExamination,
    consumer_finding,
    horizon_finding,
    partitions_finding,
    restore_finding,
)

TODAY = date(2026, 11, 21)


def _lag(state: str = "running", seconds: float = 0, error: str = "") -> ConsumerLag:
    return ConsumerLag(name="webhooks", state=state, events=1, seconds=seconds, error=error)


@pytest.mark.parametrize(
    ("finding", "is_well"),
    [
        (partitions_finding([TODAY, date(2026, 12, 5)], today=TODAY), True),
        (partitions_finding([TODAY], today=TODAY), False),
        (partitions_finding([], today=TODAY), False),
        (consumer_finding(_lag()), True),
        (consumer_finding(_lag(seconds=900)), False),
        (consumer_finding(_lag(state="stopped", error="Trace\nValueError: x")), False),
        (horizon_finding(1), True),
        (horizon_finding(600), False),
        (restore_finding(is_ahead=False), True),
        (restore_finding(is_ahead=True), False),
    ],
)
def test_each_state_of_the_log_is_judged(finding: Finding, *, is_well: bool) -> None:
    assert finding.is_well is is_well


def test_a_stopped_consumer_is_told_with_its_error_and_commands() -> None:
    finding = consumer_finding(_lag(state="stopped", error="Traceback\nValueError: no such field"))

    assert finding.what == "consumer webhooks stopped: ValueError: no such field"
    assert "events resume webhooks" in finding.cure


@pytest.mark.django_db
def test_a_kept_log_is_well() -> None:
    maintain_partitions()

    findings = list(EventLogExamination().examine())

    assert [finding for finding in findings if not finding.is_well] == []
