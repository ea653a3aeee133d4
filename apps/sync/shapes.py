"""What a pull is to show: which tables and columns, and what the client has had no room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from apps.kernel.direct import Direct
from apps.sync.errors import UnknownColumn, UnknownTable
from apps.sync.page_sql import page_sql
from apps.sync.ports import SyncedTable, tables
from apps.sync.types import Migration

# Each holds a statement for every connection; clients know few versions of the schema.
_MOST_STATEMENTS = 64


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Tables and columns as clients of one version of the schema have them."""

    names: tuple[str, ...]
    schema_version: int
    with_revisions: bool

    @property
    def tables(self) -> tuple[SyncedTable, ...]:
        """The tables, parents before what refers to them."""
        return tuple(table for name in self.names if (table := tables.get(name)))

    def statement(self, *, has_news: bool) -> Direct:
        """Return the statement that reads a page; the one for news does everything, but slower."""
        return _statement(self, has_news=has_news)


@dataclass(frozen=True, kw_only=True)
class News:
    """What a client has had no room for until now: whole tables, and columns ("table.column")."""

    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def walked(self) -> tuple[str, ...]:
        """The tables whose rows are looked through, changed or not."""
        return tuple({*self.tables, *(column.partition(".")[0] for column in self.columns)})


def shape_for(
    schema_version: int, *, only: Sequence[str] = (), with_revisions: bool = False
) -> Shape:
    """Return the shape for a version of the clients' schema; raises UnknownTable."""
    known = [table for table in tables if table.since <= schema_version]
    unknown = sorted(set(only) - {table.name for table in known})
    if unknown:
        raise UnknownTable.naming(*((name, f"No table {name!r} is synced.") for name in unknown))
    chosen = [table for table in known if not only or table.name in only]
    return Shape(
        names=tuple(table.name for table in sorted(chosen, key=lambda table: table.rank)),
        schema_version=min(schema_version, _newest_version()),
        with_revisions=with_revisions,
    )


def news_since(shape: Shape, version: int) -> News:
    """Return what the shape has that a client of an earlier version of the schema had not."""
    return News(
        tables=tuple(table.name for table in shape.tables if table.since > version),
        columns=tuple(
            f"{table.name}.{column.name}"
            for table in shape.tables
            for column in table.columns_for(shape.schema_version)
            if column.since > version >= table.since
        ),
    )


def news_in(shape: Shape, migration: Migration) -> News:
    """Return what a client names itself; raises UnknownTable and UnknownColumn."""
    for name in (*migration.tables, *migration.columns):
        if name not in shape.names:
            raise UnknownTable.naming((name, f"No table {name!r} is synced."))
    columns = [(name, column) for name, named in migration.columns.items() for column in named]
    for name, column in columns:
        table = tables.get(name)
        known = table.columns_for(shape.schema_version) if table else ()
        if column not in {each.name for each in known}:
            raise UnknownColumn.naming((column, f"Table {name!r} has no column {column!r}."))
    return News(
        tables=tuple(migration.tables),
        columns=tuple(f"{name}.{column}" for name, column in columns),
    )


def _newest_version() -> int:
    """Return the version after which nothing is new, so that invented ones make no statements."""
    return max(
        (version for table in tables for version in (table.since, *_versions(table))), default=1
    )


def _versions(table: SyncedTable) -> tuple[int, ...]:
    return tuple(column.since for column in table.columns)


@lru_cache(maxsize=_MOST_STATEMENTS)
def _statement(shape: Shape, *, has_news: bool) -> Direct:
    return Direct(
        page_sql(
            shape.tables,
            schema_version=shape.schema_version,
            with_revisions=shape.with_revisions,
            has_news=has_news,
        )
    )
