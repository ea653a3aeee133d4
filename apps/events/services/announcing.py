"""Announcing: one row in the log, in the transaction of what it tells."""

from uuid import UUID

import orjson
from django.db import connection, transaction

from apps.events.errors import NotInTransaction
from apps.events.types import Event
from apps.kernel.context import current
from apps.kernel.ids import new_id

WAKE_CHANNEL = "mainstay_events"

_INSERT = """
INSERT INTO events_log
    (event_id, topic, version, actor, correlation_id, traceparent, audience, payload)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def announce(event: Event) -> UUID:
    """Write the event into the log, in the caller's transaction, and return its id.

    It becomes true with the commit and vanishes with the rollback. After the commit the
    dispatcher is woken; that wake-up is only a hint. Raises NotInTransaction outside of
    ``transaction.atomic()``.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"Wrap the service that announces {event.topic} in atomic().")
    event_id = new_id()
    context = current()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                event_id,
                event.topic,
                event.version,
                context.actor,
                context.correlation_id,
                context.child().traceparent,
                list(event.audience),
                orjson.dumps(event.payload()).decode(),
            ],
        )
    _wake_after_commit()
    return event_id


def _wake_after_commit() -> None:
    """Wake the dispatcher once per transaction, however many events it announced."""
    if not any(hook[1] is _notify for hook in connection.run_on_commit):
        transaction.on_commit(_notify, robust=True)


def _notify() -> None:
    # After the commit, not inside: a NOTIFY within a transaction makes all commits of the
    # database wait for each other, and its loss costs one polling interval.
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {WAKE_CHANNEL}")
