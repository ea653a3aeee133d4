"""What the doctor looks at in PostgreSQL: version, settings, connections, migrations, clock."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.kernel.doctor.clocks import clock_finding
from apps.kernel.ports import Finding

# transaction_timeout came with 17; without it one forgotten transaction stops all consumers.
LEAST_VERSION = 17
LEAST_CONNECTIONS = 100
MOST_CONNECTIONS_USED = 0.8


@dataclass(frozen=True)
class DatabaseExamination:
    """PostgreSQL as Mainstay's own connection sees it."""

    name: str = "database"
    cure: str = "Check DATABASE_URL, and that the server runs and lets this machine in."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen; raises where the server cannot be reached."""
        yield version_finding(int(_shown("server_version_num")) // 10_000)
        yield encoding_finding(_shown("server_encoding"))
        yield time_zone_finding(_shown("TimeZone"))
        yield timeout_finding(_shown("transaction_timeout"))
        yield connections_finding(used=_connections(), most=int(_shown("max_connections")))
        before = time.time()
        yield clock_finding("PostgreSQL's", theirs=_clock(), before=before, after=time.time())
        yield migrations_finding(_unapplied())


def version_finding(major: int) -> Finding:
    """Judge the server's major version."""
    cure = "" if major >= LEAST_VERSION else f"Use PostgreSQL {LEAST_VERSION} or newer."
    return Finding(f"PostgreSQL {major}", cure)


def encoding_finding(encoding: str) -> Finding:
    """Judge the encoding that text is stored in."""
    cure = "" if encoding == "UTF8" else "Create the database anew with ENCODING 'UTF8'."
    return Finding(f"encoding {encoding}", cure)


def time_zone_finding(zone: str) -> Finding:
    """Judge the zone of our connections: days of partitions are days in UTC."""
    cure = "" if zone in {"UTC", "Etc/UTC"} else "Let TIME_ZONE in the settings be UTC."
    return Finding(f"time zone {zone}", cure)


def timeout_finding(shown: str) -> Finding:
    """Judge the longest time a transaction may take; PostgreSQL shows "0" for no limit."""
    if shown not in {"", "0"}:
        return Finding(f"transactions end after {shown} at most")
    return Finding(
        "transactions may stay open for ever, and delay every consumer of the event log",
        "Set DATABASE_TRANSACTION_TIMEOUT_SECONDS to 60 for processes that serve.",
    )


def connections_finding(*, used: int, most: int) -> Finding:
    """Judge how many connections there are and how many are left."""
    what = f"{used} of {most} connections in use"
    if most < LEAST_CONNECTIONS:
        return Finding(what, f"Raise max_connections to {LEAST_CONNECTIONS} or more.")
    if used > most * MOST_CONNECTIONS_USED:
        return Finding(what, "Raise max_connections, or run fewer processes.")
    return Finding(what)


def migrations_finding(unapplied: list[str]) -> Finding:
    """Judge the state of the tables."""
    if not unapplied:
        return Finding("all migrations applied")
    return Finding(f"not applied: {', '.join(unapplied)}", "Run `manage.py migrate`.")


def _shown(setting: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [setting])
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _clock() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def _unapplied() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
