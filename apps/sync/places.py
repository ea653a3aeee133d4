"""Where a pull stands: what the client has, and how far its pages have come."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.kernel.direct import Direct, in_text
from apps.sync.checkpoints import number_of
from apps.sync.shapes import News
from apps.sync.types import Caller, KeptCheckpoint

# After it a checkpoint is written anew although nothing has changed: the older its snapshot, the
# more there is to look through, and the sooner it falls behind what is purged.
FRESH_FOR = timedelta(hours=1)

_FIND = Direct("""
SELECT number, base, snapshot, epoch, position::text, made_at, schema_version, table_names
FROM sync_checkpoint WHERE state_id = $1::bigint AND number = $2::bigint
""")


@dataclass(frozen=True, kw_only=True)
class Last:
    """The last row of a page: its table, its stage there, and its key."""

    table: str
    # 0 for what is new to the client, 1 for what changed, 2 for what is gone.
    stage: int
    scope: str = ""
    xid: int = 0
    id: int = 0
    record: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a pull begins, or goes on."""

    # What the client has seen, as pg_snapshot; "" for nothing.
    base: str = ""
    # What it will have seen once the pages are through; "" before the first one.
    final: str = ""
    epoch: str = ""
    last: Last | None = None
    news: News = field(default_factory=News)
    schema_version: int = 0
    # Why the client is given the full set; "" where it is not.
    because: str = ""
    number: int = 0
    made_at: datetime | None = None
    only: str = ""
    # What the page before this one held.
    count: int = 0

    @property
    def is_within_pages(self) -> bool:
        """Whether pages went before this one."""
        return self.last is not None

    @property
    def known_snapshot(self) -> str:
        """All that the client has seen for certain; a snapshot of nothing where that is nothing."""
        return self.base or "1:1:"

    def rows_to_look_at(self, limit: int) -> int:
        """Return how many rows are worth reading: not many more than the last page had room for."""
        return min(limit, self.count * 5 // 4 + 1) if self.count else limit

    def is_fresh(self, moment: datetime) -> bool:
        """Whether the checkpoint may be given out again."""
        return self.made_at is not None and moment - self.made_at < FRESH_FOR


def kept_place(caller: Caller, token: int) -> Place | None:
    """Return the place that a checkpoint stands for, or None where it is no longer kept.

    Raises CheckpointInvalid for an integer that was never given to the device.
    """
    number = number_of(caller.user_id, caller.installation_id, token)
    kept = caller.kept if caller.kept and caller.kept.number == number else _found(caller, number)
    return _place_of(kept) if kept else None


def position_of(place: Place, last: Last, *, count: int) -> dict[str, Any]:
    """Return what a checkpoint within the pages holds of its place, after a page of so many."""
    return {
        "last": vars(last),
        "count": count,
        "tables": place.news.tables,
        "columns": place.news.columns,
        "because": place.because,
    }


def _found(caller: Caller, number: int) -> KeptCheckpoint | None:
    row = _FIND.first([in_text(caller.state_id), in_text(number)])
    return KeptCheckpoint(*row) if row else None


def _place_of(kept: KeptCheckpoint) -> Place:
    named = json.loads(kept.position)
    words: dict[str, Any] = {
        "epoch": kept.epoch,
        "number": kept.number,
        "made_at": kept.made_at,
        "schema_version": kept.schema_version,
        "only": kept.table_names,
    }
    if not named:
        return Place(base=kept.snapshot, **words)
    return Place(base=kept.base, final=kept.snapshot, **words, **_read(named))


def _read(position: dict[str, Any]) -> dict[str, Any]:
    return {
        "last": Last(**position["last"]),
        "news": News(tables=tuple(position["tables"]), columns=tuple(position["columns"])),
        "because": position["because"],
        "count": position["count"],
    }
