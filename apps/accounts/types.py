"""The words of identity: users as others see them, platforms, why sessions end, tokens."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices


class Platform(TextChoices):
    """What a device runs on."""

    IOS = "ios", "iOS"
    ANDROID = "android", "Android"
    WEB = "web", "Web"
    OTHER = "other", "Other"


class FactorKind(TextChoices):
    """What a second factor is, in allauth's words; a passkey can be the only one as well."""

    TOTP = "totp", "Authenticator app"
    RECOVERY_CODES = "recovery_codes", "Recovery codes"
    PASSKEY = "webauthn", "Passkey"


class EndReason(TextChoices):
    """Why a session ended."""

    SIGNED_OUT = "signed_out", "Signed out"
    REVOKED = "revoked", "Ended from another device"
    ENDED_BY_STAFF = "ended_by_staff", "Ended by staff"
    DEVICE_REMOVED = "device_removed", "Its device was removed"
    PASSWORD_CHANGED = "password_changed", "The password was changed"
    TOKEN_REUSED = "token_reused", "A spent refresh token came back"


@dataclass(frozen=True, kw_only=True)
class UserSummary:
    """A user as other apps may see one; a guest's e-mail address is "" until they give one."""

    id: int
    public_id: UUID
    email: str
    name: str
    locale: str
    time_zone: str
    tier: str
    is_active: bool
    is_staff: bool


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a client receives at sign-in and at each refresh."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class BrokenRule:
    """A rule of the password policy that a password breaks."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Strength:
    """How long a password would stand (zxcvbn's score, 0 to 4), and what would mend it."""

    score: int
    warning: str
    suggestions: tuple[str, ...]
    broken_rules: tuple[BrokenRule, ...]


@dataclass(frozen=True, kw_only=True)
class Client:
    """Where a request comes from, as far as it can be known."""

    ip: str | None = None
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class StartedSession:
    """A session that was just started, and its first tokens."""

    session_id: UUID
    tokens: Tokens


@dataclass(frozen=True, kw_only=True)
class DeviceDetails:
    """What an app says of the device it runs on."""

    platform: Platform
    name: str = ""
    model: str = ""
    os_version: str = ""
    app_version: str = ""
    locale: str = ""
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True)
class RegisteredDevice:
    """The device that a registration found or made."""

    device_id: UUID
    is_new: bool
