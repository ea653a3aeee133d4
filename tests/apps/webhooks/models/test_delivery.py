"""What the database itself refuses of deliveries."""

import pytest
from django.db import IntegrityError, transaction

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks.models import Delivery
from tests.factories.webhooks import DeliveryFactory

pytestmark = pytest.mark.django_db


def test_message_goes_to_an_endpoint_once() -> None:
    delivery = DeliveryFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory.create(endpoint=delivery.endpoint, message=delivery.message)


@pytest.mark.parametrize(
    "state",
    [
        {"state": "pending", "due_at": None},
        {"state": "succeeded", "lease_token": new_id()},
    ],
    ids=["pending but never due", "finished but leased"],
)
def test_state_that_nobody_would_ever_end_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFactory.create(**state)


def test_next_attempt_is_known_while_no_worker_is_at_it() -> None:
    due_at = clock.now()

    assert Delivery(due_at=due_at).next_attempt_at == due_at
    assert Delivery(due_at=due_at, lease_token=new_id()).next_attempt_at is None
    assert Delivery(state="succeeded", due_at=None).next_attempt_at is None
