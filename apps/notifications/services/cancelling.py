"""Cancelling: what has not gone out yet does not go out any more."""

from uuid import UUID

from django.db import connection, transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.errors import AlreadySent
from apps.notifications.events import NotificationCancelled
from apps.notifications.models import Notification
from apps.notifications.types import NotificationState, Step

_STOP_WAITING = """
UPDATE notifications_recipient recipient
SET state = CASE WHEN EXISTS (
        SELECT 1 FROM notifications_delivery WHERE recipient_id = recipient.id
    ) THEN 'sent' ELSE 'suppressed' END,
    decisions = recipient.decisions || (
        SELECT jsonb_agg(jsonb_build_object(
            'channel', channel, 'step', %(step)s::text, 'ruling', 'suppressed',
            'reason', %(reason)s::text, 'until', NULL
        ))
        FROM jsonb_array_elements_text(recipient.waiting_channels) AS channel
    ),
    waiting_channels = '[]',
    due_at = NULL,
    updated_at = %(now)s
WHERE recipient.state = 'waiting'
"""


@transaction.atomic
def cancel_notification(*, notification_id: UUID) -> None:
    """Send a notification to nobody who has not been sent it; a second time changes nothing.

    What already is on its way to a provider is not called back. Raises NotFound, and AlreadySent
    if nobody is left to whom it would go. Announces NotificationCancelled.
    """
    notification = _held(public_id=notification_id)
    if notification is None:
        raise NotFound
    if notification.state == NotificationState.CANCELLED:
        return
    is_expanded = notification.state == NotificationState.EXPANDED
    if not _cancel(notification) and is_expanded:
        raise AlreadySent("It has gone out to all its recipients.")


@transaction.atomic
def give_up_waiting(*, user_id: int) -> None:
    """Send a person nothing of what is due for them and cannot be sent."""
    _stop_waiting(
        "recipient.user_id = %(user_id)s AND recipient.due_at <= %(now)s",
        step=Step.CONTENT,
        reason="Something broke on our side; the log tells what.",
        user_id=user_id,
    )


@transaction.atomic
def give_up(notification_id: int) -> None:
    """Cancel what cannot be expanded, by its internal id. Announces NotificationCancelled."""
    notification = _held(pk=notification_id)
    if notification is not None:
        _cancel(notification)


def _held(**which: object) -> Notification | None:
    return Notification.objects.select_for_update().filter(**which).first()


def _cancel(notification: Notification) -> int:
    """Cancel it, and what waits of it; return how many waited."""
    waited = _stop_waiting(
        "recipient.notification_id = %(notification_id)s",
        step=Step.CANCELLED,
        reason="It was cancelled while it waited.",
        notification_id=notification.pk,
    )
    notification.state = NotificationState.CANCELLED
    notification.finished_at = now()
    notification.save(update_fields=["state", "finished_at", "updated_at"])
    announce(NotificationCancelled(notification_id=notification.public_id))
    return waited


def _stop_waiting(which: str, *, step: Step, reason: str, **values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_STOP_WAITING} AND {which}",
            {"now": now(), "step": step.value, "reason": reason, **values},
        )
        return int(cursor.rowcount)
