"""Notifications as the operator's start page shows them: what came of attempts, and what waits."""

from collections.abc import Iterator
from datetime import datetime

from apps.console.selectors import attempts_reading, attempts_sampled
from apps.console.types import Figure, Reading, Sampled, Tone, Window
from apps.notifications.backlog import backlog
from apps.notifications.types import Outcome
from apps.observability.selectors import counted_by

_OUTCOMES = {
    Outcome.ACCEPTED.value: ("Taken", Tone.GOOD),
    Outcome.RETRY.value: ("To be retried", Tone.WARN),
    Outcome.RETIRED.value: ("Device gone", Tone.CALM),
    Outcome.EXPIRED.value: ("Too late", Tone.WARN),
    Outcome.FAILED.value: ("Failed", Tone.BAD),
    Outcome.MISCONFIGURED.value: ("Refused us", Tone.BAD),
}
_REFUSED = Figure(
    label="Accounts refused",
    text="",
    tone=Tone.BAD,
    note="Push services that refuse our keys: see Provider accounts.",
)


def measured_attempts(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how many attempts ended in which way, what waits, and who refuses us."""
    waiting = backlog()
    return attempts_sampled(
        "notifications",
        counted_by("outcome", metric="mainstay_notification_attempts_total"),
        waiting=waiting.queued,
        overdue_seconds=waiting.oldest_due_seconds,
        alarmed_accounts=waiting.alarmed_accounts,
    )


def notifications_reading(window: Window) -> Reading:
    """Read attempts per minute by outcome, what waited last, and who refused us last."""
    return attempts_reading(
        "notifications",
        _OUTCOMES,
        window,
        missing="No notification was sent to a device or mailbox in this time.",
        troubles={"alarmed_accounts": _REFUSED},
    )
