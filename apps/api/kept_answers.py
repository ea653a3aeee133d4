"""Answers kept for a day, so that a repeated request is answered alike and does nothing.

An answer is kept in the transaction of the request's effect: both are there, or neither is. Its
statements are written by hand: every write of a phone waits for them, and Django would take
several times longer to make them than PostgreSQL takes to run them (R8 section 5).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from apps.api.models import IdempotentAnswer
from apps.api.ports import AnswerCipher, answer_ciphers
from apps.kernel.clock import now
from apps.kernel.ids import new_id

KEPT_FOR = timedelta(hours=24)

_FIND = """
    SELECT public_id, request_hash, sealed FROM api_idempotent_answer
    WHERE key_hash = %s AND created_at > %s
"""
# A key that is there already is one whose answer is too old to be found.
_KEEP = """
    INSERT INTO api_idempotent_answer
        (public_id, created_at, updated_at, user_id, key_hash, request_hash, sealed)
    VALUES (%(id)s, %(now)s, %(now)s, %(user_id)s, %(key_hash)s, %(request_hash)s, %(sealed)s)
    ON CONFLICT (key_hash) DO UPDATE SET (public_id, created_at, updated_at, request_hash, sealed)
        = (EXCLUDED.public_id, EXCLUDED.created_at, EXCLUDED.updated_at, EXCLUDED.request_hash,
           EXCLUDED.sealed)
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes out, but for what is said anew each time."""

    status: int
    headers: dict[str, str]
    body: bytes


class KeptAnswer(NamedTuple):
    """An answer at rest, and the request it was given to."""

    public_id: UUID
    request_hash: str
    sealed: bytes


def hold(key_hash: str) -> bool:
    """Hold a key until the transaction ends; False where another transaction holds it."""
    number = int.from_bytes(bytes.fromhex(key_hash)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone() == (True,))


def find(key_hash: str) -> KeptAnswer | None:
    """Return what was kept within the last day for a key that the caller holds."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [key_hash, now() - KEPT_FOR])
        row = cursor.fetchone()
    return None if row is None else KeptAnswer(*row)


def keep(answer: Answer, *, user_id: int | None, key_hash: str, request_hash: str) -> None:
    """Keep an answer for a key that the caller holds."""
    public_id = new_id()
    values: dict[str, Any] = {
        "id": public_id,
        "now": now(),
        "user_id": user_id,
        "key_hash": key_hash,
        "request_hash": request_hash,
        "sealed": _cipher().seal(_packed(answer), place=_place(public_id)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def opened(kept: KeptAnswer) -> Answer:
    """Return the answer; raises the cipher's error where it cannot be read any more."""
    return _unpacked(_cipher().unseal(bytes(kept.sealed), place=_place(kept.public_id)))


def purge() -> int:
    """Delete what is too old; return how many answers that were."""
    deleted, _ = IdempotentAnswer.objects.filter(created_at__lte=now() - KEPT_FOR).delete()
    return deleted


def place_of(row: IdempotentAnswer) -> bytes:
    """Return what the encrypted answer of a row is bound to."""
    return _place(row.public_id)


def _place(public_id: UUID) -> bytes:
    return f"api.idempotentanswer.sealed:{public_id}".encode()


def _cipher() -> AnswerCipher:
    return next(iter(answer_ciphers))


def _packed(answer: Answer) -> bytes:
    # JSON has no line breaks of its own, so the first one ends it.
    return orjson.dumps([answer.status, answer.headers]) + b"\n" + answer.body


def _unpacked(packed: bytes) -> Answer:
    head, _, body = packed.partition(b"\n")
    status, headers = orjson.loads(head)
    return Answer(status=status, headers=headers, body=body)
