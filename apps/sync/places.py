"""Where a pull stands: what the client has, and how far its pages have come."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.kernel.direct import Direct, in_text
from apps.sync.checkpoints import TOO_GREAT, number_of
from apps.sync.errors import CheckpointInvalid
from apps.sync.shapes import News
from apps.sync.types import Caller

# After it a checkpoint is written anew although nothing has changed: the older its snapshot, the
# more there is to look through, and the sooner it falls behind what is purged.
FRESH_FOR = timedelta(hours=1)

_FIND = Direct("""
SELECT base, snapshot, epoch, position::text, made_at, schema_version, table_names
FROM sync_checkpoint WHERE state_id = $1::bigint AND number = $2::bigint
""")
_IS_NEW = Direct("SELECT true FROM sync_syncstate WHERE id = $1::bigint AND checkpoint_number = 0")


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

    @property
    def is_within_pages(self) -> bool:
        """Whether pages went before this one."""
        return self.last is not None

    @property
    def known_snapshot(self) -> str:
        """All that the client has seen for certain; a snapshot of nothing where that is nothing."""
        return self.base or "1:1:"

    def is_fresh(self, moment: datetime) -> bool:
        """Whether the checkpoint may be given out again."""
        return self.made_at is not None and moment - self.made_at < FRESH_FOR


def kept_place(caller: Caller, token: int) -> Place | None:
    """Return the place that a checkpoint stands for, or None where it is no longer kept.

    Raises CheckpointInvalid for an integer that was never given to the device. One that was given
    none at all may have been forgotten (`services.retention`): what it had is no longer kept.
    """
    try:
        number = number_of(caller.state_id, token)
    except CheckpointInvalid:
        if 0 < token < TOO_GREAT and _IS_NEW.first([in_text(caller.state_id)]):
            return None
        raise
    row = _FIND.first([in_text(caller.state_id), in_text(number)])
    if row is None:
        return None
    base, snapshot, epoch, position, made_at, schema_version, only = row
    named = json.loads(position)
    words = {
        "epoch": epoch,
        "number": number,
        "made_at": made_at,
        "schema_version": schema_version,
        "only": only,
    }
    if not named:
        return Place(base=snapshot, **words)
    return Place(base=base, final=snapshot, **words, **_read(named))


def position_of(place: Place, last: Last) -> dict[str, Any]:
    """Return what a checkpoint within the pages holds of its place."""
    return {
        "last": vars(last),
        "tables": place.news.tables,
        "columns": place.news.columns,
        "because": place.because,
    }


def _read(position: dict[str, Any]) -> dict[str, Any]:
    return {
        "last": Last(**position["last"]),
        "news": News(tables=tuple(position["tables"]), columns=tuple(position["columns"])),
        "because": position["because"],
    }
