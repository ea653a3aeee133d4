"""A page as it is read: rows as text, untouched, and what the page says of itself."""

import pytest

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building, remove_unit
from apps.sync.places import Last, Place
from apps.sync.reading import Reading, read_page
from apps.sync.shapes import shape_for
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def read(phone: Phone, place: Place, rows: int = 5000) -> Reading:
    """Read a page of all tables."""
    return read_page(phone.caller, place, shape_for(1), row_limit=rows, byte_limit=2**21)


def test_page_without_rows_says_which_history_and_snapshot_it_is_of(stranger: User) -> None:
    page = read(Phone(stranger), Place())

    assert not page.count
    assert page.snapshot.count(":") == 2
    assert page.epoch.count(".") == 2
    assert (page.last, page.has_more, page.has_lost_scopes) == (None, False, False)
    assert (page.is_restored, page.is_standby, page.is_behind) == (False, False, False)
    assert page.purged_xid == 0


def test_last_row_of_a_page_is_where_the_next_begins(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    phone = Phone(owner)
    base = read(phone, Place()).snapshot
    kept = [str(add_unit(building_id=building_id, label=f"unit {n}")) for n in range(2)]
    gone = str(add_unit(building_id=building_id, label="gone"))
    remove_unit(building_id=building_id, unit_id=add_unit(building_id=building_id, label="a"))

    first = read(phone, Place(base=base), rows=2)
    rest = read(phone, Place(base=base, final=first.snapshot, last=first.last), rows=9)

    assert first.has_more
    assert isinstance(first.last, Last)
    assert (first.last.table, first.last.stage, first.last.record) == ("units", 1, "")
    [units] = [table for table in rest.tables if table.name == "units"]
    assert [gone in row for row in units.rows] == [True]
    assert len(units.deleted) == 1
    assert rest.last is not None
    assert (rest.last.stage, rest.last.record) == (2, units.deleted[0])
    assert not any(unit in row for unit in kept for row in units.rows)
