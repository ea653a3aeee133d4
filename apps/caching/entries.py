"""An entry: a value with its lifetimes, and how it is written so that damage is noticed.

Written as magic, BLAKE2b-128 of all that follows, length of the header (four bytes, big endian),
header (JSON), body. Nothing here can run code when it is read, which pickles can.
"""

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import orjson

from apps.caching.snapshots import Snapshot, read_snapshot

_MAGIC = b"MSC1"
_DIGEST_BYTES = 16
_HEADER_AT = len(_MAGIC) + _DIGEST_BYTES + 4
# What an entry takes besides its body: the header here, Python's objects in memory.
OVERHEAD_BYTES = 1024


class CorruptEntry(ValueError):
    """These bytes are no entry, or no longer the one that was written."""


class Form(StrEnum):
    """What the body holds."""

    BYTES = "bytes"
    JSON = "json"
    # Bytes that lie apart, in a file; the body says in which.
    APART = "apart"
    # It was looked for and does not exist; the body says why.
    ABSENT = "absent"


class Age(StrEnum):
    """What may be done with an entry at a moment."""

    FRESH = "fresh"
    # Served as stale while one caller makes it anew.
    STALE = "stale"
    # Served as stale if making it anew fails.
    RESERVE = "reserve"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A value as it is kept; times in seconds since 1970."""

    namespace: str
    key: str
    tags: tuple[str, ...]
    form: Form
    body: bytes
    # From before it was made, as PostgreSQL writes it; empty where it did not answer.
    seen: str
    made_at: float
    fresh_until: float
    stale_until: float
    reserve_until: float
    # What it took to make.
    cost_seconds: float

    @property
    def dead_at(self) -> float:
        """From when on it is good for nothing."""
        return max(self.stale_until, self.reserve_until)

    @property
    def size_bytes(self) -> int:
        """What it is taken to need, in any layer."""
        return len(self.body) + OVERHEAD_BYTES

    @property
    def snapshot(self) -> Snapshot | None:
        """What PostgreSQL had seen before it was made."""
        return read_snapshot(self.seen) if self.seen else None

    def age(self, moment: float) -> Age:
        """Tell what may be done with it."""
        if moment < self.fresh_until:
            return Age.FRESH
        if moment < self.stale_until:
            return Age.STALE
        return Age.RESERVE if moment < self.reserve_until else Age.DEAD


def encoded(value: Any) -> tuple[Form, bytes]:
    """Return a value as a body: bytes as they are, anything else as JSON; raises TypeError."""
    if isinstance(value, bytes):
        return Form.BYTES, value
    return Form.JSON, orjson.dumps(value)


def decoded(entry: Entry) -> Any:
    """Return the value of an entry: one's own, which nobody else can change."""
    return entry.body if entry.form is Form.BYTES else orjson.loads(entry.body)


def packed(entry: Entry) -> bytes:
    """Return an entry as it is written."""
    header = orjson.dumps({k: v for k, v in asdict(entry).items() if k != "body"})
    sealed = len(header).to_bytes(4, "big") + header + entry.body
    return _MAGIC + _digest(sealed) + sealed


def unpacked(written: bytes) -> Entry:
    """Return the entry that was written; raises CorruptEntry."""
    sealed = written[_HEADER_AT - 4 :]
    if written[:4] != _MAGIC or _digest(sealed) != written[4 : _HEADER_AT - 4]:
        raise CorruptEntry("Torn, changed or of another version.")
    length = int.from_bytes(sealed[:4], "big")
    return _entry(sealed[4 : 4 + length], sealed[4 + length :])


def cost_of(beginning: bytes) -> float:
    """Return what an entry took to make, from its first bytes, unchecked; 0 where they are none."""
    length = int.from_bytes(beginning[_HEADER_AT - 4 : _HEADER_AT], "big")
    try:
        return float(orjson.loads(beginning[_HEADER_AT : _HEADER_AT + length])["cost_seconds"])
    except (ValueError, TypeError, LookupError):
        return 0.0


def _entry(header: bytes, body: bytes) -> Entry:
    try:
        told = orjson.loads(header)
        told |= {"tags": tuple(told["tags"]), "form": Form(told["form"])}
        return Entry(body=body, **told)
    except (ValueError, TypeError, LookupError) as error:
        raise CorruptEntry("Its header is of another version.") from error


def _digest(sealed: bytes) -> bytes:
    return hashlib.blake2b(sealed, digest_size=_DIGEST_BYTES).digest()
