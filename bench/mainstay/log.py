"""The event log: how fast it is read, and what it costs to write into it."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.buildings.events import MaintenanceRequestOpened
from apps.buildings.models import Building, MaintenanceRequest
from apps.buildings.scopes import everyone_in
from apps.events.services import advance, announce
from apps.events.types import LoggedEvent
from bench.rows import DESCRIPTION, TITLE

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


def write(*, building: str, writes: int) -> dict[str, Any]:
    """Create rows with and without an announcement, in alternating blocks."""
    where = Building.objects.get(public_id=building)

    row, row_and_event = partial(_write, where), partial(_write_and_announce, where)
    for _ in range(BLOCK):
        row_and_event()
    alone, both = [], []
    for _ in range(0, writes, BLOCK):
        alone.append(_milliseconds(row))
        both.append(_milliseconds(row_and_event))
    return {
        "alone_ms": median(wall for wall, _ in alone),
        "both_ms": median(wall for wall, _ in both),
        "alone_cpu_ms": median(cpu for _, cpu in alone),
        "both_cpu_ms": median(cpu for _, cpu in both),
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
