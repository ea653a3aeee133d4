"""What accounts plugs into others: who may hear of what happens to a user."""

from collections.abc import Collection
from uuid import UUID

from apps.accounts.selectors import active_users_among
from apps.events.ports import audiences


class UserAudience:
    """A user hears what is addressed to them; nobody else does."""

    name = "user"

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return the one user behind the scope, if among those given and active."""
        return active_users_among(public_id=scope_id, user_ids=user_ids)


audiences.register(UserAudience())
