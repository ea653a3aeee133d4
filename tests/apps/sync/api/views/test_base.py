"""Which device a request comes from."""

import pytest

from apps.accounts.models import Device, Session, User
from apps.accounts.types import Platform
from apps.kernel.clock import now
from apps.sync.models import SyncState
from tests.apps.sync.api.asking import ROOT
from tests.people import client_of

pytestmark = pytest.mark.django_db


def known_devices(user: User) -> list[str]:
    return list(SyncState.objects.filter(user=user).values_list("installation_id", flat=True))


def test_without_a_device_it_is_that_of_the_session(owner: User) -> None:
    client = client_of(owner)
    device = Device.objects.create(
        user=owner, installation_id="tablet", platform=Platform.IOS, last_seen_at=now()
    )
    Session.objects.filter(user=owner).update(device=device)

    client.get(f"{ROOT}/pull")

    assert known_devices(owner) == ["tablet"]


def test_without_any_device_it_is_the_session(owner: User) -> None:
    client_of(owner).get(f"{ROOT}/pull")

    session = Session.objects.get(user=owner)
    assert known_devices(owner) == [f"session:{session.public_id}"]


def test_devices_of_different_users_may_have_the_same_name(owner: User, stranger: User) -> None:
    for user in (owner, stranger):
        assert client_of(user).get(f"{ROOT}/pull", {"device": "phone"}).status_code == 200

    assert SyncState.objects.filter(installation_id="phone").count() == 2
