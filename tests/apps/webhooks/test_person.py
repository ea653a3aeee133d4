"""A person's webhooks as the operator sees them; actions are tested with the console's views."""

import pytest

from apps.accounts.models import User
from apps.console.types import Person, Tone
from apps.kernel.clock import now
from apps.webhooks.person import SECTION
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "tone"),
    [
        ({}, Tone.GOOD),
        ({"consecutive_failures": 3}, Tone.WARN),
        ({"state": "disabled"}, Tone.BAD),
    ],
)
def test_endpoints_tell_how_they_do(owner: User, fields: dict[str, object], tone: Tone) -> None:
    EndpointFactory.create(owner=owner, event_types=["a", "b", "c", "d"], **fields)
    EndpointFactory.create()

    (row,) = SECTION.rows(Person(id=owner.pk, public_id=owner.public_id))

    assert row.tone is tone
    assert "a, b, c …" in row.detail


def test_deliveries_are_paged_and_only_finished_ones_may_be_sent_again(owner: User) -> None:
    endpoint = EndpointFactory.create(owner=owner)
    person = Person(id=owner.pk, public_id=owner.public_id)
    DeliveryFactory.create(endpoint=endpoint, state="succeeded", due_at=None, finished_at=now())
    DeliveryFactory.create(endpoint=endpoint)
    DeliveryFactory.create()

    newest, oldest = SECTION.entries(person, None, 9)

    assert newest.actions == ()
    assert oldest.actions == ("resend",)
    assert SECTION.entries(person, newest.key, 9) == [oldest]
