"""Bodies of their own: large bytes lie in a file of nothing else, beside that of their entry.

So a server in front can send them by itself (nginx: ``X-Accel-Redirect``). The file is named after
its address and the digest of its bytes, and is there before the entry that names it: under one name
there are never other bytes.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from apps.caching.entries import CorruptEntry, Entry, Form

# What is smaller fits into the block of its entry.
APART_FROM_BYTES = 4096
_DIGEST_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Body:
    """The bytes of an entry, as it names them."""

    digest: str
    size_bytes: int

    def beside(self, path: Path) -> Path:
        """Return where they lie, for an entry that lies there."""
        return path.with_name(f"{path.name}.{self.digest}")


def is_large(entry: Entry) -> bool:
    """Tell whether the bytes of an entry get a file of their own."""
    return entry.form is Form.BYTES and len(entry.body) >= APART_FROM_BYTES


def parted(entry: Entry) -> tuple[Entry, Body]:
    """Return an entry that names its bytes in place of having them."""
    body = Body(digest=_digest(entry.body), size_bytes=len(entry.body))
    return replace(entry, form=Form.APART, body=orjson.dumps(asdict(body))), body


def body_of(entry: Entry) -> Body | None:
    """Return what an entry names; None where it has all it says itself. Raises CorruptEntry."""
    if entry.form is not Form.APART:
        return None
    try:
        return Body(**orjson.loads(entry.body))
    except (ValueError, TypeError) as error:
        raise CorruptEntry("What it names is of another version.") from error


def joined(entry: Entry, body: Body, read: bytes) -> Entry:
    """Return the entry with the bytes that were read; raises CorruptEntry if they are others."""
    if _digest(read) != body.digest:
        raise CorruptEntry("Its bytes are torn or changed.")
    return replace(entry, form=Form.BYTES, body=read)


def _digest(read: bytes) -> str:
    return hashlib.blake2b(read, digest_size=_DIGEST_BYTES).hexdigest()
