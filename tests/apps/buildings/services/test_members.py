"""Changing roles and letting members go; a building never loses its last owner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.buildings import services
from apps.buildings.errors import LastOwner
from apps.buildings.models import Building, Member
from apps.buildings.types import Role
from apps.kernel.errors import NotFound
from tests.apps.buildings.conftest import events_of, topics_of
from tests.factories.buildings import MemberFactory


def test_member_gets_another_role(house: Building, resident: User) -> None:
    services.change_role(
        building_id=house.public_id, member_id=resident.public_id, role=Role.MANAGER
    )

    assert Member.objects.get(building=house, user=resident).role == Role.MANAGER
    assert topics_of(house) == ["buildings.member.role_changed"]


def test_last_owner_cannot_step_down(house: Building, owner: User) -> None:
    with pytest.raises(LastOwner):
        services.change_role(
            building_id=house.public_id, member_id=owner.public_id, role=Role.RESIDENT
        )


def test_last_owner_cannot_leave(house: Building, owner: User, resident: User) -> None:
    with pytest.raises(LastOwner):
        services.remove_member(building_id=house.public_id, member_id=owner.public_id)


def test_owner_may_leave_while_another_one_stays(house: Building, owner: User) -> None:
    MemberFactory.create(building=house, role=Role.OWNER)

    services.remove_member(building_id=house.public_id, member_id=owner.public_id)

    assert not Member.objects.filter(building=house, user=owner).exists()


def test_removed_member_hears_of_it(house: Building, resident: User) -> None:
    services.remove_member(building_id=house.public_id, member_id=resident.public_id)

    [event] = events_of(house)
    assert event.topic == "buildings.member.removed"
    assert f"user:{resident.public_id}" in event.audience


def test_stranger_cannot_be_removed(house: Building, stranger: User) -> None:
    with pytest.raises(NotFound):
        services.remove_member(building_id=house.public_id, member_id=stranger.public_id)


def removal(house: Building, user: User) -> Callable[[], None]:
    def remove() -> None:
        services.remove_member(building_id=house.public_id, member_id=user.public_id)

    return remove


def demotion(house: Building, user: User) -> Callable[[], None]:
    def demote() -> None:
        services.change_role(
            building_id=house.public_id, member_id=user.public_id, role=Role.RESIDENT
        )

    return demote


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [removal, demotion])
def test_of_two_owners_who_oust_each_other_one_stays(
    change: Callable[[Building, User], Callable[[], None]], house: Building, owner: User
) -> None:
    other = MemberFactory.create(building=house, role=Role.OWNER).user

    refusals = at_once(change(house, owner), change(house, other))

    assert refusals.count(None) == 1
    assert Member.objects.filter(building=house, role=Role.OWNER).count() == 1


def at_once(*changes: Callable[[], None]) -> list[type[Exception] | None]:
    """Run the changes in parallel; return what each of them raised."""
    barrier = Barrier(len(changes))

    def run(change: Callable[[], None]) -> type[Exception] | None:
        barrier.wait()
        try:
            change()
        except LastOwner as refusal:
            return type(refusal)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(changes)) as threads:
        return list(threads.map(run, changes))
