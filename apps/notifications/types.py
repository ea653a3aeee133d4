"""The words of notifications: channels, states, contents, and what goes to and from a provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import TextChoices


class Channel(TextChoices):
    """A way to reach a person, as they can switch it on and off."""

    PUSH = "push", "Push"
    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class PushService(TextChoices):
    """Who carries a push to a device."""

    FCM = "fcm", "Firebase Cloud Messaging"
    APNS = "apns", "Apple Push Notification service"
    WEB_PUSH = "web_push", "Web Push"


class ApnsEnvironment(TextChoices):
    """Which of Apple's two services knows a token: that of the store, or that of development."""

    PRODUCTION = "production", "Production"
    SANDBOX = "sandbox", "Sandbox"


class PreviewPlatform(TextChoices):
    """Where a template is shown to who writes it."""

    IOS = "ios", "iOS"
    ANDROID = "android", "Android"
    WEB = "web", "Web"
    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class Urgency(TextChoices):
    """Whether a device is woken for it."""

    HIGH = "high", "High"
    NORMAL = "normal", "Normal"


class TargetKind(TextChoices):
    """Whom a notification is for."""

    USERS = "users", "Users"
    TOPIC = "topic", "Everybody subscribed to a topic"
    SEGMENT = "segment", "Everybody a segment's query finds"


class NotificationState(TextChoices):
    """Where a notification is on its way to its recipients."""

    SCHEDULED = "scheduled"
    EXPANDING = "expanding"
    EXPANDED = "expanded"
    CANCELLED = "cancelled"


class RecipientState(TextChoices):
    """Where one person stands with one notification."""

    # Held back until ``due_at``: quiet hours or an open digest.
    WAITING = "waiting"
    SENT = "sent"
    # Nothing went out; the decisions say why.
    SUPPRESSED = "suppressed"


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


class RetireReason(TextChoices):
    """Why a registration is used no more."""

    UNREGISTERED = "unregistered", "The provider says that it is gone"
    SIGNED_OUT = "signed_out", "Its session ended"
    REMOVED = "removed", "Removed by the app or its device"
    OPERATOR = "operator", "Retired by an operator"
    STALE = "stale", "Not heard of for too long"
    MOVED = "moved", "Its app is used by another person now"


class InboxChange(TextChoices):
    """What a person did with items of their inbox."""

    SEEN = "seen", "Seen"
    READ = "read", "Read"
    UNREAD = "unread", "Unread again"
    ARCHIVED = "archived", "Archived"


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
class CategoryName:
    """What a category is called in another language than the installation's."""

    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class CategorySettings:
    """A kind of notification, as declared by an app or set by an operator."""

    key: str
    name: str
    description: str = ""
    # By BCP-47 tag; `name` and `description` are in the installation's language.
    translations: Mapping[str, CategoryName] = field(default_factory=dict)
    # Cannot be switched off and is held back by nothing.
    is_mandatory: bool = False
    # On unless the person says otherwise.
    channels: tuple[Channel, ...] = (Channel.PUSH, Channel.INBOX)
    # At most ``throttle_limit`` per person and channel within so many seconds; 0 for no limit.
    throttle_limit: int = 0
    throttle_seconds: int = 0
    # Gathered for so long after the first, per person and digest key; 0 for never.
    digest_seconds: int = 0
    # No push while the person is connected in the foreground.
    is_push_only_when_offline: bool = False


@dataclass(frozen=True, kw_only=True)
class Text:
    """One language's words for one channel, placeholders included; "" where it has no such part."""

    title: str = ""
    body: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TemplateTexts:
    """A template as declared by an app or written by an operator."""

    key: str
    category: str
    # Every variable, each with a sample that previews and lints use.
    variables: Mapping[str, str]
    # By channel and BCP-47 tag; "" as channel stands for every channel without a text of its own.
    texts: Mapping[tuple[str, str], Text]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one person is shown on one channel, in their language, nothing left to fill in."""

    title: str = ""
    body: str = ""
    url: str = ""
    language: str = ""
    # For the app itself: strings only, as FCM wants it.
    data: Mapping[str, str] = field(default_factory=dict)
    # Shows nothing; wakes the app to act on ``data``.
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a notification is for: public ids, or the name of a topic or segment."""

    kind: TargetKind
    user_ids: tuple[UUID, ...] = ()
    name: str = ""
    # Of a segment's query.
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class QuietTimes:
    """When a person wants quiet, in their own time; ``start`` after ``end`` spans midnight."""

    start: time
    end: time
    # ISO weekdays (1 is Monday) on which a quiet time starts.
    weekdays: tuple[int, ...]
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where one device can be reached, as its provider wants it."""

    service: PushService
    # FCM's or APNs' token; Web Push's endpoint.
    token: str
    # FCM's installation id, which takes the token's place over time (R2 section 2).
    fid: str = ""
    # Web Push (RFC 8291): the browser's public key and shared secret, base64url.
    p256dh: str = ""
    auth: str = ""
    # APNs' bundle id.
    app_id: str = ""
    registered_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeviceAddress:
    """Where an app says that its device can be reached, and by which of our accounts."""

    service: PushService
    token: str = ""
    fid: str = ""
    p256dh: str = ""
    auth: str = ""
    app_id: str = ""
    # APNs': "production" or "sandbox".
    environment: str = ""
    # The name of an account; "" for the one that fits.
    account: str = ""


@dataclass(frozen=True, kw_only=True)
class InboxCounts:
    """How many items of an inbox are unread, and how many the person has not even seen."""

    unread: int
    unseen: int


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """An account at a provider, its secret opened; of an APNs team, an FCM project, a VAPID key."""

    id: int
    name: str
    service: PushService
    # Public parts; which ones, each provider says (`providers`).
    config: Mapping[str, str]
    secret: bytes = field(repr=False)
    # What we show the provider, shared by all processes, and since when; "" where it needs none.
    token: str = field(default="", repr=False)
    token_issued_at: datetime | None = None


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
class SentNotification:
    """What a sender is told at once: which notification it is, and whether it was known before."""

    notification_id: UUID
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class PreferenceChange:
    """A channel of a category, switched on, off, or (None) back to what is usual."""

    category: str
    channel: Channel
    is_enabled: bool | None


@dataclass(frozen=True, kw_only=True)
class CategoryPreference:
    """A category, and by which ways one person is sent what is of it."""

    key: str
    name: str
    description: str
    is_mandatory: bool
    push: bool
    email: bool
    inbox: bool


@dataclass(frozen=True, kw_only=True)
class QuietHoursSetting:
    """A person's quiet hours as they set them; until they do, the usual ones, switched off."""

    is_enabled: bool = False
    starts_at: time = time(22)
    ends_at: time = time(7)
    weekdays: Sequence[int] = (1, 2, 3, 4, 5, 6, 7)
    # "" for the person's own.
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why one person did or did not get one notification, step by step."""

    notification_id: UUID
    user_id: UUID
    state: str
    summary: str
    decisions: Sequence[Decision]
    deliveries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How much waits to be sent, for how long the longest overdue, and how many accounts alarm."""

    queued: int
    oldest_due_seconds: float
    alarmed_accounts: int


@dataclass(frozen=True, kw_only=True)
class AccountCheck:
    """Whether a push service takes our keys, what it said, and whether that is ours to mend."""

    is_good: bool
    said: str
    is_our_fault: bool = False
