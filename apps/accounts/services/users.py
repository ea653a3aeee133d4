"""Users: making them, what they tell of themselves, their verified address and password."""

from typing import TypedDict
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from typing_extensions import Unpack

from apps.accounts.emails import canonical_email
from apps.accounts.errors import NoGuest
from apps.accounts.events import (
    EmailChanged,
    EmailVerified,
    PasswordChanged,
    UserSignedUp,
    UserUpdated,
)
from apps.accounts.locality import known_time_zone
from apps.accounts.models import User
from apps.accounts.password_policy import require_good
from apps.accounts.services.sessions import end_sessions
from apps.accounts.types import EndReason
from apps.events.services import announce
from apps.kernel.errors import NotFound


class UserChanges(TypedDict, total=False):
    """What users may change about themselves."""

    name: str
    locale: str
    time_zone: str


@transaction.atomic
def create_user(
    *,
    email: str,
    password: str | None = None,
    name: str = "",
    tier: str = User.Tier.FREE,
    is_staff: bool = False,
) -> int:
    """Make a user whose address counts as verified, and return the internal id.

    For operators and demo data; people sign up themselves. A member of staff may do everything
    in the admin. Raises PasswordRefused. Announces UserSignedUp and EmailVerified.
    """
    user = User.objects.create_user(
        email, password, name=name, tier=tier, is_staff=is_staff, is_superuser=is_staff
    )
    EmailAddress.objects.create(
        user=user, email=canonical_email(email), verified=True, primary=True
    )
    record_sign_up(user_id=user.pk)
    record_verified_email(user_id=user.pk)
    return user.pk


@transaction.atomic
def create_guest(*, locale: str = "en", time_zone: str = "UTC") -> int:
    """Make an account without an address or password, and return the internal id.

    Whoever holds its tokens may use it, and give it both later. Raises UnknownTimeZone.
    Announces UserSignedUp.
    """
    known_time_zone(time_zone)
    user = User.objects.create_user(None, locale=locale, time_zone=time_zone)
    record_sign_up(user_id=user.pk)
    return user.pk


@transaction.atomic
def upgrade_guest(*, user_id: int, email: str, password: str, session_id: UUID) -> None:
    """Give a guest a password; the address becomes theirs by the code that is mailed to it.

    Ends their sessions but the one given. Raises NoGuest and PasswordRefused. Announces
    PasswordChanged, and SessionEnded for each session.
    """
    user = _held(user_id)
    if user.email:
        raise NoGuest("The account has an e-mail address already.")
    require_good(password, User(email=email, name=user.name))
    change_password(user_id=user_id, password=password, keep_session=session_id)


@transaction.atomic
def record_sign_up(*, user_id: int) -> None:
    """Announce UserSignedUp for a row that was just written."""
    public_id = _public_id(user_id)
    announce(UserSignedUp(audience=(f"user:{public_id}",), user_id=public_id))


@transaction.atomic
def record_verified_email(*, user_id: int) -> None:
    """Announce EmailVerified for an address that was just confirmed."""
    public_id = _public_id(user_id)
    announce(EmailVerified(audience=(f"user:{public_id}",), user_id=public_id))


@transaction.atomic
def record_changed_email(*, user_id: int) -> None:
    """Announce EmailChanged for an address that has just replaced another one."""
    public_id = _public_id(user_id)
    announce(EmailChanged(audience=(f"user:{public_id}",), user_id=public_id))


@transaction.atomic
def update_user(*, user_id: int, **changes: Unpack[UserChanges]) -> None:
    """Change what a user tells of themselves. Announces UserUpdated if anything differs.

    Raises UnknownTimeZone.
    """
    user = _held(user_id)
    if "time_zone" in changes:
        known_time_zone(changes["time_zone"])
    differing = [name for name, new in changes.items() if getattr(user, name) != new]
    if not differing:
        return
    for name in differing:
        setattr(user, name, dict(changes)[name])
    user.save(update_fields=[*differing, "updated_at"])
    announce(UserUpdated(audience=(f"user:{user.public_id}",), user_id=user.public_id))


@transaction.atomic
def change_password(*, user_id: int, password: str, keep_session: UUID | None = None) -> None:
    """Set a password, and end all sessions but the one to keep.

    Raises PasswordRefused. Announces PasswordChanged, and SessionEnded for each session.
    """
    user = _held(user_id)
    require_good(password, user)
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    end_sessions(user_id=user_id, reason=EndReason.PASSWORD_CHANGED, keep=keep_session)
    announce(PasswordChanged(audience=(f"user:{user.public_id}",), user_id=user.public_id))


def _held(user_id: int) -> User:
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def _public_id(user_id: int) -> UUID:
    return User.objects.values_list("public_id", flat=True).get(pk=user_id)
