"""The breaker: an endpoint that only fails is left alone, tried by one, and taken up again."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from apps.kernel import clock
from apps.webhooks.breaker import FAILURES_TO_OPEN
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services import deliver_due
from apps.webhooks.types import HealthState
from tests.factories.webhooks import EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer, answering

pytestmark = pytest.mark.django_db

MANY = 100


@pytest.fixture
def endpoint(partner: HostileServer) -> Endpoint:
    endpoint = EndpointFactory.create(url=partner.url)
    messages = Message.objects.bulk_create(MessageFactory.build() for _ in range(MANY))
    Delivery.objects.bulk_create(
        Delivery(message=message, endpoint=endpoint, owner=endpoint.owner, due_at=clock.now())
        for message in messages
    )
    return endpoint


def _run(endpoint: Endpoint, partner: HostileServer) -> int:
    """Let a worker deliver what is due; return how many requests that made."""
    before = len(partner.requests)
    deliver_due()
    endpoint.refresh_from_db()
    return len(partner.requests) - before


def _pause_ends(endpoint: Endpoint) -> None:
    Endpoint.objects.filter(id=endpoint.id).update(paused_until=clock.now())


def test_endpoint_that_only_fails_is_left_alone_with_most_still_unsent(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = answering(500)

    sent = _run(endpoint, partner)

    assert FAILURES_TO_OPEN <= sent < MANY
    assert endpoint.health.state == HealthState.OPEN
    assert endpoint.trips == 1
    assert endpoint.health.next_probe_at is not None
    pause = endpoint.health.next_probe_at - clock.now()
    assert timedelta(0) < pause <= timedelta(seconds=30)
    assert Delivery.objects.filter(attempt_count=0).count() == MANY - sent
    assert _run(endpoint, partner) == 0


def test_failed_probe_opens_it_for_twice_as_long(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = answering(500)
    _run(endpoint, partner)
    opened_at = endpoint.opened_at
    _pause_ends(endpoint)

    assert _run(endpoint, partner) == 1

    assert (endpoint.trips, endpoint.opened_at) == (2, opened_at)
    assert endpoint.paused_until is not None
    assert endpoint.paused_until - clock.now() > timedelta(seconds=30)
    assert endpoint.probing_until is None


def test_probe_that_succeeds_closes_it_and_all_is_sent(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = answering(500)
    _run(endpoint, partner)
    _pause_ends(endpoint)
    partner.behave = answering(200)

    _run(endpoint, partner)

    assert endpoint.health.state == HealthState.HEALTHY
    assert (endpoint.trips, endpoint.opened_at, endpoint.paused_until) == (0, None, None)
    assert not Delivery.objects.filter(attempt_count=0).exists()


def test_failures_between_successes_never_open_it(
    endpoint: Endpoint, partner: HostileServer, settings: Settings
) -> None:
    settings.WEBHOOKS_RETRY_SECONDS = ()
    statuses = ([500] * (FAILURES_TO_OPEN - 1) + [200]) * 10

    for status in statuses[:MANY]:
        partner.behave = answering(status)
        Delivery.objects.filter(state="pending").update(due_at=clock.now() + timedelta(days=1))
        first = Delivery.objects.filter(state="pending").order_by("id")[:1]
        Delivery.objects.filter(id__in=first.values("id")).update(due_at=clock.now())
        assert _run(endpoint, partner) == 1

    assert endpoint.trips == 0
