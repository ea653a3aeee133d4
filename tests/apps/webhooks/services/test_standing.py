"""How endpoints are doing, and that those who do well are left alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel import clock
from apps.resilience.types import OutboundTiming
from apps.webhooks.breaker import FAILURES_TO_OPEN, FIRST_PAUSE
from apps.webhooks.models import Endpoint
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.recording import judge
from apps.webhooks.services.standing import hold_changing, note_standing
from apps.webhooks.types import Answer, HealthState, Judged
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db


def _judged(endpoint: Endpoint, *statuses: int) -> list[Judged]:
    for _ in statuses:
        DeliveryFactory.create(endpoint=endpoint)
    begun = clock.now()
    answers = (
        Answer(
            started_at=begun + timedelta(seconds=number),
            request_headers={},
            timing=OutboundTiming(),
            status=status,
        )
        for number, status in enumerate(statuses)
    )
    return judge(zip(claim_due(limit=100, rooms={}), answers, strict=True))


def _note(judged: list[Judged]) -> None:
    note_standing(judged, hold_changing(judged))


@pytest.mark.parametrize(
    ("before", "statuses", "after"),
    [
        (0, (500,), 1),
        (2, (500, 500), 4),
        (2, (200,), 0),
        (2, (500, 200), 0),
        (2, (200, 500), 1),
        (2, (500, 200, 500, 500), 2),
    ],
)
def test_failures_are_counted_since_the_last_success(
    before: int, statuses: tuple[int, ...], after: int
) -> None:
    since = clock.now() - timedelta(days=1)
    endpoint = EndpointFactory.create(
        consecutive_failures=before, failing_since=since if before else None
    )

    _note(_judged(endpoint, *statuses))

    endpoint.refresh_from_db()
    assert endpoint.consecutive_failures == after
    assert (endpoint.failing_since is None) == (after == 0)
    if before and 200 not in statuses:
        assert endpoint.failing_since == since


def test_endpoint_that_goes_on_succeeding_is_not_written() -> None:
    judged = _judged(EndpointFactory.create(), 200, 200)

    with CaptureQueriesContext(connection) as queries:
        _note(judged)

    assert not [query for query in queries if "UPDATE" in query["sql"]]


def test_pause_is_never_shortened() -> None:
    later = clock.now() + timedelta(minutes=9)
    endpoint = EndpointFactory.create()
    judged = _judged(endpoint, 503)
    Endpoint.objects.update(paused_until=later)

    _note(judged)

    endpoint.refresh_from_db()
    assert endpoint.paused_until == later


def test_breaker_opens_at_the_twentieth_failure_in_a_row_and_once_for_all_of_them() -> None:
    endpoint = EndpointFactory.create()

    _note(_judged(endpoint, *[500] * (FAILURES_TO_OPEN - 1)))
    endpoint.refresh_from_db()
    assert endpoint.trips == 0
    under_way = _judged(endpoint, *[500] * 10)
    _note(under_way)

    endpoint.refresh_from_db()
    assert (endpoint.trips, endpoint.health.state) == (1, HealthState.OPEN)
    assert endpoint.opened_at is not None
    assert endpoint.paused_until == under_way[0].judged_at + FIRST_PAUSE


def test_success_of_what_was_under_way_closes_the_breaker() -> None:
    later = clock.now() + timedelta(minutes=1)
    endpoint = EndpointFactory.create(consecutive_failures=20, failing_since=clock.now())
    judged = _judged(endpoint, 200)
    Endpoint.objects.update(trips=1, paused_until=later, warned_at=clock.now())

    _note(judged)

    endpoint.refresh_from_db()
    assert (endpoint.trips, endpoint.paused_until, endpoint.warned_at) == (0, None, None)


def test_pause_that_was_asked_for_outlives_a_success() -> None:
    later = clock.now() + timedelta(minutes=1)
    endpoint = EndpointFactory.create(consecutive_failures=1, failing_since=clock.now())
    judged = _judged(endpoint, 200)
    Endpoint.objects.update(paused_until=later)

    _note(judged)

    endpoint.refresh_from_db()
    assert (endpoint.consecutive_failures, endpoint.paused_until) == (0, later)


def test_what_is_refused_on_our_side_is_no_failure_of_the_receiver() -> None:
    endpoint = EndpointFactory.create()
    DeliveryFactory.create(endpoint=endpoint)
    (parcel,) = claim_due(limit=1, rooms={})
    refused = Answer(
        started_at=clock.now(), request_headers={}, timing=OutboundTiming(), is_final=True
    )

    _note(judge([(parcel, refused)]))

    endpoint.refresh_from_db()
    assert (endpoint.consecutive_failures, endpoint.failing_since) == (0, None)
