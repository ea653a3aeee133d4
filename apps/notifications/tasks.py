"""Celery's edge of notifications, and the hint that wakes a worker (schedule: settings)."""

from celery import shared_task

from apps.notifications import services
from apps.notifications.metrics import HINTS_LOST
from apps.resilience.services import Hint

# Wakes a worker that takes a step of all that is due.
hint = Hint("notifications.work", lost=HINTS_LOST)


@shared_task(name="notifications.work")
def work() -> None:
    """Take a step of all that is due: recipients, what was held back, deliveries.

    If the time was not enough for all, ask for another run.
    """
    hint.take_up()
    # Each takes its turn, however much the others have to do.
    turns = (services.expand_due(), services.release_due(), services.deliver_due())
    if any(turns):
        hint.give()


@shared_task(name="notifications.maintain")
def maintain() -> None:
    """Keep partitions and retention, and retire devices not heard of for long."""
    services.maintain()
