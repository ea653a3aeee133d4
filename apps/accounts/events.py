"""What accounts announces; each is for the person it is about."""

from uuid import UUID

from apps.events.types import Event


class UserSignedUp(Event, topic="accounts.user.signed_up"):
    """Somebody has an account now; its e-mail address is not verified yet."""

    user_id: UUID


class UserUpdated(Event, topic="accounts.user.updated"):
    """A user changed their name, locale or time zone."""

    user_id: UUID


class UserDisabled(Event, topic="accounts.user.disabled"):
    """An operator keeps a user from signing in; their sessions have ended."""

    user_id: UUID


class UserEnabled(Event, topic="accounts.user.enabled"):
    """An operator lets a user sign in again."""

    user_id: UUID


class EmailVerified(Event, topic="accounts.email.verified"):
    """A user has shown that mail to their address reaches them."""

    user_id: UUID


class EmailChanged(Event, topic="accounts.email.changed"):
    """A user has another address, which they verified; the former one was told."""

    user_id: UUID


class PasswordChanged(Event, topic="accounts.password.changed"):
    """A user has a new password; their other sessions have ended."""

    user_id: UUID


class SessionStarted(Event, topic="accounts.session.started"):
    """A user signed in."""

    user_id: UUID
    session_id: UUID


class SessionEnded(Event, topic="accounts.session.ended"):
    """A session ended; no token of it is worth anything any more."""

    user_id: UUID
    session_id: UUID
    reason: str


class DeviceRegistered(Event, topic="accounts.device.registered"):
    """The app was installed on a device and has told us of it."""

    user_id: UUID
    device_id: UUID
    platform: str


class DeviceUpdated(Event, topic="accounts.device.updated"):
    """What is known of a device has changed: its versions, name, locale or time zone."""

    user_id: UUID
    device_id: UUID


class DeviceRemoved(Event, topic="accounts.device.removed"):
    """A device was removed, and its sessions ended."""

    user_id: UUID
    device_id: UUID


class ProviderLinked(Event, topic="accounts.provider.linked"):
    """A user can sign in by their account at a provider now."""

    user_id: UUID
    provider: str


class ProviderUnlinked(Event, topic="accounts.provider.unlinked"):
    """A user cannot sign in by their account at a provider any more."""

    user_id: UUID
    provider: str


class FactorAdded(Event, topic="accounts.factor.added"):
    """A user has a second factor or passkey more; the kind is totp, recovery_codes or webauthn."""

    user_id: UUID
    kind: str


class FactorRemoved(Event, topic="accounts.factor.removed"):
    """A user has a second factor or passkey less."""

    user_id: UUID
    kind: str


class PasskeyRenamed(Event, topic="accounts.passkey.renamed"):
    """A user gave a passkey another name."""

    user_id: UUID


class PasskeyRefused(Event, topic="accounts.passkey.refused"):
    """A passkey counted backwards, as a copy of it would, and was not let in."""

    user_id: UUID


class RecoveryCodesGenerated(Event, topic="accounts.recovery_codes.generated"):
    """A user has new recovery codes; the former ones are worthless."""

    user_id: UUID


class RecoveryCodeUsed(Event, topic="accounts.recovery_code.used"):
    """A user signed in by a recovery code, and has so many left."""

    user_id: UUID
    left: int
