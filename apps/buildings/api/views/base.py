"""What the viewsets of buildings have in common."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model
from typing_extensions import override

from apps.api.views import ResourceViewSet
from apps.buildings.api.permissions import HasRole
from apps.buildings.models import Building
from apps.buildings.selectors import found, membership
from apps.buildings.services.rows import held
from apps.buildings.types import Membership, Role

Row = TypeVar("Row", bound=Model)


class InBuilding(ResourceViewSet[Row]):
    """A viewset inside one building: says which role each action needs, and asks for it."""

    permission_classes = (HasRole,)

    # See `permissions.Guarded`.
    least_role: ClassVar[Mapping[str, Role]] = {}
    row_belongs_to: ClassVar[str] = "author_id"
    steward: ClassVar[Role] = Role.MANAGER

    @property
    def building_id(self) -> UUID:
        """The public id of the building in the path."""
        building_id: UUID = self.kwargs["building_id"]
        return building_id

    @cached_property
    def membership(self) -> Membership:
        """What the one who asks is in the building; raises NotFound for a stranger."""
        return membership(user_id=self.viewer_id, building_id=self.building_id)

    @override
    def hold(self) -> None:
        # The building first, as in the services, or two changes could wait for each other.
        held(Building.objects, public_id=self.building_id)
        super().hold()

    def reread(self, row_id: UUID) -> Row:
        """Return a row that was just written, as the one who asks may see it."""
        return found(self.get_queryset(), **{self.lookup_field: row_id})
