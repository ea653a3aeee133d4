"""Lists of buildings cost the same number of queries however long they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factory.django import DjangoModelFactory

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.factories.buildings import (
    BuildingFactory,
    CommentFactory,
    InvitationFactory,
    MemberFactory,
    RequestFactory,
    UnitFactory,
)
from tests.people import client_of

# The session with its user, the membership, the page; for comments also their request.
MOST_QUERIES = 4


More = Callable[[Building, User], object]


def more_of(kind: type[DjangoModelFactory[Any]]) -> More:
    return lambda house, owner: kind.create(building=house)


LISTS: dict[str, More] = {
    "": lambda house, owner: BuildingFactory.create(owner__user=owner),
    "{house}/units/": more_of(UnitFactory),
    "{house}/members/": more_of(MemberFactory),
    "{house}/invitations/": more_of(InvitationFactory),
    "{house}/requests/": lambda house, owner: RequestFactory.create(
        building=house, unit=UnitFactory.create(building=house)
    ),
    "{house}/requests/{request}/comments/": lambda house, owner: CommentFactory.create(
        request=house.requests.last()
    ),
    "invitations/": lambda house, owner: InvitationFactory.create(email=owner.email),
}


@pytest.mark.parametrize("path", LISTS)
def test_longer_list_takes_no_more_queries(
    path: str, house: Building, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How often keys are read anew follows the clock, not the list.
    monkeypatch.setattr("apps.keyring.ring.FRESH_SECONDS", 3600)
    first = RequestFactory.create(building=house)
    url = "/api/v1/buildings/" + path.format(house=house.public_id, request=first.public_id)
    LISTS[path](house, owner)

    short = queries_of(owner, url)
    for _ in range(5):
        LISTS[path](house, owner)
    long = queries_of(owner, url)

    assert short == long <= MOST_QUERIES


def queries_of(user: User, url: str) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.json()["items"]
    return len(queries)
