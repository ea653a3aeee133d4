"""Every answer of every push service comes to what the prune matrix says, end to end."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.fixtures import Settings

from apps.notifications import services
from apps.notifications.types import DeliveryState, Outcome, PushService
from devstack.push.answers import CODES, Answer
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, attempts, device_at, name_at
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db

RETIRES = {
    ("fcm", "SENDER_ID_MISMATCH"),
    ("fcm", "UNREGISTERED"),
    ("apns", "BadDeviceToken"),
    ("apns", "DeviceTokenNotForTopic"),
    ("apns", "ExpiredToken"),
    ("apns", "Unregistered"),
    ("web_push", "not_found"),
    ("web_push", "gone"),
}
ALARMS = {
    ("fcm", "THIRD_PARTY_AUTH_ERROR"),
    # The token is fresh, so another one would help no more.
    ("fcm", "UNAUTHENTICATED"),
    ("fcm", "PERMISSION_DENIED"),
    ("apns", "BadTopic"),
    ("apns", "MissingTopic"),
    ("apns", "TopicDisallowed"),
    ("apns", "ExpiredProviderToken"),
    ("apns", "Forbidden"),
    ("apns", "InvalidProviderToken"),
    ("apns", "MissingProviderToken"),
    ("web_push", "bad_request"),
    ("web_push", "unauthorized"),
    ("web_push", "forbidden"),
}
RETRIES = {
    ("fcm", "QUOTA_EXCEEDED"),
    ("fcm", "INTERNAL"),
    ("fcm", "UNAVAILABLE"),
    ("apns", "IdleTimeout"),
    ("apns", "TooManyProviderTokenUpdates"),
    ("apns", "TooManyRequests"),
    ("apns", "InternalServerError"),
    ("apns", "ServiceUnavailable"),
    ("apns", "Shutdown"),
    ("web_push", "too_many_requests"),
    ("web_push", "internal"),
    ("web_push", "unavailable"),
}


@dataclass(frozen=True)
class Row:
    """One answer of one service."""

    service: PushService
    code: str
    status: int

    @property
    def expected(self) -> Outcome:
        key = (self.service.value, self.code)
        if key in RETIRES:
            return Outcome.RETIRED
        if key in ALARMS:
            return Outcome.MISCONFIGURED
        return Outcome.RETRY if key in RETRIES else Outcome.FAILED


def _rows() -> Iterator[Row]:
    for service, codes in CODES.items():
        for code, status in codes.items():
            yield Row(PushService(service), code, status)


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.mark.parametrize("row", tuple(_rows()), ids=lambda row: f"{row.service}-{row.code}")
def test_answer_comes_to_what_the_matrix_says(push_services: PushServices, row: Row) -> None:
    account = account_at(push_services, row.service)
    device = device_at(push_services, account)
    push_services.answers.add(
        Answer(service=row.service, token=name_at(row.service, device), code=row.code)
    )
    delivery = DeliveryFactory.create(registration=device)

    services.deliver_due()

    for each in (delivery, device, account):
        each.refresh_from_db()
    ((number, status, _, outcome),) = attempts(delivery)
    assert (number, status, outcome) == (1, row.status, row.expected)
    assert (device.retired_at is not None) == (row.expected is Outcome.RETIRED)
    assert (account.alarmed_at is not None) == (row.expected is Outcome.MISCONFIGURED)
    assert delivery.state == {
        Outcome.RETRY: DeliveryState.QUEUED,
        Outcome.RETIRED: DeliveryState.RETIRED,
    }.get(row.expected, DeliveryState.FAILED)
