"""Where devices are reached, and by which of our accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import TextChoices

from apps.notifications.types.channels import PushService


class RetireReason(TextChoices):
    """Why a registration is used no more."""

    UNREGISTERED = "unregistered", "The provider says that it is gone"
    SIGNED_OUT = "signed_out", "Its session ended"
    REMOVED = "removed", "Removed by the app or its device"
    OPERATOR = "operator", "Retired by an operator"
    STALE = "stale", "Not heard of for too long"
    MOVED = "moved", "Its app is used by another person now"


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
class AccountCheck:
    """Whether a push service takes our keys, what it said, and whether that is ours to mend."""

    is_good: bool
    said: str
    is_our_fault: bool = False
