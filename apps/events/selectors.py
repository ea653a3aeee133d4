"""Reads of the log: what a consumer may see next, how far each is, and who may hear an event."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from apps.events.models import ConsumerCursor
from apps.events.ports import audiences
from apps.events.schemas import description_of, payload_schema
from apps.events.types import ConsumerLag, Cursor, DescribedPayload, Event, LoggedEvent
from apps.kernel.clock import now

_COLUMNS = (
    "position, xid, event_id, topic, version, recorded_at, actor, correlation_id, traceparent, "
    "audience, payload::text"
)
_NEWEST_OF = (
    "(SELECT {columns} FROM events_log WHERE {whose} = %s AND event_id < %s AND topic <> ALL(%s) "
    "ORDER BY event_id DESC LIMIT %s)"
)
# Only below the horizon: every transaction that could still write there has ended.
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# The days are named as values, so that PostgreSQL does not even plan for the partitions of others.
_UNREAD = "(xid, position) > (%s, %s) AND recorded_at > %s AND recorded_at < %s"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
# An event may be written by a transaction that began before the last one read; no transaction
# lives a day (transaction_timeout). And no clock is a day ahead of ours.
_LONGEST_TRANSACTION = _MOST_AHEAD = timedelta(days=1)


def described_payload(event_type: type[Event]) -> DescribedPayload:
    """What events of a type say, and the JSON Schema of their payload."""
    return DescribedPayload(
        description=description_of(event_type), schema=payload_schema(event_type)
    )


def events_after(
    cursor: Cursor, *, limit: int, read_until: datetime | None = None
) -> list[LoggedEvent]:
    """The next events in order, only those before which nothing can appear any more.

    ``read_until`` is when the last event read was written; it spares the search in old
    partitions.
    """
    return _read(
        f"WHERE {_UNREAD} AND xid < {_HORIZON} ORDER BY xid, position LIMIT %s",
        [*_unread(cursor, read_until), limit],
    )


def latest_events(*, limit: int, topic_prefix: str = "") -> list[LoggedEvent]:
    """The newest committed events, oldest first; for people, not for consumers."""
    events = _read(
        "WHERE starts_with(topic, %s) ORDER BY position DESC LIMIT %s", [topic_prefix, limit]
    )
    return events[::-1]


def event_with_id(event_id: UUID) -> LoggedEvent | None:
    """The event of that id, or None where it never was or is no longer kept."""
    return next(iter(_read("WHERE event_id = %s LIMIT 1", [event_id])), None)


def events_at(
    positions: Collection[int], *, first: datetime, last: datetime
) -> dict[UUID, LoggedEvent]:
    """The events at these positions that were recorded between the two moments, by their ids."""
    found = _read(
        "WHERE position = ANY(%s) AND recorded_at BETWEEN %s AND %s",
        [list(positions), first, last],
    )
    return {event.event_id: event for event in found}


def events_about(
    person_id: UUID, *, before: UUID | None, limit: int, without: Collection[str] = ()
) -> list[LoggedEvent]:
    """The newest events a person caused or was the first to be told of, by their event ids.

    Also those of the scope ``about:<person>``, which nobody hears. ``before`` is the id of the
    last event seen; ``without`` names topics to leave out.
    """
    whose = (
        ("actor", str(person_id)),
        ("audience[1]", f"user:{person_id}"),
        ("audience[1]", f"about:{person_id}"),
    )
    newest = " UNION ALL ".join(_NEWEST_OF.format(columns=_COLUMNS, whose=who) for who, _ in whose)
    last = before or UUID(int=2**128 - 1)
    with connection.cursor() as db:
        # By an index each; joined by OR they would be read from neither.
        db.execute(newest, [each for _, of in whose for each in (of, last, list(without), limit)])
        found = {event.event_id: event for event in map(_event, db.fetchall())}
    return sorted(found.values(), key=lambda event: event.event_id, reverse=True)[:limit]


def stopped_consumers() -> dict[str, str]:
    """The consumers that wait for an operator, by name, each with what it stopped at."""
    stopped = ConsumerCursor.objects.filter(state=ConsumerCursor.State.STOPPED)
    return dict(stopped.values_list("name", "error"))


def has_unread(cursor: Cursor, *, read_until: datetime | None = None) -> bool:
    """Whether committed events lie behind the cursor, be they above the horizon or not."""
    return bool(
        _value(
            f"SELECT EXISTS (SELECT 1 FROM events_log WHERE {_UNREAD})",  # noqa: S608  constants
            _unread(cursor, read_until),
        )
    )


def cursor_before(*, position: int | None = None, moment: datetime | None = None) -> Cursor:
    """The cursor from which reading meets that position, or all written since that moment."""
    condition, value = (
        ("position = %s", position) if moment is None else ("recorded_at >= %s", moment)
    )
    with connection.cursor() as db:
        db.execute(
            f"SELECT xid, position FROM events_log WHERE {condition} "  # noqa: S608  constants
            "ORDER BY xid, position LIMIT 1",
            [value],
        )
        found = db.fetchone()
    return Cursor(found[0], found[1] - 1) if found else Cursor()


def cursor_of(name: str) -> ConsumerCursor | None:
    """The kept cursor of a consumer, or None before its first read."""
    return ConsumerCursor.objects.filter(name=name).first()


def consumer_lags() -> list[ConsumerLag]:
    """How far each consumer is behind; events are counted by position, so a little too many."""
    newest = _value("SELECT coalesce(max(position), 0) FROM events_log", [])
    return [_lag_of(cursor, newest) for cursor in ConsumerCursor.objects.all()]


def _unread(cursor: Cursor, read_until: datetime | None) -> tuple[int, int, datetime, datetime]:
    """Return the values for `_UNREAD`."""
    first = read_until - _LONGEST_TRANSACTION if read_until else _EVER
    return cursor.xid, cursor.position, first, now() + _MOST_AHEAD


def _lag_of(cursor: ConsumerCursor, newest: int) -> ConsumerLag:
    seconds = _value(
        "SELECT extract(epoch FROM clock_timestamp() - recorded_at) FROM events_log "
        "WHERE (xid, position) > (%s, %s) ORDER BY xid, position LIMIT 1",
        [cursor.xid, cursor.position],
    )
    return ConsumerLag(
        name=cursor.name,
        state=cursor.state,
        events=max(1, newest - cursor.position) if seconds is not None else 0,
        seconds=float(seconds or 0),
        error=cursor.error,
    )


def horizon_age_seconds() -> float:
    """Age of the oldest writing transaction: all ordered consumers wait for it."""
    age = _value(
        "SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity "
        "WHERE backend_xid IS NOT NULL",
        [],
    )
    return float(age or 0)


def is_ahead_of_server() -> bool:
    """Whether the log holds transaction ids the server has not reached: it was restored.

    Until `services.restamp_log` ran, consumers would not see new events in order.
    """
    return bool(
        _value(
            "SELECT coalesce(max(xid), 0) >= "
            "pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM events_log",
            [],
        )
    )


def listeners_of(event: LoggedEvent, user_ids: Collection[int]) -> set[int]:
    """Which of the given users (internal ids) may hear the event now."""
    heard: set[int] = set()
    for kind, scope_id in _scopes(event.audience):
        audience = audiences.get(kind)
        remaining = set(user_ids) - heard
        if audience and remaining:
            heard |= set(audience.listeners(scope_id, remaining))
    return heard


def _scopes(audience: Iterable[str]) -> Iterable[tuple[str, UUID]]:
    for scope in audience:
        kind, _, scope_id = scope.partition(":")
        yield kind, UUID(scope_id)


def _read(where: str, parameters: Sequence[Any]) -> list[LoggedEvent]:
    with connection.cursor() as db:
        db.execute(f"SELECT {_COLUMNS} FROM events_log {where}", parameters)  # noqa: S608  constants
        return [_event(row) for row in db.fetchall()]


def _event(row: tuple[Any, ...]) -> LoggedEvent:
    position, xid, event_id, topic, version, recorded_at, actor, correlation, trace, who, text = row
    return LoggedEvent(
        position=position,
        xid=xid,
        event_id=event_id,
        topic=topic,
        version=version,
        recorded_at=recorded_at,
        actor=actor,
        correlation_id=correlation,
        traceparent=trace,
        audience=tuple(who),
        payload=orjson.loads(text),
    )


def _value(query: str, parameters: Sequence[Any]) -> Any:
    with connection.cursor() as db:
        db.execute(query, parameters)
        row = db.fetchone()
    return row[0] if row else None
