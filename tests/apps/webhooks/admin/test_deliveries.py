"""Operators see why deliveries are where they are, attempt by attempt."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.webhooks.services import deliver_due
from tests.apps.webhooks.admin.operator import act, operator_of
from tests.apps.webhooks.conftest import topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer, answering

DELIVERIES = "admin:webhooks_delivery_changelist"


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_delivery_shows_body_and_every_attempt_with_its_reason(
    operator: Client, partner: HostileServer
) -> None:
    partner.behave = answering(500, b"<b>database is down</b>", X_Node="seven")
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    deliver_due()

    page = operator.get(reverse("admin:webhooks_delivery_change", args=[delivery.pk]))

    text = page.content.decode()
    assert "Answered 500. Next attempt in" in text
    assert "&lt;b&gt;database is down&lt;/b&gt;" in text
    assert "X-Node: seven" in text
    assert "first byte" in text
    assert str(delivery.message.public_id) in text


@pytest.mark.parametrize("by", ["delivery", "event", "topic", "nothing", "nonsense"])
def test_delivery_is_found_by_id_event_or_topic(operator: Client, by: str) -> None:
    delivery = DeliveryFactory.create()
    term = {
        "delivery": str(delivery.public_id),
        "event": f" {delivery.message.public_id} ",
        "topic": "buildings.building.created",
        "nothing": " ",
        "nonsense": "x' OR 1=1",
    }[by]

    found = operator.get(reverse(DELIVERIES), {"q": term}).context["cl"].result_count

    assert found == (0 if by == "nonsense" else 1)


def test_list_of_deliveries_costs_the_same_however_many_there_are(
    operator: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        DeliveryFactory.create()

    with django_assert_max_num_queries(10):
        assert operator.get(reverse(DELIVERIES)).status_code == 200


def test_delivery_is_sent_again_by_an_operator(operator: Client) -> None:
    delivery = DeliveryFactory.create(state="failed", due_at=None)

    act(operator, DELIVERIES, "resend", delivery)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.resend_count) == ("pending", 1)
    assert topics_of(delivery.endpoint.public_id) == ["webhooks.delivery.resent"]


def test_refused_resend_says_why(operator: Client) -> None:
    delivery = DeliveryFactory.create()

    text = act(operator, DELIVERIES, "resend", delivery)

    assert "Wait until it has succeeded or failed." in text


def test_nothing_is_added_or_deleted_by_hand(operator: Client) -> None:
    delivery = DeliveryFactory.create()

    add = operator.get(reverse("admin:webhooks_delivery_add"))
    delete = operator.get(reverse("admin:webhooks_delivery_delete", args=[delivery.pk]))

    assert (add.status_code, delete.status_code) == (403, 403)
