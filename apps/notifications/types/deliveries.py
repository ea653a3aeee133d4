"""What is carried to one device or mailbox, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices

from apps.notifications.types.channels import Channel, Urgency
from apps.notifications.types.devices import Address
from apps.notifications.types.words import Content


class DeliveryState(TextChoices):
    """Where one delivery stands; it only moves forward (`states`)."""

    QUEUED = "queued"
    # The provider took it.
    ACCEPTED = "accepted"
    FAILED = "failed"
    # The provider says that this device is gone.
    RETIRED = "retired"
    # Its time to live was over before a provider took it.
    EXPIRED = "expired"
    # Told by the app.
    DELIVERED = "delivered"
    OPENED = "opened"


class Outcome(TextChoices):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"
    RETIRED = "retired"
    # Our keys or settings are wrong: alarms, and neither retries nor retires.
    MISCONFIGURED = "misconfigured"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One delivery as a worker carries it to its provider."""

    delivery_id: int
    # Sent along, so that the app can tell which delivery it shows: the delivery's public id.
    reference: UUID
    channel: Channel
    lease_token: UUID
    leased_until: datetime
    expires_at: datetime
    attempt_number: int
    content: Content
    urgency: Urgency = Urgency.NORMAL
    collapse_id: str = ""
    # Push only.
    account_id: int | None = None
    registration_id: int | None = None
    address: Address | None = None
    # E-mail only.
    email: str = ""
    correlation_id: str = ""
    traceparent: str = ""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a provider answered, judged by the prune matrix (R2 section 2)."""

    outcome: Outcome
    started_at: datetime
    duration_ms: float
    status: int | None = None
    # The provider's own word for it, such as "UNREGISTERED".
    code: str = ""
    reason: str = ""
    provider_id: str = ""
    # The provider asks for patience.
    retry_after_seconds: float | None = None
    is_quota: bool = False
    # APNs tells since when the device has been gone.
    gone_since: datetime | None = None
    # It takes our shared token of that time no longer; with a new one the delivery may go.
    is_token_refused: bool = False
    token_issued_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How much waits to be sent, for how long the longest overdue, and how many accounts alarm."""

    queued: int
    oldest_due_seconds: float
    alarmed_accounts: int
