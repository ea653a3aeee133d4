"""From the event log to deliveries: one message per event, one delivery per endpoint that hears."""

from collections.abc import Sequence

from django.db import connection, transaction

from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.webhooks.models import Message
from apps.webhooks.payloads import body_of
from apps.webhooks.selectors import endpoints_hearing

LONGEST_KEY = 100

# Not by model instances: one event may go to hundreds of endpoints. An endpoint that is deleted at
# this moment is waited for and left out, as a foreign key would do. In order of the log, for ids
# tell which of two deliveries with one ordering key comes first.
_INSERT_DELIVERIES = """
WITH held AS MATERIALIZED (
    SELECT id, is_ordered FROM webhooks_endpoint
    WHERE id = ANY(%(endpoints)s) ORDER BY id FOR KEY SHARE
)
INSERT INTO webhooks_delivery (
    public_id, message_id, occurred_at, endpoint_id, owner_id, ordering_key, state, due_at,
    attempt_count, retries_used, resend_count, last_reason, created_at, updated_at
)
SELECT told.public_id, message.id, message.occurred_at, held.id, told.owner_id,
    CASE WHEN held.is_ordered THEN told.ordering_key ELSE '' END, 'pending', %(now)s,
    0, 0, 0, '', %(now)s, %(now)s
FROM unnest(
    %(ids)s::uuid[], %(events)s::uuid[], %(endpoints)s::bigint[], %(owners)s::bigint[],
    %(keys)s::text[]
) WITH ORDINALITY AS told(public_id, event_id, endpoint_id, owner_id, ordering_key, place)
JOIN held ON held.id = told.endpoint_id
JOIN webhooks_message message ON message.public_id = told.event_id
    AND message.occurred_at BETWEEN %(first)s AND %(last)s
ORDER BY told.place
ON CONFLICT (message_id, endpoint_id, occurred_at) DO NOTHING
"""


@transaction.atomic
def fan_out(events: Sequence[LoggedEvent]) -> int:
    """Write what is to be sent for these events and return how many deliveries that made.

    Runs in the transaction that moves the consumer's cursor, so it happens exactly once; a
    replay from an earlier cursor finds message and delivery there and adds nothing.
    """
    hearing = {event_id: found for event_id, found in endpoints_hearing(events).items() if found}
    if not hearing:
        return 0
    messages = [_message(event) for event in events if event.event_id in hearing]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    told = [
        (event.event_id, endpoint_id, owner_id, event.ordering_key[:LONGEST_KEY])
        for event in events
        for endpoint_id, owner_id in hearing.get(event.event_id, ())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_DELIVERIES,
            {
                "now": now(),
                "ids": [new_id() for _ in told],
                "events": [each[0] for each in told],
                "endpoints": [each[1] for each in told],
                "owners": [each[2] for each in told],
                "keys": [each[3] for each in told],
                "first": min(message.occurred_at for message in messages),
                "last": max(message.occurred_at for message in messages),
            },
        )
        return int(cursor.rowcount)


def _message(event: LoggedEvent) -> Message:
    return Message(
        public_id=event.event_id,
        topic=event.topic,
        body=body_of(event),
        occurred_at=event.recorded_at,
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )
