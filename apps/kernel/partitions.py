"""Tables partitioned by day: made ahead, dropped by age, with a net under a missing day.

A partitioned table is created by its app's migration (`create_day_partitioned`); afterwards
`DayPartitions` keeps it. Names: ``<table>_p20261121`` per day and ``<table>_default``, which
catches rows of a day without a partition, so that a forgotten maintenance run loses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import LiteralString

from django.db import connection, transaction
from psycopg import sql

from apps.kernel.clock import now


@dataclass(frozen=True, kw_only=True)
class DayPartitions:
    """The day partitions of one table, ranged over a ``timestamptz`` column, in UTC."""

    table: str
    column: str

    def days(self) -> list[date]:
        """The days that have a partition, oldest first."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT child.relname FROM pg_inherits
                JOIN pg_class child ON child.oid = inhrelid
                WHERE inhparent = to_regclass(%s) AND child.relname LIKE %s
                ORDER BY child.relname
                """,
                [self.table, f"{self.table}\\_p%"],
            )
            prefix = f"{self.table}_p"
            return [
                datetime.strptime(f"{name.removeprefix(prefix)}+0000", "%Y%m%d%z").date()
                for (name,) in cursor.fetchall()
            ]

    def ensure(self, *, days_ahead: int) -> list[date]:
        """Create the missing partitions from today on; return the days that were created."""
        existing = set(self.days())
        missing = [day for day in self._upcoming(days_ahead) if day not in existing]
        for day in missing:
            self._create(day)
        return missing

    def drop_before(self, first_kept: date, *, unless_any: LiteralString = "") -> list[date]:
        """Drop the partitions of the days before ``first_kept``; return those days.

        A partition with any row that ``unless_any``, a condition in SQL, holds for is kept.
        """
        return [day for day in self.days() if day < first_kept and self._drop(day, unless_any)]

    def _drop(self, day: date, unless_any: LiteralString) -> bool:
        """Drop one day's partition, unless it has a row to be kept; return whether it is gone."""
        if unless_any and self._has_any(day, unless_any):
            return False
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever reads the table holds a lock for milliseconds; waiting longer means
            # somebody forgot a transaction, and writers must not queue up behind us.
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            if unless_any:
                # Asked again where nobody can make such a row any more.
                cursor.execute(sql.SQL(_HOLD_WRITERS).format(table=sql.Identifier(self.table)))
                if self._has_any(day, unless_any):
                    return False
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(self._partition(day)))
        return True

    def _has_any(self, day: date, condition: LiteralString) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT EXISTS (SELECT 1 FROM {} WHERE {})").format(
                    self._partition(day), sql.SQL(condition)
                )
            )
            return bool(cursor.fetchone() == (True,))

    def _upcoming(self, days_ahead: int) -> Iterator[date]:
        today = now().date()
        return (today + timedelta(days=ahead) for ahead in range(days_ahead + 1))

    def _create(self, day: date) -> None:
        """Create one day's partition, taking over rows that the default one caught meanwhile."""
        names = {
            "table": sql.Identifier(self.table),
            "default": sql.Identifier(f"{self.table}_default"),
            "partition": self._partition(day),
            "column": sql.Identifier(self.column),
            "first": sql.Literal(f"{day.isoformat()} 00:00:00+00"),
            "next": sql.Literal(f"{(day + timedelta(days=1)).isoformat()} 00:00:00+00"),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            # Two processes may maintain at once: the second waits here and then sees the first's.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [self.table])
            cursor.execute("SELECT to_regclass(%s)", [f"{self.table}_p{day:%Y%m%d}"])
            if cursor.fetchone() != (None,):
                return
            statements = _CREATE if day > now().date() else (_HOLD_WRITERS, *_CREATE)
            for statement in statements:
                cursor.execute(sql.SQL(statement).format(**names))

    def _partition(self, day: date) -> sql.Identifier:
        return sql.Identifier(f"{self.table}_p{day:%Y%m%d}")


# Rows of today may be on their way into the default partition. Attaching fails where one arrives
# after we moved the others, and a writer fails that chose its partition before: so those under way
# finish first, and the next ones wait for the few milliseconds this takes.
_HOLD_WRITERS = "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
_CREATE = (
    "CREATE TABLE {partition} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    """
    WITH moved AS (
        DELETE FROM {default} WHERE {column} >= {first} AND {column} < {next} RETURNING *
    )
    INSERT INTO {partition} SELECT * FROM moved
    """,
    "ALTER TABLE {table} ATTACH PARTITION {partition} FOR VALUES FROM ({first}) TO ({next})",
)
