"""Consuming: one batch, handled and marked as read in one transaction."""

import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.events.events import ConsumerStopped
from apps.events.models import ConsumerCursor
from apps.events.ports import Consumer, is_heard
from apps.events.selectors import events_after, has_unread
from apps.events.services.announcing import announce
from apps.events.types import Cursor, LoggedEvent
from apps.kernel.clock import now
from apps.kernel.context import bound, continued_from
from apps.kernel.direct import Direct, in_text

log = structlog.get_logger("events")

BATCH_SIZE = 500
ATTEMPTS_BEFORE_STOP = 5

# All consumers take these steps at each wake-up, in one process: the ORM's way would be most of it.
# An advisory lock takes no transaction id, so a slow consumer holds nobody's horizon back until it
# writes. It is a statement of its own: what stands is to be read after it.
_CLAIM = Direct("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))")
_STAND = Direct(
    "SELECT xid, position, read_until, state FROM events_consumercursor WHERE name = $1"
)
_MOVE = Direct(
    "UPDATE events_consumercursor SET xid = $2, position = $3, read_until = $4, failures = 0, "
    "failed_position = NULL, error = '', updated_at = now() WHERE name = $1"
)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What one step of a consumer came to."""

    read: int = 0
    # Committed events wait for an older transaction to end; look again soon.
    waits_for_horizon: bool = False
    has_failed: bool = False
    is_stopped: bool = False


def advance(consumer: Consumer, *, limit: int = BATCH_SIZE) -> Progress:
    """Let the consumer take in its next events, exactly once with respect to the database.

    A batch that fails is tried again event by event; an event that fails five times in a row
    stops this consumer, with a record of why, and no other. Errors of the database itself are
    raised: the batch is not to blame for them.
    """
    try:
        progress, heard = _take_in(consumer, limit)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  whatever a consumer raises must not stop the others
        return _one_by_one(consumer, limit) if limit > 1 else _note_failure(consumer, error)
    if heard:
        _give_hints(consumer, heard)
    return progress


def _one_by_one(consumer: Consumer, count: int) -> Progress:
    """Take in singly what failed as a batch, up to the event that is to blame."""
    read = 0
    for _ in range(count):
        progress = advance(consumer, limit=1)
        read += progress.read
        if not progress.read:
            return replace(progress, read=read)
    return Progress(read=read)


def _take_in(consumer: Consumer, limit: int) -> tuple[Progress, Sequence[LoggedEvent]]:
    with transaction.atomic():
        if not _claim(consumer.name):
            return Progress(), ()
        stand = _stand_of(consumer.name)
        if stand.state == ConsumerCursor.State.STOPPED:
            return Progress(is_stopped=True), ()
        batch = events_after(stand.cursor, limit=limit, read_until=stand.read_until)
        if not batch:
            waits = has_unread(stand.cursor, read_until=stand.read_until)
            return Progress(waits_for_horizon=waits), ()
        heard = [event for event in batch if is_heard(event.topic, consumer.topics)]
        if heard:
            consumer.handle(heard)
        _move(consumer.name, batch[-1])
    return Progress(read=len(batch)), heard


def _claim(name: str) -> bool:
    """Whether this transaction is the one that reads for the consumer now."""
    return _CLAIM.first([in_text(f"events.consumer:{name}")]) == (True,)


class _Stand(NamedTuple):
    """Where a consumer stands; at first before everything."""

    xid: int = 0
    position: int = 0
    read_until: datetime | None = None
    state: str = ConsumerCursor.State.RUNNING

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.xid, self.position)


def _stand_of(name: str) -> _Stand:
    return _Stand(*(_STAND.first([in_text(name)]) or ()))


def _move(name: str, last: LoggedEvent) -> None:
    values = (name, last.xid, last.position, last.recorded_at)
    if not _MOVE.run([in_text(value) for value in values]).command_tuples:
        ConsumerCursor.objects.create(
            name=name, xid=last.xid, position=last.position, read_until=last.recorded_at
        )


def _give_hints(consumer: Consumer, heard: Sequence[LoggedEvent]) -> None:
    try:
        consumer.after_commit(heard)
    except Exception:
        log.warning("consumer.hint_lost", consumer=consumer.name, exc_info=True)


@transaction.atomic
def _note_failure(consumer: Consumer, error: Exception) -> Progress:
    kept, _ = ConsumerCursor.objects.select_for_update().get_or_create(name=consumer.name)
    culprit = next(iter(events_after(Cursor(kept.xid, kept.position), limit=1)), None)
    kept.failures += 1
    kept.failed_position = culprit.position if culprit else None
    kept.error = "".join(traceback.format_exception(error))[-8000:]
    with _cause_of(culprit):
        log.error(
            "consumer.failed",
            consumer=consumer.name,
            position=kept.failed_position,
            failures=kept.failures,
            exc_info=error,
        )
    if kept.failures >= ATTEMPTS_BEFORE_STOP:
        kept.state, kept.stopped_at = ConsumerCursor.State.STOPPED, now()
        announce(ConsumerStopped(consumer=consumer.name, position=kept.failed_position or 0))
    kept.save()
    return Progress(has_failed=True, is_stopped=kept.state == ConsumerCursor.State.STOPPED)


def _cause_of(event: LoggedEvent | None) -> AbstractContextManager[object]:
    """Bind the correlation under which the event was announced; of none, change nothing."""
    if event is None:
        return nullcontext()
    return bound(continued_from(correlation_id=event.correlation_id, traceparent=event.traceparent))
