"""An explanation as it is drawn: for each channel what was asked, answered, sent and replied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.notifications.types import (
    Channel,
    Decision,
    DeliveryState,
    ExplainedDelivery,
    Explanation,
    Outcome,
    PushService,
    Ruling,
)

# How a moment looks: good, bad, waiting, or nothing of these.
_RULINGS = {Ruling.PASSED: "good", Ruling.WAITS: "wait", Ruling.SUPPRESSED: "bad"}
_OUTCOMES = {
    Outcome.ACCEPTED: "good",
    Outcome.RETRY: "wait",
    Outcome.FAILED: "bad",
    Outcome.RETIRED: "bad",
    Outcome.MISCONFIGURED: "bad",
    Outcome.EXPIRED: "bad",
}
_STATES = {
    DeliveryState.QUEUED: "wait",
    DeliveryState.ACCEPTED: "good",
    DeliveryState.DELIVERED: "good",
    DeliveryState.OPENED: "good",
    DeliveryState.FAILED: "bad",
    DeliveryState.RETIRED: "bad",
    DeliveryState.EXPIRED: "bad",
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One step on the way."""

    look: str
    title: str
    detail: str
    at: datetime | None = None
    # Of a delivery, that leads to its page.
    delivery_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Way:
    """What happened on one channel, from the first question to the last answer."""

    channel: str
    moments: Sequence[Moment]


def story_of(explanation: Explanation) -> list[Way]:
    """Return the ways that were asked about or gone, in the order of the channels."""
    ways = (Way(channel=each.label, moments=tuple(_moments(explanation, each))) for each in Channel)
    return [way for way in ways if way.moments]


def _moments(explanation: Explanation, channel: Channel) -> Iterator[Moment]:
    for decision in explanation.decisions:
        if decision.channel is channel:
            yield _ruled(decision)
    for delivery in explanation.deliveries:
        if delivery.channel is channel:
            yield from _carried(delivery)


def _ruled(decision: Decision) -> Moment:
    return Moment(
        look=_RULINGS[decision.ruling],
        title=f"{decision.step.label}?",
        detail=decision.reason,
        at=decision.until,
    )


def _carried(delivery: ExplainedDelivery) -> Iterator[Moment]:
    by = f" by {PushService(delivery.service).label}" if delivery.service else ""
    for attempt in reversed(delivery.attempts):
        answer = " ".join(
            str(part) for part in (attempt.status, attempt.code, attempt.reason) if part
        )
        yield Moment(
            look=_OUTCOMES[attempt.outcome],
            title=f"Attempt {attempt.number}{by}: {attempt.outcome}",
            detail=f"{answer} ({attempt.duration_ms:.0f} ms)".strip(),
            at=attempt.started_at,
        )
    yield Moment(
        look=_STATES[delivery.state],
        title=f"Delivery{by}: {delivery.state}",
        detail=delivery.last_reason,
        at=delivery.finished_at or delivery.next_attempt_at,
        delivery_id=delivery.id,
    )
