"""How endpoints are doing, and that those who do well are left alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel import clock
from apps.resilience.types import OutboundTiming
from apps.webhooks.models import Endpoint
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.services.recording import judge
from apps.webhooks.services.standing import hold_changing, note_standing
from apps.webhooks.types import Answer, Judged
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
