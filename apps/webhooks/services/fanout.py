"""From the event log to deliveries: one message per event, one delivery per endpoint that hears."""

from collections.abc import Sequence

from django.db import transaction

from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.webhooks.models import Delivery, Message
from apps.webhooks.payloads import body_of
from apps.webhooks.selectors import endpoints_hearing


@transaction.atomic
def fan_out(events: Sequence[LoggedEvent]) -> int:
    """Write what is to be sent for these events and return how many deliveries there were.

    Runs in the transaction that moves the consumer's cursor, so it happens exactly once; a
    replay from an earlier cursor finds message and delivery there and adds nothing.
    """
    hearing = {event_id: found for event_id, found in endpoints_hearing(events).items() if found}
    heard = [event for event in events if event.event_id in hearing]
    Message.objects.bulk_create([_message(event) for event in heard], ignore_conflicts=True)
    message_ids = dict(Message.objects.filter(public_id__in=hearing).values_list("public_id", "id"))
    due_at = now()
    deliveries = [
        Delivery(
            message_id=message_ids[event.event_id],
            endpoint_id=endpoint_id,
            owner_id=owner_id,
            due_at=due_at,
        )
        for event in heard
        for endpoint_id, owner_id in hearing[event.event_id]
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=1000)
    return len(deliveries)


def _message(event: LoggedEvent) -> Message:
    return Message(
        public_id=event.event_id,
        topic=event.topic,
        body=body_of(event),
        occurred_at=event.recorded_at,
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )
