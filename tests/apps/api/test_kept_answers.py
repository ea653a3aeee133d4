"""Answers are kept for a day, and come back as they were."""

from datetime import timedelta

import pytest
import time_machine

from apps.accounts.models import User
from apps.api import kept_answers
from apps.api.kept_answers import Answer, KeptAnswer
from apps.api.models import IdempotentAnswer
from apps.api.tasks import purge_kept_answers
from apps.kernel.clock import now

pytestmark = pytest.mark.django_db
ANSWER = Answer(status=201, headers={"Content-Type": "application/json"}, body=b'{"a":\n"secret"}')
KEYS = ["a" * 64, "b" * 64]


def kept(key_hash: str = KEYS[0], *, user_id: int | None = None) -> KeptAnswer:
    kept_answers.keep(ANSWER, user_id=user_id, key_hash=key_hash, request_hash="c" * 64)
    found = kept_answers.claim(key_hash)
    assert found is not None
    return found


def test_answer_comes_back_as_it_was() -> None:
    assert kept_answers.opened(kept()) == ANSWER


def test_answer_is_kept_for_a_day_and_not_longer() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        kept()
        clock.shift(timedelta(hours=23, minutes=59))
        purge_kept_answers()
        assert kept_answers.claim(KEYS[0])

        clock.shift(timedelta(minutes=1))

        assert kept_answers.claim(KEYS[0]) is None


def test_key_of_yesterday_may_be_used_anew() -> None:
    with time_machine.travel(now() - timedelta(hours=24), tick=False):
        former = kept()

    assert kept() != former
    assert IdempotentAnswer.objects.count() == 1


def test_answer_that_is_kept_already_is_not_replaced() -> None:
    first = kept()

    with pytest.raises(kept_answers.InUse):
        kept()

    assert kept_answers.claim(KEYS[0]) == first


def test_answers_of_yesterday_are_purged() -> None:
    with time_machine.travel(now() - timedelta(hours=24), tick=False):
        kept(KEYS[0])
    kept(KEYS[1])

    assert kept_answers.purge() == 1
    assert [row.key_hash for row in IdempotentAnswer.objects.all()] == [KEYS[1]]


def test_answer_goes_with_its_user(owner: User) -> None:
    kept(user_id=owner.pk)

    owner.delete()

    assert not IdempotentAnswer.objects.exists()
