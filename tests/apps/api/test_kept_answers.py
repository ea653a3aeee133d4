"""Answers are kept for a day, encrypted, and bound to their row."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from apps.accounts.models import User
from apps.api import kept_answers
from apps.api.kept_answers import Answer
from apps.api.models import IdempotentAnswer
from apps.api.tasks import purge_kept_answers
from apps.kernel.clock import now
from apps.keyring.errors import CiphertextRefused
from apps.keyring.models import Key
from apps.keyring.services import activate_key, add_key, reencrypt, revoke_key
from apps.keyring.types import Purpose, State

pytestmark = pytest.mark.django_db
ANSWER = Answer(status=201, headers={"Content-Type": "application/json"}, body=b'{"a":\n"secret"}')
KEYS = ["a" * 64, "b" * 64]


def kept(key_hash: str = KEYS[0], *, user_id: int | None = None) -> IdempotentAnswer:
    kept_answers.keep(ANSWER, user_id=user_id, key_hash=key_hash, request_hash="c" * 64)
    return IdempotentAnswer.objects.get(key_hash=key_hash)


def test_answer_comes_back_as_it_was() -> None:
    assert kept_answers.opened(kept()) == ANSWER


def test_answer_at_rest_shows_nothing() -> None:
    assert b"secret" not in bytes(kept().sealed)


def test_answer_moved_to_another_row_does_not_open() -> None:
    mine, theirs = (kept(key_hash) for key_hash in KEYS)

    mine.sealed = theirs.sealed

    with pytest.raises(CiphertextRefused):
        kept_answers.opened(mine)


def test_answer_is_kept_for_a_day_and_not_longer() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        kept()
        clock.shift(timedelta(hours=23, minutes=59))
        purge_kept_answers()
        assert kept_answers.find(KEYS[0])

        clock.shift(timedelta(minutes=1))

        assert kept_answers.find(KEYS[0]) is None
        assert not IdempotentAnswer.objects.exists()


def test_answers_of_yesterday_are_purged() -> None:
    with time_machine.travel(now() - timedelta(hours=24), tick=False):
        kept(KEYS[0])
    kept(KEYS[1])

    assert kept_answers.purge() == 1
    assert [row.key_hash for row in IdempotentAnswer.objects.all()] == [KEYS[1]]


def test_purge_runs_every_hour() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["api.purge_kept_answers"]

    assert (entry["task"], entry["schedule"]) == (purge_kept_answers.name, 3600.0)


def test_answer_goes_with_its_user(owner: User) -> None:
    kept(user_id=owner.pk)

    owner.delete()

    assert not IdempotentAnswer.objects.exists()


def test_answer_outlives_the_rotation_of_its_key() -> None:
    kept()
    former = Key.objects.get(purpose=Purpose.IDEMPOTENT_ANSWER, state=State.ACTIVE)
    activate_key(kid=add_key(purpose=Purpose.IDEMPOTENT_ANSWER))

    [*_, progress] = reencrypt(purpose=Purpose.IDEMPOTENT_ANSWER)
    # A test is one transaction, which for all the keyring knows may still encrypt.
    revoke_key(kid=former.kid, is_forced=True)

    assert (progress.moved, progress.left) == (1, 0)
    assert kept_answers.opened(IdempotentAnswer.objects.get()) == ANSWER
