"""Adding, changing and removing the units of a building."""

from typing import TypedDict
from uuid import UUID

from typing_extensions import Unpack

from apps.buildings.errors import LabelTaken
from apps.buildings.events import UnitAdded, UnitRemoved, UnitUpdated
from apps.buildings.models import Building, Unit
from apps.buildings.scopes import everyone_in
from apps.buildings.services.rows import changed, held
from apps.events.services import announce
from apps.kernel.transactions import joining


class UnitChanges(TypedDict, total=False):
    """What may be changed about a unit."""

    label: str
    floor: int | None
    notes: str


@joining
def add_unit(*, building_id: UUID, label: str, floor: int | None = None, notes: str = "") -> UUID:
    """Add a unit. Raises LabelTaken; announces UnitAdded."""
    building = held(Building.objects, public_id=building_id)
    _refuse_taken(building, label)
    unit = building.units.create(label=label, floor=floor, notes=notes)
    announce(
        UnitAdded(
            audience=everyone_in(building_id),
            building_id=building_id,
            unit_id=unit.public_id,
            label=label,
        )
    )
    return unit.public_id


@joining
def update_unit(*, building_id: UUID, unit_id: UUID, **changes: Unpack[UnitChanges]) -> None:
    """Change a unit. Raises LabelTaken; announces UnitUpdated if anything differs."""
    building = held(Building.objects, public_id=building_id)
    unit = held(Unit.objects, building=building, public_id=unit_id)
    if changes.get("label", unit.label) != unit.label:
        _refuse_taken(building, changes["label"])
    if changed(unit, **changes):
        announce(
            UnitUpdated(
                audience=everyone_in(building_id),
                building_id=building_id,
                unit_id=unit_id,
                label=unit.label,
            )
        )


@joining
def remove_unit(*, building_id: UUID, unit_id: UUID) -> None:
    """Remove a unit; its maintenance requests stay. Announces UnitRemoved."""
    building = held(Building.objects, public_id=building_id)
    unit = held(Unit.objects, building=building, public_id=unit_id)
    unit.delete()
    announce(
        UnitRemoved(
            audience=everyone_in(building_id),
            building_id=building_id,
            unit_id=unit_id,
            label=unit.label,
        )
    )


def _refuse_taken(building: Building, label: str) -> None:
    """Raise LabelTaken if a unit of the building, which the caller holds, has the label."""
    if building.units.filter(label=label).exists():
        raise LabelTaken(f"This building has a unit {label!r} already.")
