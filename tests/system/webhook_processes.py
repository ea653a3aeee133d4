"""The processes that stand between a write and a partner, each of which a test may kill."""

from django.db import transaction

from apps.accounts.models import User
from apps.events.models import ConsumerCursor, LogEntry
from apps.events.services import announce
from apps.events.types import Event
from tests.processes import OtherProcess, python_on_the_same_database

# Leases of two seconds, so that a test need not wait a minute for what a dead worker held.
_WORKER = """
import time
from datetime import timedelta
from apps.webhooks import courier
from apps.webhooks.services import claiming, deliver_due
claiming.LEASE = timedelta(seconds=2)
courier.NEEDED_LEASE = timedelta(seconds=1)
say("ready")
while True:
    deliver_due(seconds=1)
    time.sleep(0.02)
"""
_DISPATCHER = """
from apps.events.dispatcher import Dispatcher
from apps.events.ports import consumers
say("ready")
Dispatcher([consumers.get("webhooks")]).run()
"""


class ParcelPosted(Event, topic="tests.parcel.posted"):
    """A parcel was posted; known to the tests only."""

    number: int


def start_worker() -> OtherProcess:
    """Start a process that delivers what is due, over and over."""
    return _started(_WORKER)


def start_dispatcher() -> OtherProcess:
    """Start a process that turns events into deliveries."""
    return _started(_DISPATCHER)


def begin_at_the_end_of_the_log() -> None:
    """Let the consumer of webhooks begin with the events that the test writes."""
    last = LogEntry.objects.order_by("-xid", "-position").first()
    ConsumerCursor.objects.update_or_create(
        name="webhooks",
        defaults={
            "xid": last.xid if last else 0,
            "position": last.position if last else 0,
            "read_until": None,
        },
    )


def post(owner: User, *numbers: int) -> set[str]:
    """Announce one event per number in one transaction; return their ids, the webhook-ids to be."""
    audience = (f"user:{owner.public_id}",)
    with transaction.atomic():
        return {str(announce(ParcelPosted(audience=audience, number=n))) for n in numbers}


def _started(script: str) -> OtherProcess:
    process = python_on_the_same_database(script)
    assert process.line() == "ready"
    return process
