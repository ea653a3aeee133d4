"""Apps tell what arrived and what was opened: only forward, as often as they like."""

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.notifications.models import Delivery
from apps.notifications.types import DeliveryState
from tests.factories.notifications import DeliveryFactory, RegistrationFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def _accepted(user: User) -> Delivery:
    device = RegistrationFactory.create(user=user)
    return DeliveryFactory.create(registration=device, state=DeliveryState.ACCEPTED, due_at=None)


def _tell(client: APIClient, delivery: Delivery, what: str) -> int:
    path = f"/api/v1/notifications/deliveries/{delivery.public_id}/{what}/"
    return int(client.post(path).status_code)


def test_opened_delivery_was_delivered_and_stays_so(owner: User) -> None:
    delivery = _accepted(owner)

    statuses = [
        _tell(client_of(owner), delivery, what) for what in ("opened", "delivered", "opened")
    ]

    first = Delivery.objects.get(pk=delivery.pk)
    assert statuses == [204, 204, 204]
    assert first.state == DeliveryState.OPENED
    assert first.delivered_at == first.opened_at is not None


def test_telling_twice_keeps_the_first_moment(owner: User) -> None:
    delivery = _accepted(owner)
    _tell(client_of(owner), delivery, "delivered")
    first = Delivery.objects.get(pk=delivery.pk).delivered_at

    _tell(client_of(owner), delivery, "delivered")
    _tell(client_of(owner), delivery, "opened")

    delivery.refresh_from_db()
    assert delivery.delivered_at == first
    assert delivery.state == DeliveryState.OPENED


def test_nobody_tells_of_the_deliveries_of_others(owner: User, stranger: User) -> None:
    delivery = _accepted(owner)

    assert _tell(client_of(stranger), delivery, "opened") == 404
    assert Delivery.objects.get().state == DeliveryState.ACCEPTED


def test_delivery_that_a_worker_holds_is_taken_out_of_its_hands(owner: User) -> None:
    delivery = DeliveryFactory.create(registration=RegistrationFactory.create(user=owner))

    _tell(client_of(owner), delivery, "delivered")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at) == (DeliveryState.DELIVERED, None)
