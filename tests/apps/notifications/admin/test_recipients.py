"""Operators see why somebody did or did not get a notification, step by step."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.notifications.services import deliver_due, set_quiet_hours
from apps.notifications.types import PushService
from devstack.push.services import PushServices
from tests.apps.notifications.admin.operator import operator_of, page_of
from tests.apps.notifications.asking import category, recipient_of, send
from tests.apps.notifications.pushing import account_at, device_at
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_page_tells_the_way_from_the_first_question_to_the_reply(
    operator: Client, owner: User, push_services: PushServices
) -> None:
    category()
    device_at(push_services, account_at(push_services, PushService.FCM), user=owner)
    asked = send(owner)
    deliver_due()

    page = page_of(operator, recipient_of(asked, owner))

    places = [
        page.index(told)
        for told in (
            "Can the person be reached there?",
            "Has the person switched it off?",
            "Attempt 1 by Firebase Cloud Messaging: accepted",
            "Delivery by Firebase Cloud Messaging: accepted",
        )
    ]
    assert places == sorted(places)


def test_page_tells_of_quiet_hours_that_hold_it_back(operator: Client, owner: User) -> None:
    category()
    RegistrationFactory.create(user=owner)
    moment = now()
    set_quiet_hours(
        user_id=owner.pk,
        is_enabled=True,
        starts_at=(moment - timedelta(hours=1)).time().replace(tzinfo=None, microsecond=0),
        ends_at=(moment + timedelta(hours=1)).time().replace(tzinfo=None, microsecond=0),
        time_zone="UTC",
    )

    page = page_of(operator, recipient_of(send(owner, ttl_seconds=86_400), owner))

    assert "Does the person want quiet now?" in page
    assert 'data-look="wait"' in page
    assert "It waits, and is decided again at" in page


def test_page_tells_that_no_device_is_there(operator: Client, owner: User) -> None:
    category()

    page = page_of(operator, recipient_of(send(owner), owner))

    assert "No device of the person&#x27;s is registered for push." in page
    assert 'data-look="bad"' in page
