"""P16: every attempt leaves one row, and states only move along the state machine."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.notifications import services
from apps.notifications.models import Attempt, Delivery
from apps.notifications.services.claiming import claim_due
from apps.notifications.services.recording import record, release
from apps.notifications.states import may_become
from apps.notifications.types import DeliveryState, Outcome, Parcel, Reply
from tests.factories.notifications import DeliveryFactory

STEPS = st.sampled_from(
    ("claim", "reply", "late_reply", "release", "lose", "delivered", "opened", "wait")
)
OUTCOMES = st.sampled_from([each for each in Outcome if each is not Outcome.EXPIRED])


@dataclass
class Worker:
    """What one worker holds; others' leases run out under it."""

    held: list[Parcel]
    lost: list[Parcel]


@pytest.mark.django_db
@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=st.lists(st.tuples(STEPS, OUTCOMES), max_size=14))
def test_property_p16_every_attempt_leaves_one_row(steps: list[tuple[str, Outcome]]) -> None:
    """Seen to fail where a late reply took back what the app had told."""
    # All examples share a transaction.
    Delivery.objects.all().delete()
    delivery, worker, sent = DeliveryFactory.create(), Worker([], []), 0
    state = DeliveryState(delivery.state)

    for step, outcome in steps:
        sent += _take(step, outcome, delivery, worker)
        following = DeliveryState(Delivery.objects.get(pk=delivery.pk).state)
        assert following == state or may_become(state, following), (step, state, following)
        state = following

    delivery.refresh_from_db()
    assert Attempt.objects.filter(delivery=delivery).count() == sent
    assert delivery.attempt_count <= sent
    assert (delivery.due_at is None) == (state is not DeliveryState.QUEUED)
    assert (delivery.finished_at is None) == (state is DeliveryState.QUEUED)


def _take(step: str, outcome: Outcome, delivery: Delivery, worker: Worker) -> int:
    """Take one step; return how many attempts that was."""
    if step == "claim":
        worker.held += claim_due(limit=1).parcels
    elif step in {"reply", "late_reply"}:
        source = worker.held if step == "reply" else worker.lost
        if source:
            reply = Reply(outcome=outcome, started_at=clock.now(), duration_ms=1.0)
            record([(source.pop(), reply)])
            return 1
    elif step == "release" and worker.held:
        release([worker.held.pop()])
    elif step == "lose" and worker.held:
        worker.lost.append(worker.held.pop())
        _make_due(delivery)
    elif step == "wait" and not worker.held:
        _make_due(delivery)
    elif step in {"delivered", "opened"}:
        _report(step, delivery)
    return 0


def _make_due(delivery: Delivery) -> None:
    queued = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED)
    queued.update(due_at=clock.now() - timedelta(seconds=1))


def _report(step: str, delivery: Delivery) -> None:
    report = services.report_delivered if step == "delivered" else services.report_opened
    try:
        report(user_id=delivery.user_id, delivery_id=delivery.public_id)
    except NotFound as error:
        raise AssertionError("It is theirs.") from error
