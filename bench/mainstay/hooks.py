"""Webhooks from event to receipt: announced, fanned out, then claimed, signed, sent, recorded."""

from time import monotonic, process_time
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.accounts.selectors import users_by_ids
from apps.buildings.events import MaintenanceRequestOpened
from apps.buildings.scopes import everyone_in
from apps.events.ports import Consumer, consumers
from apps.events.services import advance, announce
from apps.kernel.ids import new_id
from apps.webhooks import services as webhooks
from apps.webhooks.models import Attempt, Delivery
from bench.rows import TITLE

AT_ONCE = 500


def fan_out(*, owner: int, building: str, urls: list[str], events: int) -> dict[str, Any]:
    """Register endpoints, announce events and let the consumer write the deliveries."""
    consumer = _consumer()
    _read_to_the_end(consumer)
    for url in urls:
        webhooks.register_endpoint(
            owner_id=owner, url=url, event_types=[MaintenanceRequestOpened.topic]
        )
    author = users_by_ids([owner])[owner].public_id
    for _ in range(0, events, AT_ONCE):
        _announce(AT_ONCE, building_id=UUID(building), author_id=author)
    began, cpu = monotonic(), process_time()
    _read_to_the_end(consumer)
    seconds, cpu = monotonic() - began, process_time() - cpu
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE webhooks_delivery, webhooks_message")
    return {"deliveries": Delivery.objects.count(), "seconds": seconds, "cpu_seconds": cpu}


def deliver() -> dict[str, Any]:
    """Deliver all that is due, as the Celery task does, in this one process."""
    began, cpu = monotonic(), process_time()
    while webhooks.deliver_due():
        pass
    return {
        "seconds": monotonic() - began,
        "cpu_seconds": process_time() - cpu,
        "succeeded": Delivery.objects.filter(state="succeeded").count(),
        "attempts": Attempt.objects.count(),
    }


@transaction.atomic
def _announce(count: int, *, building_id: UUID, author_id: UUID) -> None:
    for _ in range(count):
        announce(
            MaintenanceRequestOpened(
                audience=everyone_in(building_id),
                building_id=building_id,
                request_id=new_id(),
                unit_id=None,
                author_id=author_id,
                title=TITLE,
                priority="normal",
            )
        )


def _consumer() -> Consumer:
    found = consumers.get("webhooks")
    assert found is not None
    return found


def _read_to_the_end(consumer: Consumer) -> None:
    while advance(consumer).read:
        pass
