"""Draining: claim, send, record, until nothing is due or the time is over."""

from collections.abc import Sequence
from functools import partial

import structlog

from apps.kernel.context import bound
from apps.resilience.services import drain, record_all
from apps.webhooks.courier import Courier, Delivered
from apps.webhooks.pace import Pace
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.recording import judge, record, release
from apps.webhooks.types import Answer, Parcel

log = structlog.get_logger("webhooks")

DRAIN_SECONDS = 30.0


def deliver_due(*, seconds: float = DRAIN_SECONDS) -> bool:
    """Send what is due, for at most about this long; return whether more may be due.

    Any number of workers may do so at once. Killed at any moment it loses nothing: what it held
    falls due again, and is sent again under the same webhook-id.
    """
    courier, pace = Courier(), Pace()
    return drain(
        courier,
        claim=partial(_claim, courier, pace),
        settle=partial(_settle, pace),
        seconds=seconds,
    )


def _claim(courier: Courier, pace: Pace, limit: int) -> bool:
    parcels = claim_due(limit=limit, rooms=pace.rooms())
    for parcel in parcels:
        pace.take(parcel.endpoint_id)
    courier.send(parcels)
    return bool(parcels)


def _settle(pace: Pace, done: Sequence[Delivered]) -> None:
    for parcel, answer in done:
        seconds = answer.timing.total_ms / 1000 if answer else None
        pace.give_back(parcel.endpoint_id, seconds=seconds)
    unsent = [parcel for parcel, answer in done if not answer]
    if unsent:
        release(unsent)
    record_all(
        [(parcel, answer) for parcel, answer in done if answer],
        record=lambda answered: record(judge(answered)),
        instead=_unrecordable,
    )


def _unrecordable(parcel: Parcel, answer: Answer, error: Exception) -> Answer:
    with bound(parcel.cause):
        log.error("answer.unrecordable", webhook_id=str(parcel.message_id), exc_info=error)
    return Answer(
        started_at=answer.started_at,
        request_headers=answer.request_headers,
        timing=answer.timing,
        error="unrecordable",
        detail="The answer could not be recorded.",
    )
