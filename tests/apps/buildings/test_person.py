"""Where a person belongs, as the operator sees it."""

import pytest

from apps.accounts.models import User
from apps.buildings.person import SECTION
from apps.console.types import Person
from tests.factories.buildings import BuildingFactory, MemberFactory

pytestmark = pytest.mark.django_db


def test_memberships_are_shown_now_and_in_time(owner: User) -> None:
    person = Person(id=owner.pk, public_id=owner.public_id)
    BuildingFactory.create(name="Lighthouse", owner__user=owner)
    MemberFactory.create(user=owner, building=BuildingFactory.create(name="Harbour House"))

    newest, oldest = SECTION.entries(person, None, 9)

    assert {row.title for row in SECTION.rows(person)} == {"Lighthouse", "Harbour House"}
    assert newest.title == "Became resident of Harbour House"
    assert oldest.title == "Became owner of Lighthouse"
    assert SECTION.entries(person, newest.key, 9) == [oldest]
