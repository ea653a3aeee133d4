"""The catalogue of event types."""

from apps.accounts.models import User
from tests.people import client_of


def test_catalogue_tells_what_can_be_subscribed_to(owner: User) -> None:
    items = client_of(owner).get("/api/v1/webhooks/event-types/").json()["items"]

    entry = next(item for item in items if item["event_type"] == "webhooks.delivery.exhausted")
    assert entry == {
        "event_type": "webhooks.delivery.exhausted",
        "description": "An event could not be delivered to an endpoint and was given up.",
        "version": 1,
        "data_fields": ["endpoint_id", "delivery_id", "event_type"],
    }
    assert [item["event_type"] for item in items] == sorted(item["event_type"] for item in items)
