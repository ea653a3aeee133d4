"""Webhooks from event to receipt: announced, fanned out, then claimed, signed, sent, recorded."""

from time import monotonic, process_time
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.accounts.selectors import users_by_ids
from apps.buildings.events import MaintenanceRequestOpened
from apps.buildings.scopes import everyone_in
from apps.events.ports import Consumer, consumers
from apps.events.services import advance, announce, maintain_partitions
from apps.kernel.ids import new_id
from apps.webhooks import services as webhooks
from apps.webhooks.models import Delivery
from bench.rows import TITLE

AT_ONCE = 500


def register(*, owner: int, urls: list[str]) -> dict[str, Any]:
    """Register endpoints that hear of maintenance requests from now on; make the day's tables."""
    maintain_partitions()
    webhooks.maintain()
    _read_to_the_end(_consumer())
    for url in urls:
        webhooks.register_endpoint(
            owner_id=owner, url=url, event_types=[MaintenanceRequestOpened.topic]
        )
    return {}


def fan_out(*, owner: int, building: str, events: int) -> dict[str, Any]:
    """Announce events and let the consumer write the deliveries."""
    consumer, before = _consumer(), Delivery.objects.count()
    author = users_by_ids([owner])[owner].public_id
    for done in range(0, events, AT_ONCE):
        _announce(min(AT_ONCE, events - done), building_id=UUID(building), author_id=author)
    began, cpu = monotonic(), process_time()
    _read_to_the_end(consumer)
    seconds, cpu = monotonic() - began, process_time() - cpu
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE webhooks_delivery, webhooks_message")
    written = Delivery.objects.count() - before
    return {"deliveries": written, "seconds": seconds, "cpu_seconds": cpu}


def deliver() -> dict[str, Any]:
    """Deliver all that is due, as the Celery task does, in this one process."""
    before = Delivery.objects.filter(state="succeeded").count()
    began, cpu = monotonic(), process_time()
    while webhooks.deliver_due():
        pass
    seconds, cpu = monotonic() - began, process_time() - cpu
    succeeded = Delivery.objects.filter(state="succeeded").count() - before
    return {"seconds": seconds, "cpu_seconds": cpu, "succeeded": succeeded}


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
