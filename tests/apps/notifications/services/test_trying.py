"""Trying a device out tells what its push service said, and leaves no trace in the ledger."""

import pytest

from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.notifications.models import Delivery, ProviderAccount
from apps.notifications.services import try_device
from apps.notifications.types import PushService
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, device_at
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db


def test_device_is_sent_the_words_once(push_services: PushServices) -> None:
    device = device_at(push_services, account_at(push_services, PushService.FCM))

    check = try_device(registration_id=device.public_id, title="Hello", body="Can you hear me?")

    assert check.is_good
    assert len(push_services.journal.pushes()) == 1
    assert not Delivery.objects.exists()
    assert told("device.tried") == [
        {"user_id": str(device.user.public_id), "registration_id": str(device.public_id)}
    ]


def test_account_whose_key_is_refused_is_ours_to_mend(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.APNS)
    ProviderAccount.objects.update(config={**account.config, "key_id": "WRONG12345"})
    device = device_at(push_services, ProviderAccount.objects.get())

    check = try_device(registration_id=device.public_id, title="Hello", body="")

    assert not check.is_good
    assert check.is_our_fault
    assert "InvalidProviderToken" in check.said


def test_unknown_device_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        try_device(registration_id=new_id(), title="Hello", body="")
