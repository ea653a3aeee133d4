"""Reads one page by its statement, and tells what the page says of itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.pq.abc import PGresult

from apps.kernel.direct import in_text
from apps.sync.places import Last, Place
from apps.sync.shapes import Shape
from apps.sync.types import Caller, ChangedTable


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A page as it was read, and the snapshot that it was read by."""

    tables: Sequence[ChangedTable]
    snapshot: str
    epoch: str
    purged_xid: int
    last: Last | None
    has_more: bool
    # A scope that was shown on the first page no longer is.
    has_lost_scopes: bool
    is_restored: bool
    is_standby: bool
    # A standby that has not seen what the first page showed.
    is_behind: bool

    @property
    def count(self) -> int:
        """How many rows and deleted ids are in it."""
        return sum(len(table.rows) + len(table.deleted) for table in self.tables)


def read_page(
    caller: Caller, place: Place, shape: Shape, *, row_limit: int, byte_limit: int
) -> Reading:
    """Read the page that follows a place: at most so many rows, and bytes (or one row)."""
    statement = shape.statement(has_news=bool(place.news.walked))
    row_limit = place.rows_to_look_at(row_limit)
    return _parsed(statement.run(_values(caller, place, shape, row_limit, byte_limit)), shape)


def _values(
    caller: Caller, place: Place, shape: Shape, row_limit: int, byte_limit: int
) -> list[bytes | None]:
    last, news = place.last, place.news
    values = [
        *(caller.user_id, f"user:{caller.user_public_id}", caller.state_id),
        *(place.base, place.final),
        *((_stream_of(last, shape), last.scope, last.xid, last.id, last.record) if last else _NONE),
        *(_array(names) for names in (news.tables, news.columns, news.walked)),
        *(row_limit, byte_limit),
    ]
    return [in_text(value) for value in values]


_NONE = (0, "", 0, 0, "")


def _array(names: Sequence[str]) -> str:
    # Names of tables and columns need no quotes there.
    return "{" + ",".join(names) + "}"


def _stream_of(last: Last, shape: Shape) -> int:
    return last.stage * len(shape.names) + shape.names.index(last.table) + 1


def _parsed(result: PGresult, shape: Shape) -> Reading:
    count = len(shape.names)
    streams: list[list[str]] = [[] for _ in range(3 * count + 1)]
    for number in range(result.ntuples):
        # Neither is ever null.
        streams[int(result.get_value(number, 0) or b"")].append(
            (result.get_value(number, 1) or b"").decode()
        )
    about: dict[str, Any] = json.loads(streams[0][0])
    return Reading(
        tables=[
            ChangedTable(
                name=name,
                rows=[*streams[number], *streams[count + number]],
                deleted=streams[2 * count + number],
            )
            for number, name in enumerate(shape.names, 1)
        ],
        snapshot=about["snapshot"],
        epoch=about["epoch"],
        purged_xid=int(about["purged_xid"]),
        last=_last(about["last"], shape),
        has_more=about["has_more"],
        has_lost_scopes=about["ended_meanwhile"],
        is_restored=about["cluster"] != about["stamped_in"],
        is_standby=about["is_standby"],
        is_behind=about["is_behind"],
    )


def _last(key: list[Any] | None, shape: Shape) -> Last | None:
    if key is None:
        return None
    stream, scope, xid, row_id, record = key
    stage, number = divmod(stream - 1, len(shape.names))
    return Last(
        table=shape.names[number], stage=stage, scope=scope, xid=int(xid), id=row_id, record=record
    )
