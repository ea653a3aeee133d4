"""Deliveries reach the bundled push services, and the ledger says what came of each."""

import pytest
from pytest_django.fixtures import Settings

from apps.notifications import services
from apps.notifications.types import DeliveryState, PushService
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, attempts, device_at, name_at
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.mark.parametrize("service", list(PushService))
def test_delivery_reaches_its_service_and_is_accepted(
    push_services: PushServices, service: PushService
) -> None:
    device = device_at(push_services, account_at(push_services, service))
    delivery = DeliveryFactory.create(registration=device)

    services.deliver_due()

    delivery.refresh_from_db()
    (push,) = push_services.journal.pushes()
    assert delivery.state == DeliveryState.ACCEPTED
    assert [each[3] for each in attempts(delivery)] == ["accepted"]
    assert push.is_accepted
    assert (push.service, push.token) == (service, name_at(service, device))
    assert push.reference() == str(delivery.public_id)
