"""Who may send: staff with the permission; for anybody else nothing is there."""

import pytest

from apps.accounts.models import User
from tests.apps.notifications.scenes import let_send
from tests.factories.notifications import NotificationFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/notifications/"


def test_permission_lets_in_whom_it_was_given(owner: User) -> None:
    asked = NotificationFactory.create()
    let_send(owner)
    client = client_of(owner)

    assert client.get(PATH).status_code == 200
    assert client.get(f"{PATH}{asked.public_id}/").status_code == 200


def test_permission_without_being_staff_is_none(owner: User) -> None:
    asked = NotificationFactory.create()
    let_send(owner)
    User.objects.filter(pk=owner.pk).update(is_staff=False)
    client = client_of(owner)

    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}{asked.public_id}/").status_code == 404


def test_stranger_learns_nothing_of_what_there_is(stranger: User) -> None:
    asked = NotificationFactory.create()
    client = client_of(stranger)

    there = client.get(f"{PATH}{asked.public_id}/")
    nowhere = client.get(f"{PATH}019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d/")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert client_of(None).get(f"{PATH}{asked.public_id}/").status_code == 401
