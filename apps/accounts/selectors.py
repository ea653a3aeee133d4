"""Reads of identity: users as others may see them, their devices and sessions, who asks."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.accounts.emails import canonical_email
from apps.accounts.live_sessions import Access, live_sessions
from apps.accounts.locality import known_time_zone
from apps.accounts.models import Device, Session, User
from apps.accounts.types import UserSummary
from apps.api.errors import Unauthenticated
from apps.keyring.errors import TokenRefused
from apps.keyring.services import verify_token

__all__ = [
    "access_by",
    "active_ids_after",
    "active_users_among",
    "canonical_email",
    "devices_of",
    "ids_by_public_ids",
    "installation_of",
    "known_time_zone",
    "live_sessions_among",
    "live_sessions_of",
    "user_by_email",
    "user_by_public_id",
    "users_by_ids",
]


def access_by(token: str) -> Access:
    """Return who asks with an access token, and in which session.

    Raises Unauthenticated if the token is not valid, or its session or user is not (any more).
    Costs no query for a session that was looked up in the last half second.
    """
    try:
        claims = verify_token(token, audience=settings.ACCOUNTS_TOKEN_AUDIENCE)
    except TokenRefused as refusal:
        raise Unauthenticated(refusal.detail) from None
    session_id = _session_id(claims)
    access = live_sessions.access_in(session_id) if session_id else None
    if access is None:
        raise Unauthenticated("The session has ended; sign in again.")
    return access


def user_by_public_id(public_id: UUID) -> UserSummary | None:
    """Return the user with this public id, or None."""
    user = User.objects.filter(public_id=public_id).first()
    return None if user is None else _summary(user)


def user_by_email(email: str) -> UserSummary | None:
    """Return the user with this e-mail address, in whichever spelling, or None."""
    user = User.objects.filter(email=canonical_email(email)).first()
    return None if user is None else _summary(user)


def users_by_ids(user_ids: Collection[int]) -> Mapping[int, UserSummary]:
    """Return the users with these internal ids, by id; those that do not exist are missing."""
    return {user.pk: _summary(user) for user in User.objects.filter(pk__in=user_ids)}


def active_users_among(*, public_id: UUID, user_ids: Collection[int]) -> set[int]:
    """Return the internal id behind a public one, if it is among these and may sign in."""
    users = User.objects.filter(public_id=public_id, pk__in=user_ids, is_active=True)
    return set(users.values_list("pk", flat=True))


def ids_by_public_ids(public_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return the internal ids behind public ones; those that are nobody's are missing."""
    users = User.objects.filter(public_id__in=public_ids)
    return dict(users.values_list("public_id", "pk"))


def active_ids_after(user_id: int, *, limit: int, tiers: Collection[str] = ()) -> list[int]:
    """Return the first internal ids of who may sign in, ascending, after the given one.

    ``tiers`` keeps those of these tiers alone.
    """
    users = User.objects.filter(pk__gt=user_id, is_active=True)
    if tiers:
        users = users.filter(tier__in=tiers)
    return list(users.order_by("pk").values_list("pk", flat=True)[:limit])


def devices_of(*, user_id: int) -> QuerySet[Device]:
    """Devices of a user."""
    return Device.objects.filter(user_id=user_id)


def live_sessions_of(*, user_id: int) -> QuerySet[Session]:
    """Sessions of a user that have not ended, each with its device."""
    return Session.objects.filter(user_id=user_id, ended_at=None).select_related("device")


def installation_of(session_id: UUID) -> str:
    """Return the installation id of the device that a session is on; "" where none is known."""
    sessions = Session.objects.filter(public_id=session_id, device__isnull=False)
    return sessions.values_list("device__installation_id", flat=True).first() or ""


def live_sessions_among(session_ids: Collection[UUID]) -> set[UUID]:
    """Which of these sessions (public ids) have not ended, their users being active."""
    live = Session.objects.filter(public_id__in=session_ids, ended_at=None, user__is_active=True)
    return set(live.values_list("public_id", flat=True))


def _session_id(claims: Mapping[str, Any]) -> UUID | None:
    """Return the session a token names; tokens that other apps had signed may name none."""
    try:
        return UUID(str(claims.get("sid")))
    except ValueError:
        return None


def _summary(user: User) -> UserSummary:
    return UserSummary(
        id=user.pk,
        public_id=user.public_id,
        email=user.email,
        name=user.name,
        locale=user.locale,
        time_zone=user.time_zone,
        tier=user.tier,
        is_active=user.is_active,
        is_staff=user.is_staff,
    )
