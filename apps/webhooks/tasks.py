"""Celery's edge of webhooks, and the hint that wakes a worker (schedule: settings.background)."""

from celery import shared_task

from apps.resilience.services import Hint
from apps.webhooks import services
from apps.webhooks.metrics import HINTS_LOST

# Wakes a worker that looks for due deliveries.
hint = Hint("webhooks.deliver_due", lost=HINTS_LOST)


@shared_task(name="webhooks.deliver_due")
def deliver_due() -> None:
    """Send what is due; if the time was not enough, ask for another run.

    With nothing due any more, recoveries take their next step.
    """
    hint.take_up()
    if services.deliver_due() or services.advance_recoveries():
        hint.give()


@shared_task(name="webhooks.advance_recoveries")
def advance_recoveries() -> None:
    """Let recoveries take a step although deliveries to others are always due."""
    if services.advance_recoveries():
        hint.give()


@shared_task(name="webhooks.examine")
def examine() -> None:
    """Let the doctor examine the receivers that wait for it."""
    services.examine_waiting()


@shared_task(name="webhooks.maintain")
def maintain() -> None:
    """Keep partitions and retention."""
    services.maintain()


@shared_task(name="webhooks.look_after_endpoints")
def look_after_endpoints() -> None:
    """Warn of endpoints that fail, disable those that do for days, and mail their owners."""
    services.look_after_endpoints()
