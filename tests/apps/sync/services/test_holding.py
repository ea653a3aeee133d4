"""Holding: rows are read with what their caller may know of them."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection, models, transaction

from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.buildings.synced_tables import SYNCED_TABLES
from apps.sync.ports import Column, SyncedTable
from apps.sync.services.holding import (
    is_record_id,
    lock_rows,
    parents_of,
    read_buried,
    read_references,
    read_rows,
    references_of,
    target_of,
)
from apps.sync.types import Caller, Kind
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db(transaction=True)

BUILDINGS, UNITS, MEMBERS, REQUESTS, COMMENTS = SYNCED_TABLES


@pytest.mark.parametrize("value", ["", "a b", "a" * 37, "a\x00", "é", 5, None])
def test_ids_are_short_and_plain(value: object) -> None:
    assert not is_record_id(value)


def test_references_know_where_they_point() -> None:
    assert references_of(REQUESTS) == {"building_id": BUILDINGS, "unit_id": UNITS}
    assert target_of(COMMENTS, "request_id") is REQUESTS
    assert target_of(COMMENTS, "author_name") is None


def test_rows_are_locked_with_their_parents_and_what_they_name(house: Building) -> None:
    unit = house.units.create(label="2 left")
    request = house.requests.create(title="Lift")
    references = {table.name: references_of(table) for table in SYNCED_TABLES}
    unit, request = Unit.objects.get(pk=unit.pk), MaintenanceRequest.objects.get(pk=request.pk)

    with transaction.atomic():
        lock_rows([upsert("requests", request.sync_id, 1, unit_id=unit.sync_id)], references)

        locked = _tables_with_locked_rows()
    assert locked == {"buildings_building", "buildings_unit", "buildings_maintenancerequest"}


@pytest.mark.parametrize("to_field", ["id", "public_id"])
def test_parents_are_locked_by_whatever_column_points_to_them(
    house: Building, to_field: str
) -> None:
    known = Apps()
    known.register_model("buildings", Building)

    class Leaf(models.Model):  # noqa: DJ008  nobody shows it
        """Rows of units, as another app might keep them."""

        sync_id = models.CharField(max_length=36)
        tree = models.ForeignKey(
            Building, on_delete=models.CASCADE, to_field=to_field, related_name="+"
        )

        class Meta:
            apps = known
            app_label = "buildings"
            db_table = "leaves"
            managed = False

    house.units.create(label="2 left")
    leaves: Any = Leaf
    table = SyncedTable(
        name="leaves",
        model=leaves,
        columns=(Column(name="tree_id", kind=Kind.REFERENCE, source="tree", is_fixed=True),),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE leaves ON COMMIT DROP AS"
            f" SELECT unit.id, unit.sync_id, tree.{to_field} AS tree_id"
            " FROM buildings_unit AS unit JOIN buildings_building AS tree"
            " ON tree.id = unit.building_id"
        )
        parents = parents_of(table, [Unit.objects.get().sync_id])

    assert parents == {"buildings": {house.pk}}


def test_row_is_read_with_marks_by_the_clients_names(phone: Caller, house: Building) -> None:
    unit = house.units.create(label="2 left")
    Unit.objects.update(notes="Wet")
    unit.refresh_from_db()

    held = read_rows(phone, UNITS, [unit.sync_id, "nothing"], snapshot=None)[unit.sync_id]

    assert held.is_visible
    assert held.row.is_known is None
    assert (held.row.mark_of("notes").revision, held.row.mark_of("label").revision) == (2, 1)
    assert held.row.record["notes"] == "Wet"


def test_strangers_see_no_row_and_no_grave(
    strangers_phone: Caller, phone: Caller, house: Building
) -> None:
    unit = house.units.create(label="2 left")
    unit.refresh_from_db()
    name = ("units", unit.sync_id)

    assert not read_rows(strangers_phone, UNITS, [name[1]], snapshot=None)[name[1]].is_visible
    assert read_references(strangers_phone, UNITS, [name[1]]) == {}
    assert read_references(phone, UNITS, [name[1]]) == {name[1]: unit.public_id}
    unit.delete()
    assert not read_buried(strangers_phone, [name])[name].was_visible
    assert read_buried(phone, [name])[name].was_visible


def _tables_with_locked_rows() -> set[str]:
    """The tables of which this transaction has locked rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
            " WHERE pid = pg_backend_pid() AND mode = 'RowShareLock' AND relkind = 'r'"
        )
        return {name for (name,) in cursor.fetchall()}
