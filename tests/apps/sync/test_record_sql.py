"""A row as clients see it, built by PostgreSQL: every kind of value, through relations too."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from apps.buildings.models import Building, Comment, MaintenanceRequest, Unit
from apps.sync.ports import Column, SyncedTable, tables
from apps.sync.record_sql import differs_from_default_sql, quoted, record_sql
from apps.sync.types import Kind
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory

pytestmark = pytest.mark.django_db


def shown(table: SyncedTable, **how: Any) -> dict[str, Any]:
    """Return the only row of a table."""
    how = {"schema_version": 1, "with_revisions": False, **how}
    with connection.cursor() as cursor:
        name = table.model._meta.db_table
        record = record_sql(table, row="it", **how)
        cursor.execute(f"SELECT {record.body} FROM {name} it{record.joins}")
        row: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return row


def test_names_are_quoted_whatever_they_hold() -> None:
    assert quoted('a "b"') == '"a ""b"""'


def test_text_survives_as_it_is() -> None:
    name = 'Quotes " and \\ and \n lines, 🏠 and </script>'
    BuildingFactory.create(name=name)
    table = SyncedTable(name="t", model=Building, columns=(Column(name="name"),))

    assert shown(table)["name"] == name


def test_times_are_whole_milliseconds_cut_off() -> None:
    BuildingFactory.create()
    Building.objects.update(created_at=datetime(2026, 11, 22, 17, 0, 0, 123_999, UTC))
    column = Column(name="created_at", kind=Kind.TIME)
    table = SyncedTable(name="t", model=Building, columns=(column,))

    moment = datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC)
    assert shown(table)["created_at"] == int(moment.timestamp()) * 1000 + 123


def test_references_are_ids_that_clients_know_and_what_is_missing_is_null() -> None:
    request = RequestFactory.create(unit=None, author=None)
    table = tables.get("requests")
    assert table is not None

    row = shown(table)

    assert row["building_id"] == str(request.building.public_id)
    assert (row["unit_id"], row["author_id"], row["author_name"]) == (None, None, None)


def test_columns_of_later_versions_are_left_out_and_revisions_are_told_on_request() -> None:
    BuildingFactory.create(name="Lighthouse")
    columns = (Column(name="name"), Column(name="address", since=2))
    table = SyncedTable(name="t", model=Building, columns=columns)

    assert set(shown(table)) == {"id", "name"}
    assert set(shown(table, schema_version=2)) == {"id", "name", "address"}
    assert shown(table, with_revisions=True)["_revision"] == 1


@pytest.mark.parametrize(
    ("column", "usual", "other"),
    [
        (Column(name="floor", kind=Kind.NUMBER), {"floor": 0}, {"floor": 3}),
        (Column(name="floor", kind=Kind.NUMBER), {"floor": None}, {"floor": -1}),
        (Column(name="notes"), {"notes": ""}, {"notes": "wet"}),
    ],
)
def test_what_clients_put_into_a_new_column_does_not_differ(
    column: Column, usual: dict[str, Any], other: dict[str, Any]
) -> None:
    UnitFactory.create(**usual)
    UnitFactory.create(**other)
    table = SyncedTable(name="t", model=Unit, columns=(column,))
    condition = differs_from_default_sql(table, column, row="it")

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {condition} FROM buildings_unit it ORDER BY id")
        assert cursor.fetchall() == [(False,), (True,)]


def test_path_may_lead_through_several_relations() -> None:
    request = RequestFactory.create()
    Comment.objects.create(request=request, author=request.author, text="Yes")
    column = Column(name="house", source="request__building__name")
    table = SyncedTable(name="t", model=Comment, columns=(column,))

    assert shown(table)["house"] == MaintenanceRequest.objects.get().building.name
