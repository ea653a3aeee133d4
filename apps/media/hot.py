"""The hot table: answers that one process gives again without asking anybody.

A thread watches what the answers rest on: that nothing was forgotten, and that the keys that signed
their URLs still count. So nothing is given for more than a second after it was forgotten; and where
the watch does not come back, nothing is given at all.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from apps.media.types import AcceptClass, MediaAnswer

# A watch that was not heard of for so long may have missed something.
TRUSTED_SECONDS = 5.0
# One answer may take this part of the whole.
_LARGEST_PART = 8
_OVERHEAD_BYTES = 2048

_OF_BODY = frozenset({"content-type", "x-accel-redirect"})

Headers = list[tuple[str, str]]
# Path, query, and what matters of the Accept header.
Place = tuple[str, str, AcceptClass]


@dataclass(slots=True)
class Hit:
    """An answer that is at hand, in the form in which the server wants it."""

    headers: Headers
    headers_without_body: Headers
    etag: str
    # None where it is not at hand: then only who has it already is answered.
    body: bytes | None
    key: str
    until: float
    uses: int = 0

    @property
    def size_bytes(self) -> int:
        """What it is taken to need."""
        return len(self.body or b"") + _OVERHEAD_BYTES


class HotTable:
    """Answers by place, those used last, up to so many bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._hits: OrderedDict[Place, Hit] = OrderedDict()
        self._size = 0
        self._trusted_until = 0.0
        self._uses: dict[str, int] = {}
        # What all answers here rest on; another one, and all of them go.
        self.mark: object = None

    def get(self, place: Place) -> Hit | None:
        """Return what is at hand; called by the event loop alone."""
        hit = self._hits.get(place)
        if hit is None:
            return None
        moment = monotonic()
        if moment >= self._trusted_until:
            return None
        if moment >= hit.until:
            with self._lock:
                self._remove(place)
            return None
        hit.uses += 1
        return hit

    def put(self, place: Place, answer: MediaAnswer, *, mark: object) -> None:
        """Keep an answer, unless what it rests on has changed since it was begun."""
        hit = _hit(answer)
        if hit.size_bytes > self._limit // _LARGEST_PART:
            return
        with self._lock:
            if mark is None or mark != self.mark:
                return
            if hit.body is None and place in self._hits:
                return
            self._remove(place)
            self._hits[place] = hit
            self._size += hit.size_bytes
            while self._size > self._limit:
                self._remove(next(iter(self._hits)))

    def watched(self, mark: object) -> None:
        """Hear what the watch has found; None where it knows nothing."""
        with self._lock:
            if mark is None or mark != self.mark:
                self.mark = mark
                for place in list(self._hits):
                    self._remove(place)
            if mark is not None:
                self._trusted_until = monotonic() + TRUSTED_SECONDS

    def take_uses(self) -> Mapping[str, int]:
        """Return how often each picture was given since this was last asked."""
        with self._lock:
            uses, self._uses = self._uses, {}
            for hit in self._hits.values():
                if hit.uses:
                    uses[hit.key] = uses.get(hit.key, 0) + hit.uses
                    hit.uses = 0
        return uses

    def __len__(self) -> int:
        return len(self._hits)

    def _remove(self, place: Place) -> None:
        hit = self._hits.pop(place, None)
        if hit is not None:
            self._size -= hit.size_bytes
            self._uses[hit.key] = self._uses.get(hit.key, 0) + hit.uses


def _hit(answer: MediaAnswer) -> Hit:
    headers = [(name.lower(), value) for name, value in answer.headers.items()]
    return Hit(
        headers=headers,
        headers_without_body=[pair for pair in headers if pair[0] not in _OF_BODY],
        etag=answer.headers["ETag"],
        body=answer.body if answer.status == 200 else None,
        key=answer.key,
        until=monotonic() + answer.repeatable_seconds,
    )
