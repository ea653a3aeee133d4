"""Creating, changing and deleting buildings."""

from typing import TypedDict
from uuid import UUID

from typing_extensions import Unpack

from apps.buildings.events import BuildingCreated, BuildingDeleted, BuildingUpdated
from apps.buildings.models import Building
from apps.buildings.scopes import everyone_in
from apps.buildings.services.rows import changed, held
from apps.buildings.types import Role
from apps.events.services import announce
from apps.kernel.transactions import joining


class BuildingChanges(TypedDict, total=False):
    """What may be changed about a building."""

    name: str
    address: str


@joining
def create_building(*, owner_id: int, name: str, address: str = "") -> UUID:
    """Create a building with its first owner. Announces BuildingCreated."""
    building = Building.objects.create(name=name, address=address)
    building.members.create(user_id=owner_id, role=Role.OWNER)
    announce(
        BuildingCreated(
            audience=everyone_in(building.public_id), building_id=building.public_id, name=name
        )
    )
    return building.public_id


@joining
def update_building(*, building_id: UUID, **changes: Unpack[BuildingChanges]) -> None:
    """Change a building. Announces BuildingUpdated if anything differs."""
    building = held(Building.objects, public_id=building_id)
    if changed(building, **changes):
        announce(
            BuildingUpdated(
                audience=everyone_in(building_id), building_id=building_id, name=building.name
            )
        )


@joining
def delete_building(*, building_id: UUID) -> None:
    """Delete a building with all that is in it. Announces BuildingDeleted."""
    building = held(Building.objects, public_id=building_id)
    # Nobody is a member when the event is heard, so it names those who were.
    people = list(building.members.values_list("user__public_id", flat=True))
    building.delete()
    announce(
        BuildingDeleted(
            audience=everyone_in(building_id, and_users=people),
            building_id=building_id,
            name=building.name,
        )
    )
