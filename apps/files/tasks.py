"""Celery's edge of files, and the hints that wake a worker (schedule and queues: settings)."""

from celery import shared_task

from apps.files import services
from apps.files.metrics import HINTS_LOST
from apps.files.types import Urgency
from apps.resilience.services import Hint

# Wake a worker that makes renditions: of pictures that somebody waits for, of all others.
interactive_renditions_hint = Hint("files.make_interactive_renditions", lost=HINTS_LOST)
bulk_renditions_hint = Hint("files.make_bulk_renditions", lost=HINTS_LOST)

# A bulk run ends soon, so that the worker looks into the queue `interactive` in between.
BULK_RUN_SECONDS = 3.0


@shared_task(name="files.make_interactive_renditions")
def make_interactive_renditions() -> None:
    """Make the renditions that somebody waits for; then those of whoever came meanwhile."""
    interactive_renditions_hint.take_up()
    if services.make_due_renditions(least_urgent=Urgency.INTERACTIVE):
        interactive_renditions_hint.give()


@shared_task(name="files.make_bulk_renditions")
def make_bulk_renditions() -> None:
    """Make renditions for a moment, the most urgent first; if there were any, ask for more."""
    bulk_renditions_hint.take_up()
    if services.make_due_renditions(seconds=BULK_RUN_SECONDS):
        bulk_renditions_hint.give()
