"""The words of webhooks: states, outcomes, and what travels between claiming and recording."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.db.models import TextChoices

from apps.kernel.context import Context, continued_from
from apps.keyring.types import Signer
from apps.resilience.types import OutboundTiming


class EndpointState(TextChoices):
    """Whether an endpoint is sent anything."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DisabledBy(TextChoices):
    """Why an endpoint is disabled."""

    OWNER = "owner", "Its owner switched it off"
    OPERATOR = "operator", "An operator switched it off"
    GONE = "gone", "It answered 410 Gone"
    FAILING = "failing", "It failed for days"


class Notice(TextChoices):
    """What the owner of an endpoint is mailed."""

    FAILING = "failing", "That it fails"
    DISABLED = "disabled", "That it was disabled"


class HealthState(TextChoices):
    """How an endpoint is doing; open and half open are the states of its breaker."""

    HEALTHY = "healthy"
    # Its last attempts failed; it is sent everything nevertheless.
    FAILING = "failing"
    # So many failed that it is sent nothing for a while.
    OPEN = "open"
    # It is sent one delivery, to find out.
    HALF_OPEN = "half_open"


@dataclass(frozen=True, kw_only=True)
class Health:
    """How an endpoint is doing, since when, and when it is tried again if its breaker is open."""

    state: HealthState
    since: datetime | None
    consecutive_failures: int
    next_probe_at: datetime | None


class DeliveryState(TextChoices):
    """Where a delivery is; only a resend leads back to pending."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    # All attempts failed, or one failed for good.
    FAILED = "failed"
    # Its endpoint was disabled before it was sent.
    CANCELLED = "cancelled"


class Outcome(TextChoices):
    """How one attempt ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Contents(TypedDict):
    """What a parcel holds of its message."""

    message_id: UUID
    topic: str
    body: bytes
    correlation_id: str
    traceparent: str


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A claimed delivery with all that sending it takes; no database is asked on the way."""

    delivery_id: int
    # The day of its event, where PostgreSQL finds the delivery.
    occurred_at: datetime
    lease_token: UUID
    leased_until: datetime
    endpoint_id: int
    url: str
    # Every live secret signs; without any, nothing is sent.
    secrets: tuple[bytes, ...]
    # The platform's, where the endpoint wants its signatures too.
    signers: tuple[Signer, ...] = ()
    # The owner's, which are sent along but never recorded: they may hold passwords.
    headers: tuple[tuple[str, str], ...] = ()
    # Not before, so that the endpoint's rate is kept; None for at once.
    send_at: datetime | None = None
    # The breaker is half open, and this one is to tell.
    is_probe: bool = False
    message_id: UUID
    topic: str
    body: bytes
    correlation_id: str
    traceparent: str
    attempt_number: int
    retries_used: int

    @property
    def cause(self) -> Context:
        """The correlation of the event, under which all is done and logged that is done for it."""
        return continued_from(correlation_id=self.correlation_id, traceparent=self.traceparent)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of one attempt: a status, or the reason why there is none."""

    started_at: datetime
    request_headers: dict[str, str]
    timing: OutboundTiming
    status: int | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: bytes = b""
    is_cut: bool = False
    # The kind of failure and a sentence for people, where there is no status.
    error: str = ""
    detail: str = ""
    # Trying again would end the same way.
    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an answer means for the delivery and its endpoint."""

    state: DeliveryState
    reason: str
    # Until the next attempt of this delivery; None if there is none.
    pause_seconds: float | None = None
    is_endpoint_gone: bool = False
    # The endpoint asked for fewer calls: its other deliveries wait as well.
    is_endpoint_busy: bool = False


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A parcel, what came back, and what that means."""

    parcel: Parcel
    answer: Answer
    verdict: Verdict
    judged_at: datetime

    @property
    def next_attempt_at(self) -> datetime | None:
        """When the delivery is tried again, if it is."""
        pause = self.verdict.pause_seconds
        return None if pause is None else self.judged_at + timedelta(seconds=pause)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How much waits to be delivered, and for how long the longest overdue."""

    pending: int
    oldest_due_seconds: float


class RecoveryKind(TextChoices):
    """What is sent again."""

    # All that is finished, delivered or not.
    REPLAY = "replay"
    # What failed, or was cancelled when the endpoint was disabled.
    RECOVER = "recover"


class RecoveryState(TextChoices):
    """Where a recovery is."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a recovery is; no seconds are named while it does not move."""

    percent: float
    per_second: float
    seconds_left: float | None


class ExaminationState(TextChoices):
    """Where an examination is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Finding(TextChoices):
    """What an examination came to."""

    SOUND = "sound", "Accepts what is genuine and refuses what is not"
    UNSOUND = "unsound", "At least one check failed"
    UNREACHABLE = "unreachable", "Nothing could be sent to it"


class CheckVerdict(TextChoices):
    """How the receiver did in one check."""

    PASSED = "passed"
    FAILED = "failed"
    # It could not be told from outside.
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check of an examination, in words for its reader."""

    name: str
    sent: str
    expected: str
    # None where there was no answer.
    status: int | None
    got: str
    verdict: CheckVerdict
    # What to mend; "" where nothing is wrong.
    advice: str
    duration_ms: float
