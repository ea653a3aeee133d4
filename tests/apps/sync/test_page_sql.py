"""The statement of a page: planned once for all values, and by indexes whatever they are."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building
from apps.sync.page_sql import page_sql
from apps.sync.ports import tables
from apps.sync.shapes import shape_for
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 20_000
_FILL = """
INSERT INTO buildings_unit (public_id, building_id, label, notes, created_at, updated_at)
SELECT gen_random_uuid(), id, 'unit ' || number, '', now(), now()
FROM buildings_building, generate_series(1, %s) AS number WHERE public_id = %s
"""


def scans_of(table: str, plan: dict[str, Any]) -> set[str]:
    """Return how a plan looks at a table where it does so at all."""
    found = set[str]()
    if plan.get("Relation Name") == table and plan["Actual Loops"] > 0:
        found.add(plan["Node Type"])
    for part in plan.get("Plans", []):
        found |= scans_of(table, part)
    return found


def test_each_table_has_a_stream_for_what_is_new_what_changed_and_what_is_gone() -> None:
    statement = page_sql(tuple(tables), schema_version=1, with_revisions=False, has_news=False)

    for table in tables:
        name = table.model._meta.db_table
        # Walked whole, walked for changes, among the gone and the revoked, and shown.
        assert statement.count(f'FROM "{name}" AS held_row\n') >= 4


def test_statement_is_planned_once_for_all_devices_and_snapshots(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    phone = Phone(owner)
    for number in range(30):
        add_unit(building_id=building_id, label=f"unit {number}")
        phone.pull()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%sync_tombstone%streams%"],
        )
        assert max(row[0] for row in cursor.fetchall()) > 15


def test_change_among_many_rows_is_found_by_the_index(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [ROWS, building_id])
        cursor.execute("ANALYZE buildings_unit")
        cursor.execute("SELECT pg_current_snapshot()::text")
        [snapshot] = cursor.fetchone()
    add_unit(building_id=building_id, label="another")
    statement = shape_for(1, only=("units",)).statement(has_news=True)._text
    scope = f"user:{owner.public_id}"
    values = [owner.pk, scope, 0, snapshot, "", 0, "", 0, 0, "", "{}", "{}", "{}", 5000, 2**21]

    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    raw.execute("SET plan_cache_mode = force_generic_plan")
    raw.execute(f"PREPARE page AS {statement}")
    places = ", ".join(psycopg.sql.Literal(str(value)).as_string(raw) for value in values)
    [[[explained]]] = raw.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page({places})")
    raw.execute("DEALLOCATE page")
    raw.execute("RESET plan_cache_mode")

    assert scans_of("buildings_unit", explained["Plan"]) <= {"Index Scan", "Index Only Scan"}
