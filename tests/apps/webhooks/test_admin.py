"""Operators see how endpoints do and why deliveries are where they are; secrets stay unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.webhooks.models import EndpointSecret
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import deliver_due
from tests.apps.webhooks.conftest import topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer, answering

ENDPOINTS = "admin:webhooks_endpoint_changelist"
DELIVERIES = "admin:webhooks_delivery_changelist"


@pytest.fixture
def operator(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def _act(operator: Client, page: str, action: str, row: Any) -> str:
    answer = operator.post(
        reverse(page), {"action": action, "_selected_action": [row.pk]}, follow=True
    )
    return answer.content.decode()


def test_endpoint_is_shown_without_its_secret(operator: Client) -> None:
    endpoint = EndpointFactory.create(description="Ticket system")

    listed = operator.get(reverse(ENDPOINTS), {"q": endpoint.owner.email}).content.decode()
    shown = operator.get(reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]))

    assert endpoint.url in listed
    text = shown.content.decode()
    assert "Ticket system" in text
    secret = secret_of(endpoint_id=endpoint.public_id).removeprefix("whsec_")
    assert secret not in text
    assert EndpointSecret.objects.get().ciphertext not in text


def test_only_partnership_is_an_operators_to_change(operator: Client) -> None:
    endpoint = EndpointFactory.create()

    operator.post(
        reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]),
        {"hears_everything": "on", "url": "http://elsewhere.example/", "state": "disabled"},
    )

    url = endpoint.url
    endpoint.refresh_from_db()
    assert endpoint.hears_everything
    assert (endpoint.url, endpoint.state) == (url, "enabled")
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.updated"]


def test_endpoint_is_disabled_and_enabled_by_an_operator(operator: Client) -> None:
    endpoint = EndpointFactory.create()

    _act(operator, ENDPOINTS, "disable", endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "operator")

    _act(operator, ENDPOINTS, "enable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"


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

    _act(operator, DELIVERIES, "resend", delivery)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.resend_count) == ("pending", 1)
    assert topics_of(delivery.endpoint.public_id) == ["webhooks.delivery.resent"]


def test_refused_resend_says_why(operator: Client) -> None:
    delivery = DeliveryFactory.create()

    text = _act(operator, DELIVERIES, "resend", delivery)

    assert "Wait until it has succeeded or failed." in text


@pytest.mark.parametrize("model", ["endpoint", "delivery"])
def test_nothing_is_added_or_deleted_by_hand(operator: Client, model: str) -> None:
    delivery = DeliveryFactory.create()
    row = delivery if model == "delivery" else delivery.endpoint

    add = operator.get(reverse(f"admin:webhooks_{model}_add"))
    delete = operator.get(reverse(f"admin:webhooks_{model}_delete", args=[row.pk]))

    assert (add.status_code, delete.status_code) == (403, 403)
