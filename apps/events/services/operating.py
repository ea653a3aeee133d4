"""What an operator may do to a consumer; each step is announced, so it can be audited."""

from django.db import transaction

from apps.events.errors import ConsumerNotStopped, UnknownConsumer
from apps.events.events import ConsumerReplayed, ConsumerResumed, EventSkipped
from apps.events.models import ConsumerCursor, SkippedEvent
from apps.events.selectors import events_after
from apps.events.services.announcing import announce
from apps.events.types import Cursor
from apps.kernel.context import current


@transaction.atomic
def resume_consumer(*, name: str) -> None:
    """Let a stopped consumer try the same event again, after its cause was mended.

    Raises UnknownConsumer or ConsumerNotStopped. Announces ConsumerResumed.
    """
    kept = _stopped(name)
    _set_running(kept)
    announce(ConsumerResumed(consumer=name))


@transaction.atomic
def skip_event(*, name: str, reason: str) -> int:
    """Let a stopped consumer pass over the event it stopped at; return that event's position.

    The event stays in the log and a record says who skipped it and why. Raises
    UnknownConsumer or ConsumerNotStopped. Announces EventSkipped.
    """
    kept = _stopped(name)
    culprit = next(iter(events_after(Cursor(kept.xid, kept.position), limit=1)), None)
    if culprit is None:
        raise ConsumerNotStopped(f"Nothing is left to skip for {name}; resume it instead.")
    SkippedEvent.objects.create(
        consumer=name,
        position=culprit.position,
        topic=culprit.topic,
        error=kept.error,
        reason=reason,
        skipped_by=current().actor,
    )
    kept.xid, kept.position = culprit.xid, culprit.position
    _set_running(kept)
    announce(EventSkipped(consumer=name, position=culprit.position, reason=reason))
    return culprit.position


@transaction.atomic
def replay_consumer(*, name: str, cursor: Cursor) -> None:
    """Move a consumer to another place in the log, from where it reads on.

    Raises UnknownConsumer. Announces ConsumerReplayed.
    """
    kept = _known(name)
    kept.xid, kept.position, kept.read_until = cursor.xid, cursor.position, None
    _set_running(kept)
    announce(ConsumerReplayed(consumer=name, position=cursor.position))


def _known(name: str) -> ConsumerCursor:
    kept = ConsumerCursor.objects.select_for_update().filter(name=name).first()
    if kept is None:
        known = ", ".join(ConsumerCursor.objects.values_list("name", flat=True)) or "none yet"
        raise UnknownConsumer(f"No consumer is named {name!r}; known are: {known}.")
    return kept


def _stopped(name: str) -> ConsumerCursor:
    kept = _known(name)
    if kept.state != ConsumerCursor.State.STOPPED:
        raise ConsumerNotStopped(f"{name} is {kept.state}; only a stopped consumer needs this.")
    return kept


def _set_running(kept: ConsumerCursor) -> None:
    kept.state, kept.failures, kept.failed_position = ConsumerCursor.State.RUNNING, 0, None
    kept.error, kept.stopped_at = "", None
    kept.save()
