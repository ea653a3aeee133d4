"""Answers kept for a day, so that a repeated request is answered alike and does nothing.

An answer is kept in the transaction of the request's effect: both are there, or neither is. Every
write of a phone waits for its two statements, so they go straight to PostgreSQL.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import orjson

from apps.api.models import IdempotentAnswer
from apps.api.ports import AnswerCipher, answer_ciphers
from apps.kernel.clock import now
from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id

KEPT_FOR = timedelta(hours=24)

# In one round trip, and so in one snapshot: who lets go of the key after the snapshot and before
# the lock is not found here, but by what keeps.
_CLAIM = Direct("""
    SELECT pg_try_advisory_xact_lock($1), kept.public_id, kept.request_hash, kept.sealed
    FROM (SELECT 1) AS once LEFT JOIN api_idempotent_answer AS kept
        ON kept.key_hash = $2 AND kept.created_at > $3
""")
# Only an answer that is too old to be found makes room.
_KEEP = Direct("""
    INSERT INTO api_idempotent_answer AS kept
        (public_id, created_at, updated_at, user_id, key_hash, request_hash, sealed)
    VALUES ($1, $2, $2, $3, $4, $5, $6)
    ON CONFLICT (key_hash) DO UPDATE SET (public_id, created_at, updated_at, request_hash, sealed)
        = (EXCLUDED.public_id, EXCLUDED.created_at, EXCLUDED.updated_at, EXCLUDED.request_hash,
           EXCLUDED.sealed)
    WHERE kept.created_at <= $7
    RETURNING true
""")


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


class InUse(Exception):
    """Another transaction holds the key, or has kept an answer for it meanwhile."""


def claim(key_hash: str) -> KeptAnswer | None:
    """Hold a key until the transaction ends; return what was kept for it within the last day.

    Raises InUse while another transaction holds it.
    """
    number = int.from_bytes(bytes.fromhex(key_hash)[:8], signed=True)
    row = _CLAIM.first([in_text(number), in_text(key_hash), in_text(now() - KEPT_FOR)])
    if row is None or not row[0]:
        raise InUse
    return None if row[1] is None else KeptAnswer(*row[1:])


def keep(answer: Answer, *, user_id: int | None, key_hash: str, request_hash: str) -> None:
    """Keep an answer for a key that the caller has claimed; raises InUse."""
    public_id, moment = new_id(), now()
    sealed = _cipher().seal(_packed(answer), place=_place(public_id))
    values = (public_id, moment, user_id, key_hash, request_hash, sealed, moment - KEPT_FOR)
    if _KEEP.first([in_text(value) for value in values]) is None:
        raise InUse


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
