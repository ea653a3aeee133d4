"""Celery's edge of the CDN, and the hint that wakes a worker (schedule: settings.background)."""

from celery import shared_task

from apps.cdn import services
from apps.cdn.metrics import HINTS_LOST
from apps.resilience.services import Hint

# Wakes a worker that looks for due purges.
hint = Hint("cdn.send_due", lost=HINTS_LOST)


@shared_task(name="cdn.send_due")
def send_due() -> None:
    """Tell the CDN what is due; if the time was not enough, ask for another run."""
    hint.take_up()
    if services.send_due():
        hint.give()


@shared_task(name="cdn.maintain")
def maintain() -> None:
    """Delete purges that have been over for long."""
    services.prune()
