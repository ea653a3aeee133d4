"""Whether a user may sign in at all: operators disable accounts, and enable them again."""

from django.db import transaction

from apps.accounts.events import UserDisabled, UserEnabled
from apps.accounts.models import User
from apps.accounts.services.sessions import end_sessions
from apps.accounts.types import EndReason
from apps.events.services import announce
from apps.kernel.errors import NotFound


@transaction.atomic
def disable_user(*, user_id: int) -> None:
    """Keep a user from signing in, and end all their sessions; a disabled one stays so.

    Raises NotFound. Announces UserDisabled on a change, and SessionEnded for each session.
    """
    user = _held(user_id)
    if not user.is_active:
        return
    _set_active(user, is_active=False)
    end_sessions(user_id=user_id, reason=EndReason.ENDED_BY_STAFF)
    announce(UserDisabled(audience=(f"user:{user.public_id}",), user_id=user.public_id))


@transaction.atomic
def enable_user(*, user_id: int) -> None:
    """Let a user sign in again; their old sessions stay ended.

    Raises NotFound. Announces UserEnabled on a change.
    """
    user = _held(user_id)
    if user.is_active:
        return
    _set_active(user, is_active=True)
    announce(UserEnabled(audience=(f"user:{user.public_id}",), user_id=user.public_id))


def _held(user_id: int) -> User:
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def _set_active(user: User, *, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active", "updated_at"])
