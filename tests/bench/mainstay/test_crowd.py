"""A small crowd has what the large one has."""

import pytest

from apps.events.models import LogEntry
from apps.webhooks.models import Attempt, Delivery, Message
from bench.mainstay.crowd import populate
from bench.mainstay.pages import time_pages

MOST_QUERIES = 15


@pytest.mark.django_db
def test_every_delivery_has_its_message_endpoint_and_attempt() -> None:
    populate(events=300)

    deliveries = Delivery.objects.select_related("message", "endpoint__owner")
    assert len(deliveries) == Message.objects.count() == Attempt.objects.count() == 300
    assert LogEntry.objects.count() >= 300
    assert all(delivery.owner_id == delivery.endpoint.owner_id for delivery in deliveries)
    assert {delivery.state for delivery in deliveries} == {
        *("pending", "succeeded", "failed", "cancelled")
    }


@pytest.mark.django_db
def test_every_page_of_the_admin_asks_few_queries() -> None:
    populate(events=300)

    pages = time_pages(repeats=1)

    assert {path: page["status"] for path, page in pages.items() if page["status"] != 200} == {}
    assert {
        path: page["queries"] for path, page in pages.items() if page["queries"] > MOST_QUERIES
    } == {}
