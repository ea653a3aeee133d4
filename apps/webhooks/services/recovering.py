"""Recovering: many deliveries sent again, batch by batch, from wherever the last batch ended.

A batch and the position behind it are written in one transaction, so a process that dies at any
moment leaves each delivery either as it was or due, and the next one goes on from there.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.context import current
from apps.kernel.errors import NotFound
from apps.webhooks import events
from apps.webhooks.errors import (
    EndpointIsDisabled,
    ImpossiblePeriod,
    RecoveryIsOver,
    RecoveryUnderWay,
)
from apps.webhooks.models import Recovery
from apps.webhooks.services.endpoints import checked_subscription, held, owner_of
from apps.webhooks.services.pending_days import pending_days
from apps.webhooks.subscriptions import EVERYTHING
from apps.webhooks.types import DeliveryState, EndpointState, RecoveryKind, RecoveryState

log = structlog.get_logger("webhooks")

BATCH = 2000
_BEFORE_ALL = UUID(int=0)
_EPOCH = datetime.fromtimestamp(0, UTC)

_STATES: Mapping[RecoveryKind, Sequence[DeliveryState]] = {
    RecoveryKind.REPLAY: (
        DeliveryState.SUCCEEDED,
        DeliveryState.FAILED,
        DeliveryState.CANCELLED,
    ),
    RecoveryKind.RECOVER: (DeliveryState.FAILED, DeliveryState.CANCELLED),
}

# Public ids sort by time, and an index leads from one of an endpoint to the next.
_CHOSEN = """
    FROM webhooks_delivery delivery
    WHERE delivery.endpoint_id = %(endpoint)s AND delivery.state = ANY(%(states)s)
        AND delivery.occurred_at >= %(since)s AND delivery.occurred_at < %(until)s
        AND delivery.public_id > %(position)s
        AND (%(hears_all)s OR EXISTS (
            SELECT 1 FROM webhooks_message message
            WHERE message.id = delivery.message_id
                AND message.occurred_at = delivery.occurred_at
                AND (message.topic = ANY(%(topics)s) OR message.topic ^@ ANY(%(beginnings)s))
        ))
"""
_COUNT = f"SELECT count(*) {_CHOSEN}"
# Whatever is due already goes first: live events, and what an earlier batch made due.
_HAS_DUE = """
SELECT EXISTS (
    SELECT 1 FROM webhooks_delivery
    WHERE endpoint_id = %s AND state = 'pending' AND due_at <= %s
)
"""
_NEXT = f"""
SELECT delivery.id, delivery.occurred_at, delivery.public_id
{_CHOSEN}
ORDER BY delivery.public_id
LIMIT %(limit)s
FOR NO KEY UPDATE OF delivery
"""
# First and last keep PostgreSQL out of the days that the batch does not touch.
_MAKE_DUE = """
UPDATE webhooks_delivery delivery
SET state = 'pending', due_at = %(now)s, finished_at = NULL, retries_used = 0,
    resend_count = delivery.resend_count + 1, updated_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS chosen(id, occurred_at)
WHERE delivery.id = chosen.id AND delivery.occurred_at = chosen.occurred_at
    AND delivery.occurred_at BETWEEN %(first)s AND %(last)s
"""


@transaction.atomic
def replay(
    *, endpoint_id: UUID, since: datetime, until: datetime, event_types: Sequence[str] = ()
) -> UUID:
    """Send an endpoint again what happened in a period, delivered or not; return the recovery.

    It runs in the background, survives any crash, and steps back for live events. Every
    webhook-id stays the same. Raises NotFound, EndpointIsDisabled, ImpossiblePeriod,
    UnknownEventType and RecoveryUnderWay. Announces RecoveryStarted.
    """
    return _start(endpoint_id, RecoveryKind.REPLAY, since, until, event_types)


@transaction.atomic
def recover(*, endpoint_id: UUID, since: datetime) -> UUID:
    """Send an endpoint again all that failed since a moment; as `replay` otherwise.

    What was cancelled because the endpoint was disabled counts as failed.
    """
    return _start(endpoint_id, RecoveryKind.RECOVER, since, now(), ())


@transaction.atomic
def cancel_recovery(*, recovery_id: UUID) -> None:
    """Stop a recovery; what it made due is sent. Announces RecoveryCancelled.

    Raises NotFound or RecoveryIsOver.
    """
    recovery = _of_id(recovery_id)
    if recovery.state != RecoveryState.RUNNING:
        raise RecoveryIsOver(f"It is {recovery.state}.")
    _finish(recovery, RecoveryState.CANCELLED)


def advance_recoveries(*, limit: int = BATCH) -> int:
    """Make one more batch of every running recovery due, and return how many deliveries.

    Nothing of an endpoint that is disabled, or has anything due already. Any number of workers
    may do so at once.
    """
    running = Recovery.objects.filter(
        state=RecoveryState.RUNNING, endpoint__state=EndpointState.ENABLED
    )
    moved = sum(
        _advance(pk, endpoint_id=endpoint_id, limit=limit)
        for pk, endpoint_id in running.values_list("pk", "endpoint_id")
    )
    if moved:
        # They may be of days that had nothing pending a moment ago.
        pending_days.forget()
    return moved


def _start(
    endpoint_id: UUID,
    kind: RecoveryKind,
    since: datetime,
    until: datetime,
    event_types: Sequence[str],
) -> UUID:
    if not _EPOCH <= since < until <= now():
        raise ImpossiblePeriod(
            "`since` must be before `until`, `until` not in the future, and neither before 1970."
        )
    endpoint = held(endpoint_id)
    if not endpoint.is_enabled:
        raise EndpointIsDisabled("Enable the endpoint, then send again what it missed.")
    under_way = Recovery.objects.filter(
        endpoint=endpoint, kind=kind, state=RecoveryState.RUNNING
    ).first()
    if under_way:
        raise RecoveryUnderWay(f"{under_way.public_id} is at {under_way.progress.percent} %.")
    recovery = Recovery(
        endpoint=endpoint,
        kind=kind,
        since=since,
        until=until,
        event_types=checked_subscription(event_types),
        requested_by=current().actor,
    )
    recovery.total = _count(recovery)
    recovery.save()
    announce(
        events.RecoveryStarted(
            audience=owner_of(endpoint),
            endpoint_id=endpoint.public_id,
            recovery_id=recovery.public_id,
            kind=kind.value,
            since=since,
            until=until,
            total=recovery.total,
        )
    )
    return recovery.public_id


@transaction.atomic
def _advance(pk: int, *, endpoint_id: int, limit: int) -> int:
    # The endpoint before its recovery, as whoever deletes it does.
    if not _stays_enabled(endpoint_id):
        return 0
    recovery = (
        Recovery.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("endpoint__owner")
        .filter(pk=pk, state=RecoveryState.RUNNING)
        .first()
    )
    if recovery is None or _has_due(recovery.endpoint_id):
        return 0
    moved, position = _make_due(recovery, limit)
    if not moved:
        _finish(recovery, RecoveryState.DONE)
        return 0
    recovery.done += moved
    recovery.position = position
    recovery.save(update_fields=["done", "position", "updated_at"])
    return moved


def _stays_enabled(endpoint_id: int) -> bool:
    """Tell whether an endpoint is enabled, and let nobody change that before our commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM webhooks_endpoint WHERE id = %s AND state = 'enabled' FOR SHARE",
            [endpoint_id],
        )
        return cursor.fetchone() is not None


def _has_due(endpoint_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HAS_DUE, [endpoint_id, now()])
        return bool(cursor.fetchone() == (True,))


def _count(recovery: Recovery) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _chosen(recovery))
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _make_due(recovery: Recovery, limit: int) -> tuple[int, UUID | None]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {**_chosen(recovery), "limit": limit})
        rows: list[tuple[int, datetime, UUID]] = cursor.fetchall()
        if not rows:
            return 0, None
        moments = [occurred_at for _, occurred_at, _ in rows]
        cursor.execute(
            _MAKE_DUE,
            {
                "now": now(),
                "ids": [id_ for id_, _, _ in rows],
                "moments": moments,
                "first": min(moments),
                "last": max(moments),
            },
        )
    return len(rows), rows[-1][2]


def _chosen(recovery: Recovery) -> dict[str, Any]:
    """Return what `_CHOSEN` asks for."""
    patterns: list[str] = recovery.event_types
    return {
        "endpoint": recovery.endpoint_id,
        "states": [state.value for state in _STATES[RecoveryKind(recovery.kind)]],
        "since": recovery.since,
        "until": recovery.until,
        "position": recovery.position or _BEFORE_ALL,
        "hears_all": EVERYTHING in patterns,
        "topics": [each for each in patterns if not each.endswith(".*")],
        "beginnings": [each.removesuffix("*") for each in patterns if each.endswith(".*")],
    }


def _finish(recovery: Recovery, state: RecoveryState) -> None:
    recovery.state, recovery.finished_at = state, now()
    recovery.save(update_fields=["state", "finished_at", "updated_at"])
    log.info("recovery.finished", recovery_id=str(recovery.public_id), state=state.value)
    tells = events.RecoveryFinished if state == RecoveryState.DONE else events.RecoveryCancelled
    announce(
        tells(
            audience=owner_of(recovery.endpoint),
            endpoint_id=recovery.endpoint.public_id,
            recovery_id=recovery.public_id,
            done=recovery.done,
        )
    )


def _of_id(recovery_id: UUID) -> Recovery:
    recovery = (
        Recovery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("endpoint__owner")
        .filter(public_id=recovery_id)
        .first()
    )
    if recovery is None:
        raise NotFound
    return recovery
