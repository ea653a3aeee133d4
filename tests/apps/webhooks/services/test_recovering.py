"""Recoveries: whole periods sent again, through every crash, behind live events."""

import os
import signal
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.webhooks.errors import (
    EndpointIsDisabled,
    ImpossiblePeriod,
    RecoveryIsOver,
    RecoveryUnderWay,
    UnknownEventType,
)
from apps.webhooks.models import Delivery, Endpoint, Recovery
from apps.webhooks.services import (
    advance_recoveries,
    cancel_recovery,
    deliver_due,
    recover,
    replay,
)
from devstack.waiting import wait_until
from tests.apps.webhooks.conftest import told_of, topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory, MessageFactory
from tests.hostile_server import HostileServer
from tests.processes import OtherProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(partner: HostileServer) -> Endpoint:
    return EndpointFactory.create(url=partner.url)


def _ago(**length: float) -> datetime:
    return clock.now() - timedelta(**length)


def _finished(endpoint: Endpoint, state: str = "failed", **facts: Any) -> Delivery:
    message = MessageFactory.create(
        occurred_at=facts.pop("occurred_at", _ago(minutes=5)),
        topic=facts.pop("topic", "buildings.building.created"),
    )
    return DeliveryFactory.create(
        endpoint=endpoint,
        message=message,
        state=state,
        due_at=None,
        finished_at=_ago(minutes=4),
        retries_used=5,
        **facts,
    )


def _states(*deliveries: Delivery) -> list[str]:
    return [Delivery.objects.get(pk=delivery.pk).state for delivery in deliveries]


def test_what_failed_is_sent_again_under_the_same_id(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    failed, cancelled = _finished(endpoint), _finished(endpoint, "cancelled")
    delivered = _finished(endpoint, "succeeded")
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    assert advance_recoveries() == 2
    deliver_due()

    assert {request.headers["webhook-id"] for request in partner.requests} == {
        str(failed.message.public_id),
        str(cancelled.message.public_id),
    }
    assert len(partner.requests) == 2
    assert _states(failed, cancelled, delivered) == ["succeeded"] * 3
    assert advance_recoveries() == 0
    recovery = Recovery.objects.get(public_id=recovery_id)
    assert (recovery.state, recovery.total, recovery.done) == ("done", 2, 2)
    assert recovery.progress.percent == 100.0
    assert recovery.finished_at is not None
    assert topics_of(endpoint.public_id) == [
        "webhooks.recovery.started",
        "webhooks.recovery.finished",
    ]


def test_sent_again_with_a_full_round_of_retries(endpoint: Endpoint) -> None:
    delivery = _finished(endpoint)
    recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    advance_recoveries()

    delivery.refresh_from_db()
    assert (delivery.retries_used, delivery.resend_count) == (0, 1)
    assert delivery.finished_at is None


def test_replay_sends_all_of_its_period_and_types(endpoint: Endpoint) -> None:
    chosen = [
        _finished(endpoint, "succeeded", topic="buildings.unit.added"),
        _finished(endpoint, "failed", topic="buildings.request.opened"),
    ]
    others = [
        _finished(endpoint, "succeeded", topic="buildings.building.created"),
        _finished(endpoint, "succeeded", topic="buildings.unit.added", occurred_at=_ago(hours=3)),
        _finished(endpoint, "failed", topic="buildings.unit.added", occurred_at=_ago(seconds=1)),
        _finished(EndpointFactory.create(), "failed", topic="buildings.unit.added"),
    ]
    replay(
        endpoint_id=endpoint.public_id,
        since=_ago(hours=1),
        until=_ago(minutes=1),
        event_types=["buildings.unit.*", "buildings.request.opened"],
    )

    assert advance_recoveries() == 2

    assert _states(*chosen) == ["pending"] * 2
    assert _states(*others) == ["succeeded", "succeeded", "failed", "failed"]


def test_live_events_go_first(endpoint: Endpoint) -> None:
    failed = _finished(endpoint)
    live = DeliveryFactory.create(endpoint=endpoint)
    recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    assert advance_recoveries() == 0
    assert _states(failed) == ["failed"]

    deliver_due()
    assert _states(live) == ["succeeded"]
    assert advance_recoveries() == 1


def test_each_batch_waits_until_the_former_is_sent(endpoint: Endpoint) -> None:
    for _ in range(5):
        _finished(endpoint)
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    assert advance_recoveries(limit=2) == 2
    assert advance_recoveries(limit=2) == 0
    progress = Recovery.objects.get(public_id=recovery_id).progress
    assert progress.percent == 40.0
    assert progress.per_second > 0
    assert progress.seconds_left is not None

    deliver_due()
    assert advance_recoveries(limit=2) == 2


def test_what_fails_again_is_not_sent_for_ever(endpoint: Endpoint) -> None:
    delivery = _finished(endpoint)
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))
    advance_recoveries()
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", due_at=None)

    assert advance_recoveries() == 0
    assert Recovery.objects.get(public_id=recovery_id).state == "done"


def test_disabled_endpoint_waits(endpoint: Endpoint) -> None:
    delivery = _finished(endpoint)
    recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))
    Endpoint.objects.update(state="disabled")

    assert advance_recoveries() == 0
    assert _states(delivery) == ["failed"]

    Endpoint.objects.update(state="enabled")
    assert advance_recoveries() == 1


def test_cancelled_recovery_goes_no_further(endpoint: Endpoint) -> None:
    for _ in range(3):
        _finished(endpoint)
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))
    advance_recoveries(limit=1)
    deliver_due()

    cancel_recovery(recovery_id=recovery_id)

    assert advance_recoveries() == 0
    recovery = Recovery.objects.get(public_id=recovery_id)
    assert (recovery.state, recovery.done) == ("cancelled", 1)
    (told,) = [e for e in told_of(endpoint.public_id) if e.topic.endswith("cancelled")]
    assert told.payload["done"] == 1
    with pytest.raises(RecoveryIsOver):
        cancel_recovery(recovery_id=recovery_id)


def test_one_of_a_kind_at_a_time(endpoint: Endpoint) -> None:
    _finished(endpoint)
    recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    with pytest.raises(RecoveryUnderWay):
        recover(endpoint_id=endpoint.public_id, since=_ago(hours=2))
    replay(endpoint_id=endpoint.public_id, since=_ago(hours=1), until=clock.now())


def test_impossible_requests_are_refused(endpoint: Endpoint) -> None:
    with pytest.raises(ImpossiblePeriod):
        replay(endpoint_id=endpoint.public_id, since=_ago(hours=1), until=_ago(hours=2))
    with pytest.raises(ImpossiblePeriod):
        replay(endpoint_id=endpoint.public_id, since=_ago(hours=1), until=_ago(hours=-1))
    with pytest.raises(ImpossiblePeriod):
        replay(endpoint_id=endpoint.public_id, since=_ago(days=365 * 1900), until=clock.now())
    with pytest.raises(UnknownEventType):
        replay(
            endpoint_id=endpoint.public_id,
            since=_ago(hours=1),
            until=_ago(minutes=1),
            event_types=["no.such.thing"],
        )
    with pytest.raises(NotFound):
        recover(endpoint_id=new_id(), since=_ago(hours=1))
    with pytest.raises(NotFound):
        cancel_recovery(recovery_id=new_id())
    Endpoint.objects.update(state="disabled")
    with pytest.raises(EndpointIsDisabled):
        recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))


_COPIES = """
WITH original AS (SELECT * FROM webhooks_delivery WHERE id = %(id)s), copied AS (
    INSERT INTO webhooks_message (public_id, created_at, updated_at, topic, body, occurred_at,
        correlation_id, traceparent)
    SELECT uuidv7(), created_at, updated_at, topic, body, occurred_at, correlation_id, traceparent
    FROM webhooks_message, generate_series(2, %(count)s)
    WHERE id = (SELECT message_id FROM original)
    RETURNING id, occurred_at
)
INSERT INTO webhooks_delivery (public_id, message_id, occurred_at, endpoint_id, owner_id, state,
    attempt_count, retries_used, resend_count, last_reason, created_at, updated_at, finished_at)
SELECT uuidv7(), copied.id, copied.occurred_at, endpoint_id, owner_id, state, attempt_count,
    retries_used, resend_count, last_reason, created_at, updated_at, finished_at
FROM original, copied
"""


def _many_failed(endpoint: Endpoint, count: int) -> None:
    first = _finished(endpoint)
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, {"id": first.pk, "count": count})


def test_hundred_thousand_are_due_again_in_a_few_statements(
    endpoint: Endpoint, django_assert_max_num_queries: Any
) -> None:
    _many_failed(endpoint, 20_000)
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))

    with django_assert_max_num_queries(10):
        assert advance_recoveries(limit=20_000) == 20_000

    assert Recovery.objects.get(public_id=recovery_id).total == 20_000


# Each line asks for one more that steps until it is killed; all are forked off what is set up once.
_STEPPERS = """
import sys
from django.db import connection
from apps.webhooks.services import advance_recoveries

def step_for_ever():
    while True:
        advance_recoveries(limit=7)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE webhooks_delivery SET state = 'succeeded', due_at = NULL, "
                "finished_at = now() WHERE state = 'pending'")

for _ in sys.stdin:
    stepper = os.fork() or step_for_ever()
    say(stepper)
    say(os.waitstatus_to_exitcode(os.waitpid(stepper, 0)[1]))
"""


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_goes_on_where_it_was(endpoint: Endpoint) -> None:
    _many_failed(endpoint, 1500)
    recovery_id = recover(endpoint_id=endpoint.public_id, since=_ago(hours=1))
    steppers = OtherProcess(_STEPPERS)
    kills = 0

    while (before := Recovery.objects.get(public_id=recovery_id)).state == "running":
        steppers.tell("one more")
        stepper = int(steppers.line())
        assert wait_until(partial(_has_gone_on, before), seconds=60)
        os.kill(stepper, signal.SIGKILL)
        assert steppers.line() == str(-signal.SIGKILL)
        kills += 1

    recovery = Recovery.objects.get(public_id=recovery_id)
    assert kills > 2
    assert (recovery.done, recovery.total) == (1500, 1500)
    # Each of them, and none twice: the position is written with the batch.
    assert Counter(Delivery.objects.values_list("resend_count", flat=True)) == {1: 1500}


def _has_gone_on(before: Recovery) -> bool:
    """Tell whether a recovery has made another part of its way, or the rest."""
    now = Recovery.objects.get(pk=before.pk)
    return now.done > before.done + 200 or now.state == "done"


def test_day_that_had_nothing_pending_is_looked_at_at_once(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    delivery = _finished(endpoint, occurred_at=_ago(days=9))
    deliver_due()
    recover(endpoint_id=endpoint.public_id, since=_ago(days=10))

    advance_recoveries()
    deliver_due()

    assert _states(delivery) == ["succeeded"]
    assert len(partner.requests) == 1
