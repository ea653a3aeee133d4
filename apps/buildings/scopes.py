"""Who may hear of an event, in the words of the event log."""

from collections.abc import Iterable
from uuid import UUID

KIND = "building"


def everyone_in(building_id: UUID, *, and_users: Iterable[UUID] = ()) -> tuple[str, ...]:
    """Return the audience of all members, and of people who are not members, or no longer."""
    return (f"{KIND}:{building_id}", *(f"user:{user_id}" for user_id in and_users))
