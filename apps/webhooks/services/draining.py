"""Draining: claim, send, record, until nothing is due or the time is over."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

import structlog
from django.db import InterfaceError, OperationalError

from apps.kernel.context import bound
from apps.webhooks.courier import Courier, Delivered
from apps.webhooks.pace import Pace
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.recording import judge, record, release
from apps.webhooks.types import Answer, Parcel

log = structlog.get_logger("webhooks")

DRAIN_SECONDS = 30.0
CLAIM_AT_MOST = 500
HOLD_AT_MOST = 2000
RECORD_AT_MOST = 500
# How long to wait for the first answer before looking for more that is due, and for how long
# to gather answers so that one transaction records many.
WAIT_SECONDS = 0.25
GATHER_SECONDS = 0.05
OBJECTS_PER_COLLECTION = 50_000


def deliver_due(*, seconds: float = DRAIN_SECONDS) -> bool:
    """Send what is due, for at most about this long; return whether more may be due.

    Any number of workers may do so at once. Killed at any moment it loses nothing: what it held
    falls due again, and is sent again under the same webhook-id.
    """
    deadline = monotonic() + seconds
    pace = Pace()
    with _rare_collections(), Courier() as courier:
        while True:
            is_over = monotonic() >= deadline
            if is_over:
                courier.close()
            else:
                _claim(courier, pace)
            if not pace.held:
                return is_over
            _record(
                courier.collect(
                    wait_seconds=WAIT_SECONDS,
                    gather_seconds=GATHER_SECONDS,
                    most=min(pace.held, RECORD_AT_MOST),
                ),
                pace,
            )


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles of garbage more rarely: a drain makes much, and hardly a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _claim(courier: Courier, pace: Pace) -> None:
    room = min(CLAIM_AT_MOST, HOLD_AT_MOST - pace.held)
    if room <= 0:
        return
    parcels = claim_due(limit=room, rooms=pace.rooms())
    for parcel in parcels:
        pace.take(parcel.endpoint_id)
    courier.send(parcels)


def _record(done: Sequence[Delivered], pace: Pace) -> None:
    for parcel, answer in done:
        seconds = answer.timing.total_ms / 1000 if answer else None
        pace.give_back(parcel.endpoint_id, seconds=seconds)
    unsent = [parcel for parcel, answer in done if not answer]
    if unsent:
        release(unsent)
    answered = [(parcel, answer) for parcel, answer in done if answer]
    if answered:
        _record_answers(answered)


def _record_answers(answered: Sequence[tuple[Parcel, Answer]]) -> None:
    try:
        record(judge(answered))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("answers.unrecordable", count=len(answered))
        _record_singly(answered)


def _record_singly(answered: Sequence[tuple[Parcel, Answer]]) -> None:
    """Record one by one what failed together; an answer that cannot be kept is a failure.

    Else one receiver that found a way to break our recording would stop everybody's deliveries.
    """
    for parcel, answer in answered:
        try:
            record(judge([(parcel, answer)]))
        except Exception:
            with bound(parcel.cause):
                log.exception("answer.unrecordable", webhook_id=str(parcel.message_id))
            broken = Answer(
                started_at=answer.started_at,
                request_headers=answer.request_headers,
                timing=answer.timing,
                error="unrecordable",
                detail="The answer could not be recorded.",
            )
            record(judge([(parcel, broken)]))
