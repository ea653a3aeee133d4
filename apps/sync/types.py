"""The words of sync: kinds of values, policies, operations and what became of them, checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import TextChoices

# A table's name on the wire → ids of its rows.
IdsByTable = Mapping[str, Sequence[str]]

FAR_PAST = 0


class Kind(TextChoices):
    """What a column holds on the wire; clients such as WatermelonDB know no other kinds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    BOOLEAN = "boolean", "Boolean"
    # Milliseconds since 1970, UTC.
    TIME = "time", "Time"
    # The id of a row of another synced table.
    REFERENCE = "reference", "Reference"


class Policy(TextChoices):
    """Who wins where two changed the same field of the same row at once."""

    # The later edit by offset-corrected hybrid clock; of equal clocks the greater device id.
    LAST_WRITE_WINS = "last_write_wins", "Last write wins"
    SERVER_WINS = "server_wins", "Server wins"
    # Whoever comes says which fields it changed; those it has, the others stay.
    MERGE = "merge", "Field merge"
    # Nobody: both versions are kept and somebody decides.
    MANUAL = "manual", "Manual"


class Operation(TextChoices):
    """What a client did to a row."""

    UPSERT = "upsert", "Create or change"
    DELETE = "delete", "Delete"


class Outcome(TextChoices):
    """What became of an operation."""

    APPLIED = "applied", "Applied"
    # Applied beside what others changed meanwhile; the row differs from what the client has.
    MERGED = "merged", "Merged"
    # There was nothing left to do, such as deleting what is gone.
    IGNORED = "ignored", "Ignored"
    # Both versions are kept; the client takes the server's.
    CONFLICT = "conflict", "Conflict"
    # Refused for good; `reason` says why.
    REJECTED = "rejected", "Rejected"
    # Something it needs is not there just now: it is tried again here, with backoff.
    QUEUED = "queued", "Queued"


class ConflictKind(TextChoices):
    """What met what."""

    EDIT_EDIT = "edit_edit", "Edited on both sides"
    EDIT_DELETED = "edit_deleted", "Edited here, deleted there"
    DELETE_EDITED = "delete_edited", "Deleted here, edited there"
    REFUSED = "refused", "Refused after trying again"


class ConflictState(TextChoices):
    """Whether somebody still has to decide."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    # The declared policy has decided; kept so that nobody wonders where an edit went.
    DECIDED = "decided", "Decided by policy"


class Resolution(TextChoices):
    """How a conflict ended."""

    MINE = "mine", "The client's version"
    THEIRS = "theirs", "The server's version"
    MERGED = "merged", "Values of their own"


class Replacement(TextChoices):
    """Why a device is given the full set."""

    CHECKPOINT_LOST = "checkpoint_lost", "The checkpoint is no longer kept."
    TOMBSTONES_PURGED = (
        "tombstones_purged",
        "The checkpoint is older than what is kept of deleted rows.",
    )
    OTHER_HISTORY = "other_history", "The database has another history."
    SCOPE_REVOKED = "scope_revoked", "A scope was revoked between two pages."
    SCHEMA_CHANGED = "schema_changed", "The schema changed between two pages."


class Strategy(TextChoices):
    """What a client does with the rows of a pull."""

    INCREMENTAL = "incremental", "Change what is there"
    # The full set: what is not in it is no longer the client's.
    REPLACEMENT = "replacement", "Replace what is there"


Face = Literal["operations", "watermelon", "rxdb"]


class KeptCheckpoint(NamedTuple):
    """A checkpoint as it was kept (`models.Checkpoint`)."""

    number: int
    base: str
    snapshot: str
    epoch: str
    # As JSON.
    position: str
    made_at: datetime
    schema_version: int
    table_names: str


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who syncs: a user on one installation of the app."""

    user_id: int
    user_public_id: UUID
    # Of `models.SyncState`.
    state_id: int
    installation_id: str
    # The one that the device came with, where it was found together with the device.
    kept: KeptCheckpoint | None = None


@dataclass(frozen=True, kw_only=True)
class Migration:
    """What a client has had no room for until now (WatermelonDB's ``migration``)."""

    from_version: int
    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChangedTable:
    """One table's part of a page: rows as JSON that PostgreSQL has built, and ids of gone ones."""

    name: str
    rows: Sequence[str] = ()
    deleted: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one pull brings, and the checkpoint to come back with."""

    tables: Sequence[ChangedTable]
    checkpoint: int
    has_more: bool
    strategy: Strategy
    server_now_ms: int
    # Of a replacement: pages of the full set that came before this one count no more.
    is_first: bool = True


@dataclass(frozen=True, kw_only=True)
class Change:
    """One operation of a client, parsed but not yet judged."""

    op_id: UUID
    table: str
    record_id: str
    operation: Operation
    # Values by column, as on the wire; of an upsert the changed ones, of a new row all.
    values: Mapping[str, Any] = field(default_factory=dict)
    # The revision the client's edit began from: None where it knows of no row, or has said
    # a checkpoint instead.
    base_revision: int | None = None
    # Hybrid logical clock of the edit (`clocks`); None for the moment it came.
    clock: int | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one operation; kept with it, so that a repetition is answered the same."""

    op_id: UUID
    outcome: Outcome
    revision: int | None = None
    # The row as the server has it, where the client's differs.
    record: Mapping[str, Any] | None = None
    code: str = ""
    reason: str = ""
    conflict_id: UUID | None = None
    retry_after_seconds: int | None = None
    is_repeated: bool = False
