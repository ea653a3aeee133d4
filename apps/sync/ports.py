"""What other apps plug in to have tables synced: the model's base, its triggers, its columns.

A model extends `Synced`; its app's migration runs `StampRows` for it, `GrantScopes` for the table
whose rows let users see a scope, and `StampBorrowers` for what it shows of other tables; its
``plugs`` module registers a `SyncedTable`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from apps.kernel.errors import Forbidden
from apps.kernel.registry import Registry
from apps.sync.stamping import GrantScopes, StampBorrowers, StampRows
from apps.sync.synced import Synced, TransactionIdField
from apps.sync.types import Kind, Policy

__all__ = [
    "Column",
    "GrantScopes",
    "ManyWriter",
    "ReadOnly",
    "StampBorrowers",
    "StampRows",
    "Synced",
    "SyncedTable",
    "TransactionIdField",
    "Writer",
    "tables",
]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as clients have it."""

    name: str
    kind: Kind = Kind.TEXT
    # The model's field, or a path through relations such as "author__name"; "" for the name. Of a
    # reference, the path to the row meant, which must be of a synced model for clients to write it.
    source: str = ""
    # Clients may write it; of new rows only with `is_fixed`.
    is_writable: bool = True
    is_fixed: bool = False
    is_optional: bool = False
    # None for the table's.
    policy: Policy | None = None
    # The version of the clients' schema that has it first.
    since: int = 1

    @property
    def path(self) -> str:
        """The path from the model."""
        return self.source or self.name

    @property
    def is_borrowed(self) -> bool:
        """Whether it shows what another row holds: nobody edits it here."""
        return "__" in self.path


class Writer(Protocol):
    """Carries out what clients did, by the services of the app; in the caller's transaction.

    ``values`` hold what the columns say, cleaned as the model's fields clean it, references as
    the public ids of rows that the user sees (or None). Each raises what its services raise:
    an `AppError` is the reason that the client is told, Forbidden and NotFound among them. Whether
    the user may do this is its own question; that the user sees the row has been asked.
    """

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Make a row and return its public id."""

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Change a row's given columns."""

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Delete a row."""


@runtime_checkable
class ManyWriter(Writer, Protocol):
    """A writer that also carries out many operations at once, with few statements.

    What it does and announces is what one after the other would, in their order. It raises what
    any of them raises; then all is undone, and they are carried out one by one.
    """

    def create_all(self, user_id: int, rows: Sequence[Mapping[str, Any]]) -> Sequence[UUID]:
        """Make rows and return their public ids, in the same order."""

    def update_all(self, user_id: int, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Change rows' given columns, by their public ids."""


class ReadOnly:
    """The writer of a table that clients only read."""

    def create(self, user_id: int, values: Mapping[str, Any]) -> UUID:
        """Refuse."""
        raise self._refusal()

    def update(self, user_id: int, record_id: UUID, values: Mapping[str, Any]) -> None:
        """Refuse."""
        raise self._refusal()

    def delete(self, user_id: int, record_id: UUID) -> None:
        """Refuse."""
        raise self._refusal()

    def _refusal(self) -> Exception:
        return Forbidden("Rows of this table are not changed by syncing.")


@dataclass(frozen=True, kw_only=True)
class SyncedTable:
    """A table as clients have it: fields out, fields in, who wins, and who writes."""

    # On the wire, such as "units".
    name: str
    model: type[Synced]
    columns: tuple[Column, ...]
    writer: Writer = field(default_factory=ReadOnly)
    policy: Policy = Policy.LAST_WRITE_WINS
    # An edit that meets any other edit of the row is a conflict, whatever the columns (stock,
    # money, state machines).
    is_strict: bool = False
    # The version of the clients' schema that has it first.
    since: int = 1
    # Rows are created in ascending order of rank and deleted in descending: parents first.
    rank: int = 0

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def columns_for(self, schema_version: int) -> tuple[Column, ...]:
        """Return the columns that clients of this version of the schema have."""
        return tuple(column for column in self.columns if column.since <= schema_version)

    def policy_of(self, column: str) -> Policy:
        """Return who wins where two changed this column at once."""
        found = self.column(column)
        return (found.policy if found else None) or self.policy


tables: Registry[SyncedTable] = Registry("synced table")
