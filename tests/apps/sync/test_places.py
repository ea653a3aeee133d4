"""Where a pull stands, as it is kept between two pages."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building
from apps.kernel import clock
from apps.sync.places import FRESH_FOR, Last, Place, kept_place
from apps.sync.shapes import News
from apps.sync.types import Migration
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def test_place_within_pages_comes_back_as_it_was(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    phone = Phone(owner)
    phone.pull()
    before = kept_place(phone.caller, phone.checkpoint or 0)
    for number in range(3):
        add_unit(building_id=building_id, label=f"unit {number}", floor=1)
    migration = Migration(from_version=1, tables=("members",), columns={"units": ("floor",)})

    page = phone.pull_page(row_limit=2, migration=migration)

    place = kept_place(phone.caller, page.checkpoint)
    assert place is not None
    assert before is not None
    assert (place.base, place.epoch) == (before.base, before.epoch)
    assert place.final != before.base
    assert place.news == News(tables=("members",), columns=("units.floor",))
    assert isinstance(place.last, Last)
    assert (place.last.table, place.last.stage) == ("units", 0)
    assert place.is_within_pages
    assert not before.is_within_pages


def test_place_at_the_end_of_the_pages_is_what_the_first_one_saw(owner: User) -> None:
    create_building(owner_id=owner.pk, name="Harbour House")
    phone = Phone(owner)
    first = kept_place(phone.caller, phone.pull_page(row_limit=1).checkpoint)

    last = kept_place(phone.caller, phone.pull_page(row_limit=1).checkpoint)

    assert first is not None
    assert last is not None
    assert last.base == first.final
    assert not last.is_within_pages


def test_later_pages_look_at_hardly_more_rows_than_had_room_on_the_last(owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Harbour House")
    for number in range(30):
        add_unit(building_id=building_id, label=f"unit {number}", notes="x" * 1000)
    phone = Phone(owner)
    phone.pull_page(byte_limit=8_000)
    [units] = [table for table in phone.pull_page(byte_limit=8_000).tables if table.rows]

    place = kept_place(phone.caller, phone.checkpoint or 0)

    assert place is not None
    assert place.rows_to_look_at(5000) == len(units.rows) * 5 // 4 + 1 < 12
    assert place.rows_to_look_at(3) == 3
    phone.pull(byte_limit=8_000)
    assert len(phone.ids("units")) == 30


def test_who_begins_looks_at_as_many_as_may_come() -> None:
    assert Place().rows_to_look_at(5000) == 5000


def test_nothing_is_what_a_device_without_a_base_has_seen() -> None:
    assert Place().known_snapshot == "1:1:"
    assert Place(base="5:9:7").known_snapshot == "5:9:7"


def test_checkpoint_is_fresh_for_an_hour() -> None:
    moment = clock.now()

    assert Place(made_at=moment).is_fresh(moment + FRESH_FOR - timedelta(seconds=1))
    assert not Place(made_at=moment).is_fresh(moment + FRESH_FOR)
    assert not Place().is_fresh(moment)
