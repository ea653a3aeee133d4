"""Announcing: one row in the log, in the transaction of what it tells."""

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from apps.events.errors import NotInTransaction
from apps.events.types import Event
from apps.kernel.context import Context, current
from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id

WAKE_CHANNEL = "mainstay_events"

# A process sends no more wake-ups than this; a dispatcher that was woken goes on looking for longer
# (`dispatcher.EAGER_SECONDS`), so it meets what was announced in the pause.
WAKE_PAUSE_SECONDS = 0.02

_INSERT = Direct("SELECT events_announce($1, $2, $3, $4, $5, $6, $7, $8)")
# As JSON: to write arrays of PostgreSQL takes Python ten times as long.
_INSERT_ALL = """
INSERT INTO events_log
    (event_id, topic, version, actor, correlation_id, traceparent, audience, payload)
SELECT event_id, topic, version, actor, correlation_id, traceparent, audience, payload
FROM ROWS FROM (json_to_recordset(%s) AS (
    event_id uuid, topic text, version integer, actor text, correlation_id text, traceparent text,
    audience text[], payload jsonb
)) WITH ORDINALITY AS told(
    event_id, topic, version, actor, correlation_id, traceparent, audience, payload, place
)
ORDER BY place
"""


def announce(event: Event) -> UUID:
    """Write the event into the log, in the caller's transaction, and return its id.

    It becomes true with the commit and vanishes with the rollback. After the commit the
    dispatcher is woken, unless it just was; that wake-up is only a hint. Raises NotInTransaction
    outside of ``transaction.atomic()``.
    """
    _require_transaction(event)
    event_id = new_id()
    context = current()
    values = (
        event_id,
        event.topic,
        event.version,
        context.actor,
        context.correlation_id,
        context.child().traceparent,
        _as_array(event.audience),
        orjson.dumps(event.payload()).decode(),
    )
    _INSERT.run([in_text(value) for value in values])
    _waker.wake_after_commit()
    return event_id


def announce_all(events: Sequence[Event], *, contexts: Sequence[Context] = ()) -> None:
    """Write many events into the log, in their order, with one statement.

    Each is caused by the context at its place, where contexts are given, else by the bound one.
    All else is as for `announce`.
    """
    if not events:
        return
    _require_transaction(events[0])
    causes = contexts or [current()] * len(events)
    rows = [_row(event, cause) for event, cause in zip(events, causes, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ALL, [orjson.dumps(rows).decode()])
    _waker.wake_after_commit()


def _require_transaction(event: Event) -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction(f"Wrap the service that announces {event.topic} in atomic().")


def _row(event: Event, context: Context) -> dict[str, Any]:
    return {
        "event_id": new_id(),
        "topic": event.topic,
        "version": event.version,
        "actor": context.actor,
        "correlation_id": context.correlation_id,
        "traceparent": context.child().traceparent,
        "audience": event.audience,
        "payload": event.payload(),
    }


def _as_array(texts: Iterable[str]) -> str:
    """Return texts as PostgreSQL writes an array of them."""
    escaped = (text.replace("\\", r"\\").replace('"', r"\"") for text in texts)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"


class _Waker:
    """Wakes the dispatcher once per transaction, and once per pause however many there are."""

    def __init__(self) -> None:
        self._last = 0.0

    def wake_after_commit(self) -> None:
        if not any(hook[1] == self._notify for hook in connection.run_on_commit):
            transaction.on_commit(self._notify, robust=True)

    def _notify(self) -> None:
        moment = monotonic()
        if moment - self._last < WAKE_PAUSE_SECONDS:
            return
        self._last = moment
        # After the commit, not inside: a NOTIFY within a transaction makes all commits of the
        # database wait for each other, and its loss costs one polling interval.
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {WAKE_CHANNEL}")


_waker = _Waker()
