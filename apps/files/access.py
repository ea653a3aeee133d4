"""Who may read a file, who may bring one to others, and who hears of it."""

from collections.abc import Collection
from uuid import UUID

from apps.events.ports import audiences
from apps.files.models import File, Upload

# Somebody's, and perhaps for others to read.
Owned = File | Upload


def may_read(owned: Owned, *, user_id: int) -> bool:
    """Tell whether a user may read it now: who brought it, or a member of its scope."""
    return owned.owner_id == user_id or is_member(owned.scope, user_id=user_id)


def is_member(scope: str, *, user_id: int) -> bool:
    """Tell whether a user belongs to ``<kind>:<public id>`` now, so may read and bring files.

    A scope that is none, or of a kind that nobody plugged in, has no members.
    """
    return bool(members_among(scope, user_ids=[user_id]))


def members_among(scope: str, *, user_ids: Collection[int]) -> set[int]:
    """Return which of these users (internal ids) belong to a scope now; asks its app once."""
    kind, _, scope_id = scope.partition(":")
    audience = audiences.get(kind)
    known = _id_of(scope_id)
    return set(audience.listeners(known, user_ids)) if audience and known else set()


def audience_of(owned: Owned) -> tuple[str, ...]:
    """Return who hears of what happens to it: who brought it, and its scope."""
    whole = (f"user:{owned.owner.public_id}", owned.scope)
    return tuple(scope for scope in whole if scope)


def _id_of(text: str) -> UUID | None:
    try:
        known = UUID(text)
    except ValueError:
        return None
    # Python reads other spellings too, which name nothing elsewhere.
    return known if str(known) == text else None
