"""Which days are searched for pending deliveries, and that none is missed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel import clock
from apps.webhooks.models import DELIVERY_PARTITIONS
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.pending_days import PendingDays, pending_days
from tests.factories.webhooks import DeliveryFactory, MessageFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.mark.parametrize("days", [0, 1, 3, 30, 400])
def test_delivery_of_an_event_of_long_ago_is_claimed(days: int) -> None:
    message = MessageFactory.create(occurred_at=clock.now() - days * DAY)
    DeliveryFactory.create(message=message)

    assert len(claim_due(limit=10, rooms={})) == 1


def test_partition_of_an_old_day_is_searched_while_something_is_pending_in_it() -> None:
    DELIVERY_PARTITIONS.ensure(days_ahead=3)
    moment = clock.now() + 3 * DAY
    message = MessageFactory.create(occurred_at=clock.now())
    delivery = DeliveryFactory.create(message=message)

    since, until = PendingDays().around(moment)

    assert since <= message.occurred_at < until
    delivery.delete()
    assert PendingDays().around(moment)[0] == moment - DAY


def test_days_are_read_once_in_a_while() -> None:
    pending_days.around(clock.now())

    with CaptureQueriesContext(connection) as queries:
        pending_days.around(clock.now())

    assert not queries
