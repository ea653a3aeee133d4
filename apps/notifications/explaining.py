"""Explaining: why somebody did or did not get a notification, from the first step to the reply."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.selectors import user_by_public_id
from apps.kernel.errors import NotFound
from apps.notifications.models import Attempt, Delivery, Notification, Recipient
from apps.notifications.types import (
    Channel,
    Decision,
    DeliveryState,
    ExplainedAttempt,
    ExplainedDelivery,
    Explanation,
    NotificationState,
    Outcome,
    PushService,
    RecipientState,
    Ruling,
    Step,
)

# Of a person whom the notification has not come to, or never does.
NO_RECIPIENT = "no_recipient"

_OUTCOMES = {
    DeliveryState.QUEUED: "is on its way",
    DeliveryState.ACCEPTED: "was taken",
    DeliveryState.FAILED: "failed",
    DeliveryState.RETIRED: "found the device gone",
    DeliveryState.EXPIRED: "was too late: its time to live was over",
    DeliveryState.DELIVERED: "has arrived",
    DeliveryState.OPENED: "was opened",
}


def explanation(*, notification_id: UUID, user_id: UUID) -> Explanation:
    """Say why a person did or did not get a notification; raises NotFound without one.

    Decisions stand in the order in which they were made, and deliveries with their attempts. What
    was gathered is explained by all that was told at once.
    """
    notification = Notification.objects.filter(public_id=notification_id).first()
    if notification is None:
        raise NotFound
    person = user_by_public_id(user_id)
    if person is None:
        return _of_no_recipient(notification, user_id, "Nobody has this id, or not any more.")
    recipient = Recipient.objects.filter(notification=notification, user_id=person.id).first()
    if recipient is None:
        return _of_no_recipient(notification, user_id, _absence(notification))
    decisions = [decision_in(document) for document in recipient.decisions]
    deliveries = list(_deliveries_of(recipient))
    return Explanation(
        notification_id=notification_id,
        user_id=user_id,
        state=recipient.state,
        summary=" ".join(_sentences(recipient, decisions, deliveries)),
        decisions=decisions,
        deliveries=[_explained(delivery) for delivery in deliveries],
    )


def decision_in(document: Mapping[str, Any]) -> Decision:
    """Return a decision as it stands in a recipient's row."""
    until = document.get("until")
    return Decision(
        channel=Channel(document["channel"]),
        step=Step(document["step"]),
        ruling=Ruling(document["ruling"]),
        reason=document["reason"],
        until=datetime.fromisoformat(until) if until else None,
    )


def _of_no_recipient(notification: Notification, user_id: UUID, summary: str) -> Explanation:
    return Explanation(
        notification_id=notification.public_id,
        user_id=user_id,
        state=NO_RECIPIENT,
        summary=summary,
        decisions=(),
        deliveries=(),
    )


def _absence(notification: Notification) -> str:
    match NotificationState(notification.state):
        case NotificationState.SCHEDULED:
            when = notification.scheduled_at.isoformat(timespec="seconds")
            return f"It is due at {when}, and who is among its recipients is decided then."
        case NotificationState.EXPANDING:
            return "Its recipients are being made: the person is not among those who are."
        case NotificationState.CANCELLED:
            return "It was cancelled before it came to the person."
        case NotificationState.EXPANDED:
            kind = notification.get_target_kind_display().lower()
            return f"The person was not among those it was for ({kind}) when it was sent."


def _deliveries_of(recipient: Recipient) -> Iterable[Delivery]:
    """Return what went to the recipient; of a digest, what went for all of it."""
    # One or the other, never joined by OR: that would read the table.
    told = (
        Delivery.objects.filter(recipient=recipient)
        if recipient.digest_id is None
        else Delivery.objects.filter(recipient__digest_id=recipient.digest_id)
    )
    return (
        told.select_related("registration", "account").prefetch_related("attempts").order_by("id")
    )


def _sentences(
    recipient: Recipient, decisions: Sequence[Decision], deliveries: Sequence[Delivery]
) -> Iterable[str]:
    if recipient.state == RecipientState.WAITING and recipient.due_at:
        due_at = recipient.due_at.isoformat(timespec="seconds")
        yield f"It waits, and is decided again at {due_at}."
    for delivery in deliveries:
        reason = f" ({delivery.last_reason.rstrip('.')})" if delivery.last_reason else ""
        yield f"{_way(delivery)} {_OUTCOMES[DeliveryState(delivery.state)]}{reason}."
    for decision in {each.channel: each for each in decisions}.values():
        if decision.ruling is not Ruling.PASSED:
            yield f"{decision.channel.label}: {decision.reason}"


def _way(delivery: Delivery) -> str:
    channel = Channel(delivery.channel).label
    if delivery.registration is None:
        return channel
    return f"{channel} by {PushService(delivery.registration.service).label}"


def _explained(delivery: Delivery) -> ExplainedDelivery:
    device = delivery.registration
    return ExplainedDelivery(
        id=delivery.public_id,
        channel=Channel(delivery.channel),
        service=device.service if device else "",
        device=device.public_id if device else None,
        account=delivery.account.name if delivery.account else "",
        state=DeliveryState(delivery.state),
        last_code=delivery.last_code,
        last_reason=delivery.last_reason,
        next_attempt_at=delivery.due_at,
        expires_at=delivery.expires_at,
        created_at=delivery.created_at,
        finished_at=delivery.finished_at,
        attempts=[_attempted(attempt) for attempt in delivery.attempts.all()],
    )


def _attempted(attempt: Attempt) -> ExplainedAttempt:
    return ExplainedAttempt(
        number=attempt.number,
        started_at=attempt.started_at,
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        code=attempt.code,
        reason=attempt.reason,
        outcome=Outcome(attempt.outcome),
        next_attempt_at=attempt.next_attempt_at,
    )
