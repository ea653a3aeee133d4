"""Celery's edge of files, and the hints that wake a worker (schedule and queues: settings)."""

from celery import shared_task

from apps.files import services
from apps.files.metrics import HINTS_LOST
from apps.files.types import Urgency
from apps.resilience.services import Hint

# Wakes a worker that looks for files to look through.
check_hint = Hint("files.check_due", lost=HINTS_LOST)
# Wake a worker that makes renditions: of pictures that somebody waits for, of all others.
interactive_renditions_hint = Hint("files.make_interactive_renditions", lost=HINTS_LOST)
bulk_renditions_hint = Hint("files.make_bulk_renditions", lost=HINTS_LOST)

# A bulk run ends soon, so that the worker looks into the queue `interactive` in between.
BULK_RUN_SECONDS = 3.0


@shared_task(name="files.check_due")
def check_due() -> None:
    """Look through what is due; then ask for more, and for the renditions of what was clean."""
    check_hint.take_up()
    if services.check_due():
        check_hint.give()
        interactive_renditions_hint.give()


@shared_task(name="files.rescan_due")
def rescan_due() -> None:
    """Look anew, for a moment, at what was scanned by other signatures."""
    services.rescan_due(seconds=BULK_RUN_SECONDS)


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


@shared_task(name="files.collect")
def collect() -> None:
    """Remove what rows say is over: expired uploads, and what deleted files left."""
    services.collect()


@shared_task(name="files.sweep")
def sweep() -> None:
    """Look for what nobody needs and what is missing, and keep a report."""
    services.sweep()
