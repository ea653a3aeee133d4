"""What was decided for one person, step by step, and how it is explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices

from apps.notifications.types.channels import Channel
from apps.notifications.types.deliveries import DeliveryState, Outcome


class RecipientState(TextChoices):
    """Where one person stands with one notification."""

    # Held back until ``due_at``: quiet hours or an open digest.
    WAITING = "waiting"
    SENT = "sent"
    # Nothing went out; the decisions say why.
    SUPPRESSED = "suppressed"


class Step(TextChoices):
    """What decides whether something is sent, in the order in which it is asked."""

    ADDRESS = "address", "Can the person be reached there"
    PREFERENCE = "preference", "Has the person switched it off"
    QUIET_HOURS = "quiet_hours", "Does the person want quiet now"
    PRESENCE = "presence", "Is the person looking anyway"
    THROTTLE = "throttle", "Has the person had enough of these"
    DIGEST = "digest", "Is it gathered with others"
    CONTENT = "content", "Can it be said there"
    CANCELLED = "cancelled", "Was it called off"


class Ruling(TextChoices):
    """What a step decided."""

    PASSED = "passed"
    WAITS = "waits"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One step's ruling for one channel, in words a person understands."""

    channel: Channel
    step: Step
    ruling: Ruling
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ExplainedAttempt:
    """What a provider was asked once, and what it answered."""

    number: int
    started_at: datetime
    duration_ms: float
    status: int | None
    # The provider's own word for it.
    code: str
    reason: str
    outcome: Outcome
    next_attempt_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ExplainedDelivery:
    """What went to one device, mailbox or inbox, its attempts newest first."""

    id: UUID
    channel: Channel
    # Of a push: who carries it ("" otherwise), to which device, by which of our accounts.
    service: str
    device: UUID | None
    account: str
    state: DeliveryState
    last_code: str
    last_reason: str
    next_attempt_at: datetime | None
    expires_at: datetime
    created_at: datetime
    finished_at: datetime | None
    attempts: Sequence[ExplainedAttempt]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why one person did or did not get one notification, step by step."""

    notification_id: UUID
    user_id: UUID
    state: str
    summary: str
    decisions: Sequence[Decision]
    deliveries: Sequence[ExplainedDelivery]
