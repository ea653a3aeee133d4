"""Answers survive being kept, and are marked as repeated."""

from dataclasses import replace

import pytest

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.sync.models import PushedOperation
from apps.sync.services.answers import Answer, change_in, in_json, keep_answers, kept_answers
from apps.sync.types import Caller, Outcome, Result
from tests.apps.sync.pushes import upsert


def test_operation_is_the_same_after_it_was_kept() -> None:
    change = upsert("requests", "r1", 3, clock=17, title="Lift", unit_id=None)

    assert change_in(in_json(change)) == change


@pytest.mark.django_db
def test_answer_is_the_same_after_it_was_kept_but_for_being_repeated(phone: Caller) -> None:
    change = upsert("requests", "r1", title="Lift")
    result = Result(
        op_id=change.op_id,
        outcome=Outcome.MERGED,
        revision=4,
        record={"id": "r1", "title": "Lift", "unit_id": None},
        conflict_id=new_id(),
    )

    keep_answers(phone.state_id, [Answer(change=change, result=result)])

    assert kept_answers(phone.state_id, [change.op_id, new_id()]) == {
        change.op_id: replace(result, is_repeated=True)
    }


@pytest.mark.django_db
def test_what_waits_is_kept_with_what_it_needs(phone: Caller) -> None:
    change, moment = upsert("requests", "r1", title="Lift"), now()
    result = Result(op_id=change.op_id, outcome=Outcome.QUEUED)

    keep_answers(
        phone.state_id, [Answer(change=change, result=result, waiting=change, due_at=moment)]
    )

    kept = PushedOperation.objects.get()
    assert (kept.due_at, kept.outcome, kept.attempts) == (moment, Outcome.QUEUED, 0)
    assert kept.change is not None
    assert change_in(kept.change) == change
