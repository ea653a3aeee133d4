"""The segment of people by what accounts knows of them."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.kernel.errors import Invalid
from apps.notifications.segments import people

pytestmark = pytest.mark.django_db


def test_people_come_in_order_from_one_on(owner: User, teammate: User, stranger: User) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)

    assert people({}, 0, 10) == sorted([owner.pk, teammate.pk])
    assert people({}, 0, 1) == [min(owner.pk, teammate.pk)]
    assert people({}, max(owner.pk, teammate.pk), 10) == []


def test_people_of_some_tiers(owner: User, teammate: User) -> None:
    User.objects.filter(pk=owner.pk).update(tier="premium")

    assert people({"tiers": ["premium", "api"]}, 0, 10) == [owner.pk]


@pytest.mark.parametrize("arguments", [{"age": 7}, {"tiers": "premium"}, {"tiers": [7]}])
def test_what_it_does_not_know_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="tiers"):
        people(arguments, 0, 1)
