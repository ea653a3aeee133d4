"""What a moment in PostgreSQL had seen of other transactions.

A transaction that began earlier may commit later, so no single number tells what an entry's maker
could see; a snapshot does (``pg_current_snapshot``, PostgreSQL documentation section 9.27.11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from typing_extensions import override


@dataclass(frozen=True)
class Snapshot:
    """Which transactions had committed, or failed, by a moment."""

    xmin: int
    xmax: int
    in_progress: frozenset[int]

    def sees(self, xid: int) -> bool:
        """Tell whether a transaction had ended, so that what it did could be seen."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.in_progress)

    def sees_all(self, xids: Iterable[int]) -> bool:
        """Tell whether all of these had ended."""
        return all(self.sees(xid) for xid in xids)

    def without(self, xid: int) -> "Snapshot":
        """Return what others see: nothing of a transaction that sees itself."""
        if xid >= self.xmax:
            return self
        return Snapshot(min(self.xmin, xid), self.xmax, self.in_progress | {xid})

    @override
    def __str__(self) -> str:
        """Write it as PostgreSQL does."""
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, sorted(self.in_progress)))}"


@lru_cache(maxsize=1024)
def read_snapshot(text: str) -> Snapshot:
    """Return the snapshot that a text of PostgreSQL, or of ours, tells; raises ValueError."""
    xmin, xmax, in_progress = text.split(":")
    return Snapshot(int(xmin), int(xmax), frozenset(map(int, filter(None, in_progress.split(",")))))
