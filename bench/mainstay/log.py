"""The event log: how fast it is read, and what it costs to write into it."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from statistics import median
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import connection, transaction
from django.test import Client

from apps.buildings.events import MaintenanceRequestOpened
from apps.buildings.models import Building, MaintenanceRequest
from apps.buildings.scopes import everyone_in
from apps.buildings.services import maintenance
from apps.events.services import advance, announce, maintain_partitions
from apps.events.types import LoggedEvent
from apps.kernel.ids import new_id
from bench.rows import DESCRIPTION, NEW, TITLE

PER_TRANSACTION = 500
BLOCK = 50

# More events like the newest one; each statement is a transaction of its own.
_COPY = """
INSERT INTO events_log
    (event_id, topic, version, actor, correlation_id, traceparent, audience, payload)
SELECT uuidv7(), topic, version, actor, correlation_id, traceparent, audience, payload
FROM (SELECT * FROM events_log WHERE topic = %s ORDER BY position DESC LIMIT 1) AS newest,
    generate_series(1, %s)
"""


class Idler:
    """A consumer that hears everything and does nothing."""

    topics = ("*",)

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard = 0

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Count."""
        self.heard += len(batch)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake nobody."""


def read(*, building: str, events: int, rounds: int) -> dict[str, Any]:
    """Fill the log and let idle consumers read it from its beginning, one after the other."""
    _fill(UUID(building), events)
    rates, cpu_rates, heard = [], [], 0
    for number in range(rounds):
        idler = Idler(f"bench-{number}")
        began, cpu = perf_counter(), process_time()
        while advance(idler).read:
            pass
        rates.append(idler.heard / (perf_counter() - began))
        cpu_rates.append(idler.heard / (process_time() - cpu))
        heard = idler.heard
    return {"per_second": rates, "per_cpu_second": cpu_rates, "events": heard}


def write(*, building: str, token: str, writes: int) -> dict[str, Any]:
    """Write with and without an announcement: bare rows, and whole requests that create one."""
    maintain_partitions()
    where = Building.objects.get(public_id=building)
    create = partial(_create, Client(), building, token)
    return {
        "row": _compared(partial(_write, where), partial(_write_and_announce, where), writes),
        "request": _compared(partial(_without_events, create), create, writes),
    }


def _compared(
    alone: Callable[[], None], announcing: Callable[[], None], writes: int
) -> dict[str, float]:
    """Return medians of what both take, in alternating blocks after one to warm up.

    ``added`` is what announcing adds to the time, as a part of it.
    """
    for _ in range(BLOCK):
        alone()
        announcing()
    blocks = [(_milliseconds(alone), _milliseconds(announcing)) for _ in range(0, writes, BLOCK)]
    return {
        "alone_ms": median(without[0] for without, _ in blocks),
        "both_ms": median(both[0] for _, both in blocks),
        "alone_cpu_ms": median(without[1] for without, _ in blocks),
        "both_cpu_ms": median(both[1] for _, both in blocks),
        # Of neighbours: what else the machine does meets both alike.
        "added": median(both[0] / without[0] - 1 for without, both in blocks),
    }


def _fill(building_id: UUID, events: int) -> None:
    with transaction.atomic():
        _announce(building_id, building_id)
    with connection.cursor() as cursor:
        for _ in range(0, events, PER_TRANSACTION):
            cursor.execute(_COPY, [MaintenanceRequestOpened.topic, PER_TRANSACTION])
        cursor.execute("VACUUM ANALYZE events_log")


def _milliseconds(write_one: Callable[[], None]) -> tuple[float, float]:
    """Return what one write took, on the clock and of the processor."""
    began, cpu = perf_counter(), process_time()
    for _ in range(BLOCK):
        write_one()
    return 1000 * (perf_counter() - began) / BLOCK, 1000 * (process_time() - cpu) / BLOCK


def _create(client: Client, building: str, token: str) -> None:
    """Ask the API for a maintenance request, behind the whole guard."""
    answer = client.post(
        f"/api/v1/buildings/{building}/requests/",
        NEW,
        content_type="application/json",
        secure=True,
        headers={
            "host": "127.0.0.1",
            "authorization": f"Bearer {token}",
            "idempotency-key": str(new_id()),
        },
    )
    assert answer.status_code == HTTPStatus.CREATED, answer.content


def _without_events(create: Callable[[], None]) -> None:
    with patch.object(maintenance, "announce"):
        create()


@transaction.atomic
def _write(building: Building) -> None:
    _row_in(building)


@transaction.atomic
def _write_and_announce(building: Building) -> None:
    _announce(building.public_id, _row_in(building).public_id)


def _row_in(building: Building) -> MaintenanceRequest:
    return MaintenanceRequest.objects.create(
        building=building, title=TITLE, description=DESCRIPTION
    )


def _announce(building_id: UUID, request_id: UUID) -> None:
    announce(
        MaintenanceRequestOpened(
            audience=everyone_in(building_id),
            building_id=building_id,
            request_id=request_id,
            unit_id=None,
            author_id=building_id,
            title=TITLE,
            priority="normal",
        )
    )
