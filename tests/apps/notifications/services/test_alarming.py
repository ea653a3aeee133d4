"""Accounts alarm once, recover once, and rest when their quota is used up."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.notifications import services
from apps.notifications.models import Attempt, Delivery
from apps.notifications.types import DeliveryState, PushService
from devstack.push.answers import ANY, Answer
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, device_at
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


def _told() -> list[str]:
    events = latest_events(limit=50, topic_prefix="notifications.provider.")
    return [event.topic.removeprefix("notifications.provider.") for event in events]


def test_alarm_is_told_once_and_so_is_its_end(push_services: PushServices) -> None:
    device = device_at(push_services, account_at(push_services, PushService.WEB_PUSH))
    push_services.answers.add(Answer(service="web_push", code="forbidden", times=2))

    for _ in range(2):
        DeliveryFactory.create(registration=device)
        services.deliver_due()
    told_before = _told()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        for _ in range(2):
            DeliveryFactory.create(registration=device)
            services.deliver_due()

    assert told_before == ["misconfigured"]
    assert _told() == ["misconfigured", "recovered"]
    device.account.refresh_from_db()
    assert (device.account.alarmed_at, device.account.alarm) == (None, "")


def test_storm_of_used_up_quota_pauses_the_account_and_multiplies_no_request(
    push_services: PushServices,
) -> None:
    account = account_at(push_services, PushService.FCM)
    push_services.answers.add(Answer(service="fcm", token=ANY, code="QUOTA_EXCEEDED"))
    device = device_at(push_services, account)
    # So many that the pause is known long before they have all been sent.
    DeliveryFactory.create_batch(1000, registration=device)

    services.deliver_due()
    asked_at_first = len(push_services.journal.pushes())
    services.deliver_due()

    account.refresh_from_db()
    assert account.paused_until is not None
    assert account.paused_until > clock.now() + timedelta(seconds=30)
    assert asked_at_first == len(push_services.journal.pushes()) == Attempt.objects.count()
    # Those that had not begun were held back, and all wait.
    assert asked_at_first < 1000
    assert Delivery.objects.filter(state=DeliveryState.QUEUED).count() == 1000


def test_few_refusals_for_used_up_quota_pause_nobody(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.FCM)
    push_services.answers.add(Answer(service="fcm", token=ANY, code="QUOTA_EXCEEDED", times=5))
    for _ in range(30):
        DeliveryFactory.create(registration=device_at(push_services, account))

    services.deliver_due()

    account.refresh_from_db()
    assert account.paused_until is None
    assert Delivery.objects.filter(state=DeliveryState.ACCEPTED).count() == 25
