"""Reads are scoped by their viewer: to a stranger everything is empty or absent."""

import pytest

from apps.accounts.models import User
from apps.buildings import selectors
from apps.buildings.models import Building
from apps.buildings.types import Membership, Role
from apps.kernel.errors import NotFound
from tests.factories.buildings import InvitationFactory, RequestFactory, UnitFactory


def test_membership_says_the_role(house: Building, manager: User) -> None:
    found = selectors.membership(user_id=manager.pk, building_id=house.public_id)

    assert found == Membership(building_id=house.public_id, user_id=manager.pk, role=Role.MANAGER)


def test_stranger_has_no_membership(house: Building, stranger: User) -> None:
    with pytest.raises(NotFound):
        selectors.membership(user_id=stranger.pk, building_id=house.public_id)


@pytest.mark.parametrize(
    "read",
    [
        selectors.units_of,
        selectors.members_of,
        selectors.invitations_of,
        selectors.requests_of,
    ],
)
def test_things_in_a_building_are_for_its_members(
    read: object, house: Building, resident: User, stranger: User
) -> None:
    UnitFactory.create(building=house)
    InvitationFactory.create(building=house)
    RequestFactory.create(building=house)
    assert callable(read)

    assert read(user_id=resident.pk, building_id=house.public_id).exists()
    assert not read(user_id=stranger.pk, building_id=house.public_id).exists()


def test_comments_are_for_members(house: Building, stranger: User) -> None:
    request = RequestFactory.create(building=house)

    with pytest.raises(NotFound):
        selectors.comments_on(
            user_id=stranger.pk, building_id=house.public_id, request_id=request.public_id
        )
