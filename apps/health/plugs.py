"""The checks of the house itself, which apps may add to; and their card on the start page."""

from django.conf import settings

from apps.api.lane.plain import plain_answers
from apps.console.ports import Chart, charts
from apps.console.types import Kind
from apps.health.liveness import ALIVE
from apps.health.overview import health_reading
from apps.health.ports import Check, Probe, checks

# ruff: noqa: PLC0415  django-health-check takes half a second to import, in the watch's threads


def _database() -> Probe:
    from apps.health.probes import DatabaseAnswers

    probe: Probe = DatabaseAnswers()
    return probe


def _migrations() -> Probe:
    from apps.health.probes import MigrationsAreApplied

    probe: Probe = MigrationsAreApplied()
    return probe


def _consumers() -> Probe:
    from apps.health.probes import ConsumersKeepUp

    probe: Probe = ConsumersKeepUp()
    return probe


def _storage() -> Probe:
    from health_check.checks import Storage

    probe: Probe = Storage()
    return probe


def _disk() -> Probe:
    from health_check.contrib.psutil import Disk

    probe: Probe = Disk(path=settings.STATE_DIR)
    return probe


def _memory() -> Probe:
    from health_check.contrib.psutil import Memory

    probe: Probe = Memory()
    return probe


plain_answers.register(ALIVE)
checks.register(
    Check(
        name="database",
        make=_database,
        meaning="PostgreSQL does not answer; no request can be served without it.",
        is_decisive=True,
    )
)
checks.register(
    Check(
        name="migrations",
        make=_migrations,
        meaning="The database lacks migrations this version needs: run manage.py migrate.",
        is_decisive=True,
        deadline_seconds=5,
    )
)
checks.register(
    Check(
        name="consumers",
        make=_consumers,
        meaning="A consumer of the event log stopped or is late: manage.py events consumers.",
        every_seconds=10,
    )
)
checks.register(
    Check(
        name="storage",
        make=_storage,
        meaning="Files cannot be written and read back.",
        # It writes a file each time.
        every_seconds=60,
        deadline_seconds=5,
    )
)
checks.register(
    Check(
        name="disk",
        make=_disk,
        meaning="The disk of STATE_DIR is nearly full.",
        every_seconds=10,
    )
)
checks.register(
    Check(name="memory", make=_memory, meaning="The machine's memory is nearly used up.")
)
charts.register(
    Chart(
        name="health",
        title="Health",
        about="Every part as the process that answers you sees it now.",
        kind=Kind.NUMBER,
        place=20,
        read=health_reading,
    )
)
