"""Deliveries over HTTP: what became of each, attempt by attempt."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.kernel import clock
from apps.webhooks.models import Delivery
from apps.webhooks.services import deliver_due
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer, answering
from tests.people import client_of

DELIVERIES = "/api/v1/webhooks/deliveries/"


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def mine(owner: User, partner: HostileServer) -> Delivery:
    return DeliveryFactory.create(endpoint=EndpointFactory.create(owner=owner, url=partner.url))


def _listed(client: APIClient, **filters: Any) -> list[str]:
    answer = client.get(DELIVERIES, filters)
    assert answer.status_code == 200, answer.json()
    return [item["id"] for item in answer.json()["items"]]


def test_delivery_is_listed_with_where_it_is(client: APIClient, mine: Delivery) -> None:
    (item,) = client.get(DELIVERIES).json()["items"]

    assert item["id"] == str(mine.public_id)
    assert item["endpoint"] == str(mine.endpoint.public_id)
    assert item["message_id"] == str(mine.message.public_id)
    assert item["event_type"] == "buildings.building.created"
    assert (item["state"], item["attempt_count"]) == ("pending", 0)
    assert item["next_attempt_at"] is not None
    assert "attempts" not in item


def test_delivery_is_shown_with_body_and_attempts(
    client: APIClient, mine: Delivery, partner: HostileServer
) -> None:
    partner.behave = answering(502, b"\xff bad gateway", X_Node="7")
    deliver_due()

    shown = client.get(f"{DELIVERIES}{mine.public_id}/").json()

    assert shown["body"] == bytes(mine.message.body).decode()
    (attempt,) = shown["attempts"]
    assert (attempt["number"], attempt["status"], attempt["outcome"]) == (1, 502, "failed")
    assert attempt["response_body"] == "\ufffd bad gateway"
    assert ["X-Node", "7"] in attempt["response_headers"]
    assert attempt["request_headers"]["webhook-id"] == shown["message_id"]
    assert attempt["reason"] == shown["last_reason"]
    assert attempt["next_attempt_at"] == shown["next_attempt_at"]
    assert attempt["duration_ms"] > 0


def test_list_is_filtered(client: APIClient, owner: User, mine: Delivery) -> None:
    other = DeliveryFactory.create(
        endpoint=EndpointFactory.create(owner=owner),
        message=MessageFactory.create(topic="buildings.unit.added"),
        state="failed",
        due_at=None,
    )
    Delivery.objects.filter(pk=mine.pk).update(created_at=clock.now() - timedelta(days=2))

    assert _listed(client, endpoint=mine.endpoint.public_id) == [str(mine.public_id)]
    assert _listed(client, state="failed") == [str(other.public_id)]
    assert _listed(client, event_type="buildings.unit.added") == [str(other.public_id)]
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    assert _listed(client, since=yesterday) == [str(other.public_id)]
    assert len(_listed(client, state=["failed", "pending"])) == 2


@pytest.mark.parametrize(
    "query", ["state=gone", "since=yesterday", "endpoint=7", "color=red", "cursor=x"]
)
def test_filter_that_is_none_is_a_problem(client: APIClient, query: str) -> None:
    answer = client.get(f"{DELIVERIES}?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_finished_delivery_is_sent_again(
    client: APIClient, mine: Delivery, partner: HostileServer
) -> None:
    deliver_due()

    answer = client.post(f"{DELIVERIES}{mine.public_id}/resend/")
    deliver_due()

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["resend_count"]) == ("pending", 1)
    assert [request.headers["webhook-id"] for request in partner.requests] == [
        str(mine.message.public_id)
    ] * 2


def test_delivery_under_way_is_a_conflict(client: APIClient, mine: Delivery) -> None:
    answer = client.post(f"{DELIVERIES}{mine.public_id}/resend/")

    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks.delivery_under_way")


def test_delivery_to_a_disabled_endpoint_is_a_conflict(client: APIClient, owner: User) -> None:
    delivery = DeliveryFactory.create(
        endpoint=EndpointFactory.create(owner=owner, state="disabled"), state="failed", due_at=None
    )

    answer = client.post(f"{DELIVERIES}{delivery.public_id}/resend/")

    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks.endpoint_is_disabled")


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "resend/")])
def test_stranger_finds_nothing(mine: Delivery, stranger: User, method: str, path: str) -> None:
    client = client_of(stranger)

    assert getattr(client, method)(f"{DELIVERIES}{mine.public_id}/{path}").status_code == 404
    assert _listed(client) == []
