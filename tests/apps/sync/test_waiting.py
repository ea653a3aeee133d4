"""How far devices are behind is counted for many at once, and no further than it is told."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from apps.buildings.services import add_unit, create_building, remove_unit
from apps.sync import waiting
from apps.sync.waiting import waiting_for
from tests.apps.sync.phones import Phone
from tests.factories.buildings import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(owner: User) -> Building:
    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    return Building.objects.get(public_id=building_id)


def waits(phone: Phone) -> int | None:
    return waiting_for([phone.caller.state_id]).get(phone.caller.state_id)


def test_changes_and_deletions_wait_until_they_are_pulled(owner: User, house: Building) -> None:
    phone = Phone(owner)
    assert waits(phone) is None
    unit_id = add_unit(building_id=house.public_id, label="1")
    phone.pull()
    assert waits(phone) == 0

    add_unit(building_id=house.public_id, label="2")
    remove_unit(building_id=house.public_id, unit_id=unit_id)

    assert waits(phone) == 2
    phone.pull()
    assert waits(phone) == 0


def test_new_scope_waits_whole_and_a_foreign_one_does_not(
    house: Building, teammate: User, stranger: User
) -> None:
    add_unit(building_id=house.public_id, label="1")
    phone, foreign = Phone(teammate), Phone(stranger)
    phone.pull()
    foreign.pull()

    MemberFactory.create(building=house, user=teammate)

    # The building, its unit and its two members.
    assert waits(phone) == 4
    assert waits(foreign) == 0


def test_client_that_pulls_table_by_table_waits_for_what_each_lacks(
    owner: User, house: Building
) -> None:
    phone = Phone(owner)
    phone.pull(only=("units",))
    add_unit(building_id=house.public_id, label="1")

    assert waits(phone) == 1


def test_count_ends_where_nobody_is_told_more(
    owner: User, house: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_COUNTED", 3)
    phone = Phone(owner)
    phone.pull()
    for number in range(5):
        add_unit(building_id=house.public_id, label=str(number))

    assert waits(phone) == 3


def test_all_devices_take_one_statement(
    owner: User, house: Building, django_assert_num_queries: Any
) -> None:
    phones = [Phone(owner, f"phone-{number}") for number in range(3)]
    for phone in phones:
        phone.pull()
    Unit.objects.create(building=house, label="1")

    with django_assert_num_queries(1):
        found = waiting_for([phone.caller.state_id for phone in phones])

    assert list(found.values()) == [1, 1, 1]
    assert waiting_for([]) == {}
