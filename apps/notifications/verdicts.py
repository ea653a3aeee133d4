"""What a reply means for its delivery: which state it comes to, and when it is tried again."""

from dataclasses import dataclass
from datetime import datetime

from apps.notifications.retries import MOST_ATTEMPTS, next_attempt_at
from apps.notifications.types import DeliveryState, Outcome, Parcel, Reply


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A parcel, what came back, and what that means."""

    parcel: Parcel
    reply: Reply
    outcome: Outcome
    state: DeliveryState
    reason: str
    # While the state is queued.
    next_attempt_at: datetime | None = None


_ENDS = {
    Outcome.ACCEPTED: DeliveryState.ACCEPTED,
    Outcome.FAILED: DeliveryState.FAILED,
    Outcome.RETIRED: DeliveryState.RETIRED,
    Outcome.MISCONFIGURED: DeliveryState.FAILED,
    Outcome.EXPIRED: DeliveryState.EXPIRED,
}


def judged(parcel: Parcel, reply: Reply, *, now: datetime) -> Judged:
    """Judge one attempt; it is tried again only while attempts and time are left."""
    outcome = _outcome(parcel, reply)
    if outcome is not Outcome.RETRY:
        return Judged(
            parcel=parcel, reply=reply, outcome=outcome, state=_ENDS[outcome], reason=reply.reason
        )
    moment = next_attempt_at(
        reply, attempt_number=parcel.attempt_number, expires_at=parcel.expires_at, now=now
    )
    if moment is not None:
        return Judged(
            parcel=parcel,
            reply=reply,
            outcome=Outcome.RETRY,
            state=DeliveryState.QUEUED,
            reason=reply.reason,
            next_attempt_at=moment,
        )
    is_late = parcel.attempt_number < MOST_ATTEMPTS
    return Judged(
        parcel=parcel,
        reply=reply,
        outcome=Outcome.EXPIRED if is_late else Outcome.FAILED,
        state=DeliveryState.EXPIRED if is_late else DeliveryState.FAILED,
        reason=_joined(reply.reason, _LATE if is_late else _SPENT),
    )


_LATE = "The next attempt would come after its time to live."
_SPENT = f"Given up after {MOST_ATTEMPTS} attempts."


def _outcome(parcel: Parcel, reply: Reply) -> Outcome:
    """Return what a reply comes to, which for a device may be a question of when.

    One that was registered again after it went is not gone: its provider does not know yet.
    """
    if reply.outcome is Outcome.RETIRED and reply.gone_since and parcel.address:
        is_gone = reply.gone_since >= parcel.address.registered_at
        return Outcome.RETIRED if is_gone else Outcome.RETRY
    return reply.outcome


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)[:300]
