"""Who sees what of webhooks, and how much waits."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.kernel import clock
from apps.webhooks import selectors
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, SecretFactory, logged

pytestmark = pytest.mark.django_db


def test_everyone_sees_what_is_theirs(owner: User, stranger: User) -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(owner=owner))

    assert list(selectors.endpoints_of(user_id=owner.pk)) == [delivery.endpoint]
    assert list(selectors.deliveries_of(user_id=owner.pk)) == [delivery]
    assert not selectors.endpoints_of(user_id=stranger.pk)
    assert not selectors.deliveries_of(user_id=stranger.pk)


def test_replaced_secret_lives_until_it_expires() -> None:
    endpoint = EndpointFactory.create()
    hour = timedelta(hours=1)
    replaced = SecretFactory.create(endpoint=endpoint, expires_at=clock.now() + hour)
    SecretFactory.create(endpoint=endpoint, expires_at=clock.now() - hour)
    current = endpoint.secrets.get(expires_at=None)

    assert set(selectors.living_secrets([endpoint.id])) == {current, replaced}


def test_secret_that_is_shown_is_the_current_one() -> None:
    endpoint = EndpointFactory.create()
    shown = selectors.secret_of(endpoint_id=endpoint.public_id)

    SecretFactory.create(endpoint=endpoint, expires_at=clock.now() + timedelta(hours=1))

    assert selectors.secret_of(endpoint_id=endpoint.public_id) == shown


def test_backlog_counts_what_is_pending_and_how_long_it_is_overdue() -> None:
    now = clock.now()
    DeliveryFactory.create(due_at=now - timedelta(seconds=90))
    DeliveryFactory.create(due_at=now + timedelta(hours=1))
    DeliveryFactory.create(state="failed", due_at=None)

    waiting = selectors.backlog()

    assert waiting.pending == 2
    assert 90 <= waiting.oldest_due_seconds < 120


def test_nothing_waits_where_nothing_is_pending() -> None:
    DeliveryFactory.create(due_at=clock.now() + timedelta(hours=1))
    assert selectors.backlog().oldest_due_seconds == 0


def test_event_for_nobody_goes_to_no_endpoint() -> None:
    EndpointFactory.create()
    event = logged(audience=())

    assert selectors.endpoints_hearing([event]) == {event.event_id: []}
