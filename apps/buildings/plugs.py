"""What buildings plugs into others: who may hear of what happens in a building."""

from collections.abc import Collection
from uuid import UUID

from apps.buildings.scopes import KIND
from apps.buildings.selectors import members_among
from apps.events.ports import audiences


class BuildingAudience:
    """Every member hears all that happens in the building, in whatever role."""

    name = KIND

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return which of the users are members now."""
        return members_among(building_id=scope_id, user_ids=user_ids)


audiences.register(BuildingAudience())
