"""A device is one registration by each of its names, and goes with its person."""

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.notifications.models import Delivery, Registration
from tests.factories.notifications import (
    AccountFactory,
    DeliveryFactory,
    RecipientFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [{"token": "t"}, {"token": "", "fid": "f"}])
def test_name_stands_for_one_device_of_its_service(names: dict[str, str]) -> None:
    account = AccountFactory.create()
    RegistrationFactory.create(account=account, **names)

    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory.create(account=account, **names)


def test_only_what_is_retired_may_have_no_name() -> None:
    account = AccountFactory.create()
    retired = [
        RegistrationFactory.create(account=account, token="", retired_at=now()) for _ in range(2)
    ]

    assert not any(each.is_live for each in retired)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationFactory.create(account=account, token="")


def test_person_with_two_devices_that_were_sent_the_same_can_be_deleted(owner: User) -> None:
    recipient = RecipientFactory.create(user=owner)
    for _ in range(2):
        device = RegistrationFactory.create(user=owner)
        DeliveryFactory.create(registration=device, recipient=recipient)

    owner.delete()

    assert not Registration.objects.exists()
    assert not Delivery.objects.exists()
