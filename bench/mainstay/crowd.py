"""A database as after years: a million events, messages, deliveries and attempts, and their people.

Each table's rows are copies of one that the house itself wrote, so a new column needs nothing
here. Takes a minute; run it on a scratch database::

    python -m bench.mainstay fill '{"events": 1000000}' /tmp/filled.json
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from apps.accounts import services as accounts
from apps.buildings.events import MaintenanceRequestOpened
from apps.events.models import LOG_PARTITIONS
from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.kernel.partitions import DayPartitions
from apps.webhooks.models import (
    ATTEMPT_PARTITIONS,
    DELIVERY_PARTITIONS,
    MESSAGE_PARTITIONS,
    Attempt,
    Delivery,
    Endpoint,
    Message,
)
from bench.rows import TITLE

DAYS = 14
AT_ONCE = 100_000
EVENTS_PER_PERSON = 100
SESSIONS_PER_PERSON = 5

# What the copies have that the original has not; n counts them, oldest first.
_MOMENT = "%(last)s::timestamptz - (%(count)s - n) * %(pause)s::interval"
_AGE = "((%(last)s::timestamptz - (%(count)s - n) * %(pause)s::interval) - clock_timestamp())"
_PERSON = "%(person)s + n %% %(people)s"
_IDS: Mapping[str, str] = {"public_id": f"uuidv7({_AGE})", "created_at": _MOMENT}
_TOPICS = (
    "(ARRAY['buildings.request.opened','buildings.request.status_changed','accounts.session.started',"
    "'accounts.session.ended','buildings.member.joined'])[1 + n %% 5]"
)
_STATE = (
    "CASE n %% 50 WHEN 0 THEN 'pending' WHEN 1 THEN 'failed' WHEN 2 THEN 'cancelled' "
    "ELSE 'succeeded' END"
)


def fill(*, events: int = 1_000_000) -> dict[str, Any]:
    """Fill the database of the settings with that many events, deliveries and attempts."""
    began = monotonic()
    _make_days()
    made = populate(events=events)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {**made, "seconds": round(monotonic() - began, 1)}


def populate(*, events: int) -> dict[str, int]:
    """Write the rows alone, into whatever partitions there are."""
    people = max(2, events // EVENTS_PER_PERSON)
    endpoints = max(2, people // 10)
    person_id = accounts.create_user(email="crowd@bench.mainstay.local", name="One of many")
    accounts.sign_in_as(person_id)
    common = {"people": people, "person": person_id, "last": now()}
    _copy_people(people, common)
    endpoint = Endpoint.objects.create(
        owner_id=person_id, url="https://partner.example/hooks", event_types=["*"]
    )
    _copy("webhooks_endpoint", endpoint.pk, endpoints, common, {**_IDS, "owner_id": _PERSON})
    _copy_events(events, {**common, "endpoint": endpoint.pk, "endpoints": endpoints})
    return {"events": events, "people": people, "endpoints": endpoints}


def _make_days() -> None:
    for partitions in (
        LOG_PARTITIONS,
        MESSAGE_PARTITIONS,
        DELIVERY_PARTITIONS,
        ATTEMPT_PARTITIONS,
    ):
        partitions.ensure(days_ahead=DAYS)
        for ago in range(1, DAYS + 2):
            _make_past_day(partitions, now() - timedelta(days=ago))


def _make_past_day(partitions: DayPartitions, day: datetime) -> None:
    """Make the partition of a day that is over, as it was made when it was ahead."""
    statement = sql.SQL(
        "CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})"
    ).format(
        sql.Identifier(f"{partitions.table}_p{day:%Y%m%d}"),
        sql.Identifier(partitions.table),
        sql.Literal(f"{day:%Y-%m-%d} 00:00:00+00"),
        sql.Literal(f"{day + timedelta(days=1):%Y-%m-%d} 00:00:00+00"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _copy_people(people: int, common: Mapping[str, Any]) -> None:
    email = {"email": "'person' || n || '@crowd.mainstay.local'", "name": "'Person ' || n"}
    _copy("accounts_user", common["person"], people, common, {**_IDS, **email})
    _copy(
        "accounts_session",
        _value("SELECT max(id) FROM accounts_session"),
        people * SESSIONS_PER_PERSON,
        common,
        {**_IDS, "user_id": _PERSON, "last_used_at": _MOMENT},
    )


def _copy_events(events: int, common: Mapping[str, Any]) -> None:
    event_id = _announced(common["person"])
    last_event = _value("SELECT max(position) FROM events_log")
    message, delivery = _originals(event_id, common)
    actor = f"(SELECT public_id::text FROM accounts_user WHERE id = {_PERSON})"  # noqa: S608  constants
    kinds = {"topic": _TOPICS}
    logged = {
        "event_id": f"uuidv7({_AGE})",
        "recorded_at": _MOMENT,
        "actor": actor,
        "audience": f"ARRAY['user:' || {actor}]",
    }
    _copy("events_log", last_event, events, common, {**logged, **kinds}, key="position")
    occurred = {"occurred_at": _MOMENT}
    _copy("webhooks_message", message, events, common, {**_IDS, **occurred, **kinds})
    to = {
        "message_id": f"{message} + n",
        "endpoint_id": "%(endpoint)s + n %% %(endpoints)s",
        "owner_id": "%(person)s + (n %% %(endpoints)s) %% %(people)s",
    }
    states = {
        "state": _STATE,
        "due_at": f"CASE WHEN n %% 50 = 0 THEN {_MOMENT} END",
        "finished_at": f"CASE WHEN n %% 50 > 0 THEN {_MOMENT} END",
    }
    _copy("webhooks_delivery", delivery, events, common, {**_IDS, **occurred, **to, **states})
    attempt = _value("SELECT max(id) FROM webhooks_attempt")
    tried = {"delivery_id": f"{delivery} + n", "started_at": _MOMENT}
    _copy("webhooks_attempt", attempt, events, common, tried)


@transaction.atomic
def _announced(person_id: int) -> UUID:
    return announce(
        MaintenanceRequestOpened(
            building_id=new_id(),
            request_id=new_id(),
            unit_id=None,
            author_id=new_id(),
            title=TITLE,
            priority="normal",
        )
    )


def _originals(event_id: UUID, common: Mapping[str, Any]) -> tuple[int, int]:
    """Write one message, its delivery and the attempt; return the ids of the first two."""
    last = common["last"]
    message = Message.objects.create(
        public_id=event_id,
        topic=MaintenanceRequestOpened.topic,
        body=b'{"type":"buildings.request.opened","timestamp":"2026-01-01T00:00:00Z","data":{}}',
        occurred_at=last,
    )
    delivery = Delivery.objects.create(
        message=message,
        endpoint_id=common["endpoint"],
        owner_id=common["person"],
        state="succeeded",
        attempt_count=1,
        last_status=204,
        last_reason="Answered 204.",
        finished_at=last,
    )
    Attempt.objects.create(
        id=_value("SELECT nextval('webhooks_attempt_id_seq')"),
        delivery=delivery,
        number=1,
        started_at=last,
        duration_ms=48.2,
        dns_ms=1.9,
        connect_ms=11.4,
        tls_ms=22.7,
        first_byte_ms=10.1,
        request_headers={"webhook-id": str(event_id)},
        status=204,
        response_headers=[["Server", "nginx"]],
        response_body=b"",
        is_cut=False,
        outcome="succeeded",
        reason="Answered 204.",
    )
    return message.pk, delivery.pk


def _copy(
    table: str,
    original: int,
    count: int,
    common: Mapping[str, Any],
    changes: Mapping[str, str],
    *,
    key: str = "id",
) -> None:
    """Copy one row; the n-th copy's key is the original's plus n."""
    changes = {key: f"{original} + n", **changes}
    with connection.cursor() as cursor:
        columns = [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
        values = ", ".join(changes.get(column, f"original.{column}") for column in columns)
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "  # noqa: S608  constants
            f"FROM {table} AS original, generate_series(%(first)s::bigint, %(until)s) AS n "
            f"WHERE original.{key} = %(original)s"
        )
        pause = timedelta(days=DAYS) / count
        parameters = {**common, "original": original, "count": count, "pause": pause}
        for first in range(1, count, AT_ONCE):
            until = min(first + AT_ONCE, count) - 1
            cursor.execute(statement, {**parameters, "first": first, "until": until})
        sequence = f"SELECT setval(pg_get_serial_sequence(%s, %s), max({key})) FROM {table}"  # noqa: S608  constants
        cursor.execute(sequence, [table, key])


def _value(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        (value,) = cursor.fetchone() or (0,)
    return int(value)
