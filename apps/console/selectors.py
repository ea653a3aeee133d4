"""Reads of the console: samples and what they tell, charts as they are, an order's target."""

from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from apps.console.attempts import attempts_reading, attempts_sampled
from apps.console.ports import Chart, charts
from apps.console.samples import (
    HEARTBEAT,
    RANGES,
    SAMPLE_EVERY,
    known,
    last_round,
    latest,
    sampled,
    window_of,
)
from apps.console.types import Order, Reading, Window
from apps.kernel.errors import NotFound

__all__ = [
    "HEARTBEAT",
    "RANGES",
    "SAMPLE_EVERY",
    "attempts_reading",
    "attempts_sampled",
    "known",
    "last_round",
    "latest",
    "readings",
    "sampled",
    "target_of",
    "window_of",
]

log = structlog.get_logger("console")

_LONGEST_READ = "1s"


def readings(window: Window) -> list[tuple[Chart, Reading]]:
    """Every chart with what it shows; one that fails or takes a second is shown as unreadable."""
    waiting = sorted(charts, key=lambda chart: (chart.place, chart.name), reverse=True)
    read: list[tuple[Chart, Reading]] = []
    while waiting:
        try:
            with transaction.atomic():
                _limit_statements()
                read.extend(_read(waiting, window))
        except _Unreadable as unreadable:
            read += [*unreadable.before, (waiting.pop(), _UNREADABLE)]
    return read


class _Unreadable(Exception):
    """A chart could not be read; those before it were."""

    def __init__(self, before: list[tuple[Chart, Reading]]) -> None:
        super().__init__()
        self.before = before


_UNREADABLE = Reading(
    missing="This could not be read in time. The log tells why: chart.unreadable."
)


def _read(waiting: list[Chart], window: Window) -> list[tuple[Chart, Reading]]:
    """Read charts off the end of the list; raises _Unreadable, leaving the culprit there."""
    read: list[tuple[Chart, Reading]] = []
    while waiting:
        try:
            read.append((waiting[-1], waiting[-1].read(window)))
        except Exception as error:
            log.warning("chart.unreadable", chart=waiting[-1].name, exc_info=True)
            raise _Unreadable(read) from error
        waiting.pop()
    return read


def _limit_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{_LONGEST_READ}'")


def target_of(order: Order, *, among: QuerySet[Any]) -> UUID:
    """The public id of the row an order is about, which must be among these: the person's own.

    An id taken from elsewhere must do nothing to somebody else. Raises NotFound.
    """
    if order.target is None or not among.filter(public_id=order.target).exists():
        raise NotFound(f"This person has no such {among.model._meta.verbose_name}.")  # noqa: SLF001  Django's own
    return order.target
