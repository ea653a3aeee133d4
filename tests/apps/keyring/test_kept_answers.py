"""Kept answers are encrypted, bound to their row, and follow the rotation of their key."""

import pytest

from apps.api import kept_answers
from apps.api.kept_answers import Answer, KeptAnswer
from apps.keyring.errors import CiphertextRefused
from apps.keyring.models import Key
from apps.keyring.services import activate_key, add_key, reencrypt, revoke_key
from apps.keyring.types import Purpose, State

pytestmark = pytest.mark.django_db
ANSWER = Answer(status=201, headers={}, body=b'{"a":"secret"}')


def kept(key_hash: str = "a" * 64) -> KeptAnswer:
    kept_answers.keep(ANSWER, user_id=None, key_hash=key_hash, request_hash="c" * 64)
    found = kept_answers.claim(key_hash)
    assert found is not None
    return found


def test_answer_at_rest_shows_nothing() -> None:
    assert b"secret" not in bytes(kept().sealed)


def test_answer_moved_to_another_row_does_not_open() -> None:
    mine, theirs = kept("a" * 64), kept("b" * 64)

    with pytest.raises(CiphertextRefused):
        kept_answers.opened(mine._replace(sealed=theirs.sealed))


def test_answer_outlives_the_rotation_of_its_key() -> None:
    kept()
    former = Key.objects.get(purpose=Purpose.IDEMPOTENT_ANSWER, state=State.ACTIVE)
    activate_key(kid=add_key(purpose=Purpose.IDEMPOTENT_ANSWER))

    [*_, progress] = reencrypt(purpose=Purpose.IDEMPOTENT_ANSWER)
    # A test is one transaction, which for all the keyring knows may still encrypt.
    revoke_key(kid=former.kid, is_forced=True)

    assert (progress.moved, progress.left) == (1, 0)
    found = kept_answers.claim("a" * 64)
    assert found is not None
    assert kept_answers.opened(found) == ANSWER
