"""Answers kept for a day, so that a repeated request is answered alike and does nothing.

An answer is kept in the transaction of the request's effect: both are there, or neither is.
"""

from dataclasses import dataclass
from datetime import timedelta

import orjson
from django.db import connection

from apps.api.models import IdempotentAnswer
from apps.api.ports import AnswerCipher, answer_ciphers
from apps.kernel.clock import now

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes out, but for what is said anew each time."""

    status: int
    headers: dict[str, str]
    body: bytes


def hold(key_hash: str) -> bool:
    """Hold a key until the transaction ends; False where another transaction holds it."""
    number = int.from_bytes(bytes.fromhex(key_hash)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone() == (True,))


def find(key_hash: str) -> IdempotentAnswer | None:
    """Return what is kept for a key that the caller holds; what is too old is deleted."""
    row = IdempotentAnswer.objects.filter(key_hash=key_hash).first()
    if row is not None and row.created_at <= now() - KEPT_FOR:
        row.delete()
        return None
    return row


def keep(answer: Answer, *, user_id: int | None, key_hash: str, request_hash: str) -> None:
    """Keep an answer for a key that the caller holds."""
    row = IdempotentAnswer(user_id=user_id, key_hash=key_hash, request_hash=request_hash)
    row.sealed = _cipher().seal(_packed(answer), place=place_of(row))
    row.save()


def opened(row: IdempotentAnswer) -> Answer:
    """Return the answer in a row; raises the cipher's error where it cannot be read any more."""
    return _unpacked(_cipher().unseal(bytes(row.sealed), place=place_of(row)))


def purge() -> int:
    """Delete what is too old; return how many answers that were."""
    deleted, _ = IdempotentAnswer.objects.filter(created_at__lte=now() - KEPT_FOR).delete()
    return deleted


def place_of(row: IdempotentAnswer) -> bytes:
    """Return what the encrypted answer of a row is bound to."""
    return f"api.idempotentanswer.sealed:{row.public_id}".encode()


def _cipher() -> AnswerCipher:
    return next(iter(answer_ciphers))


def _packed(answer: Answer) -> bytes:
    # JSON has no line breaks of its own, so the first one ends it.
    return orjson.dumps([answer.status, answer.headers]) + b"\n" + answer.body


def _unpacked(packed: bytes) -> Answer:
    head, _, body = packed.partition(b"\n")
    status, headers = orjson.loads(head)
    return Answer(status=status, headers=headers, body=body)
