"""Pulling: what changed for a device since its checkpoint, page by page.

The checkpoint is a snapshot of the database, so nothing is lost, however transactions overlap, and
nothing comes twice (R4 section 3, variant C).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from apps.kernel import clock
from apps.kernel.errors import Unavailable
from apps.sync.counting import count_page
from apps.sync.errors import CheckpointInvalid, RestampNeeded
from apps.sync.places import Place, kept_place, position_of
from apps.sync.reading import Reading, read_page
from apps.sync.services.checkpoints import keep_checkpoint, note_pull
from apps.sync.shapes import News, Shape, news_in, news_since, shape_for
from apps.sync.types import Caller, Migration, Page, Replacement, Strategy

MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024


def pull_changes(
    caller: Caller,
    *,
    checkpoint: int | None,
    schema_version: int = 1,
    migration: Migration | None = None,
    row_limit: int = MOST_ROWS,
    byte_limit: int = MOST_BYTES,
    with_revisions: bool = False,
    only: Sequence[str] = (),
) -> Page:
    """Return what changed since a checkpoint, and the next one; everything without one.

    A page holds at most so many rows and deleted ids together, and bytes of them, but at least
    one. While it ``has_more``, the next pull brings the rest; with the strategy REPLACEMENT only
    all pages together are the full set. What is new to the client by its version of the schema
    is brought whole, whether it says so by ``migration`` or not. ``only`` names the tables of a
    client that pulls table by table; its checkpoints are good for those alone.

    Raises CheckpointInvalid, UnknownTable, UnknownColumn, and RestampNeeded after a restore.
    """
    shape = shape_for(schema_version, only=only, with_revisions=with_revisions)
    place = _place(caller, checkpoint, shape, migration, ",".join(sorted(only)))
    # A page without a row would have no end from which to go on.
    limits = {"row_limit": max(1, row_limit), "byte_limit": byte_limit}
    page = read_page(caller, place, shape, **limits)
    if because := _why_in_full(place, page):
        place = _in_full(place, because)
        page = read_page(caller, place, shape, **limits)
    if page.is_restored:
        raise RestampNeeded("The database was restored; an operator must restamp it first.")
    if page.is_behind:
        raise Unavailable("This copy of the database is behind; ask again.")
    moment = clock.now()
    brought = Page(
        tables=page.tables,
        checkpoint=_kept(caller, checkpoint, place, page, shape, moment),
        has_more=page.has_more,
        strategy=Strategy.REPLACEMENT if place.because else Strategy.INCREMENTAL,
        server_now_ms=int(moment.timestamp() * 1000),
        is_first=not place.is_within_pages,
    )
    count_page(brought, has_base=bool(place.base), because=place.because)
    return brought


def _place(
    caller: Caller, checkpoint: int | None, shape: Shape, migration: Migration | None, only: str
) -> Place:
    named = news_in(shape, migration) if migration else News()
    if checkpoint is None:
        return Place(only=only)
    place = kept_place(caller, checkpoint)
    if place is None:
        return Place(only=only, because=Replacement.CHECKPOINT_LOST.label)
    if place.only != only:
        raise CheckpointInvalid("The checkpoint is about other tables.")
    if place.last is not None:
        return _going_on(place, shape)
    since = news_since(shape, place.schema_version)
    news = News(
        tables=tuple({*named.tables, *since.tables}),
        columns=tuple({*named.columns, *since.columns}),
    )
    return replace(place, news=news)


def _going_on(place: Place, shape: Shape) -> Place:
    """Return the place within pages, or the beginning of the full set if they have changed."""
    assert place.last is not None, "Asked only within pages."
    if place.schema_version == shape.schema_version and place.last.table in shape.names:
        return place
    return _in_full(place, Replacement.SCHEMA_CHANGED.label)


def _in_full(place: Place, because: str) -> Place:
    return Place(only=place.only, number=place.number, because=because)


def _why_in_full(place: Place, page: Reading) -> str:
    """Return why a delta from there would not be whole; "" where it is."""
    if place.is_within_pages and page.has_lost_scopes:
        return Replacement.SCOPE_REVOKED.label
    known = place.final or place.base
    if not known:
        return ""
    if place.epoch != page.epoch:
        return Replacement.OTHER_HISTORY.label
    if place.base and _xmin(place.base) <= page.purged_xid:
        return Replacement.TOMBSTONES_PURGED.label
    return ""


def _kept(
    caller: Caller,
    token: int | None,
    place: Place,
    page: Reading,
    shape: Shape,
    moment: datetime,
) -> int:
    final = place.final or page.snapshot
    if page.is_standby and place.base and _xmin(final) <= _xmin(place.base):
        # It lags behind what the client has seen already.
        final = place.base
    has_news = bool(place.news.walked) or place.schema_version != shape.schema_version
    is_same = not page.count and not place.is_within_pages and not place.because and not has_news
    if token is not None and is_same and place.is_fresh(moment):
        note_pull(caller, moment)
        return token
    return keep_checkpoint(
        caller,
        place,
        snapshot=final,
        epoch=page.epoch,
        position=position_of(place, page.last, count=page.count)
        if page.has_more and page.last
        else {},
        schema_version=shape.schema_version,
        moment=moment,
    )


def _xmin(snapshot: str) -> int:
    return int(snapshot.partition(":")[0])
