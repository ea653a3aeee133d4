"""What the tables know of a row and a device: what it has seen, what its user may see."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import BooleanField, F, Func, Min, Q, Value

from apps.sync.histories import present_history
from apps.sync.models import (
    Checkpoint,
    Grant,
    PushedOperation,
    SyncConflict,
    SyncState,
    Tombstone,
)
from apps.sync.ports import SyncedTable
from apps.sync.types import Outcome

# A snapshot that shows nothing, of a device that never pulled.
NOTHING = "1:1:"
# A UUIDv7 begins with the milliseconds of its making (RFC 9562 section 5.7).
_UUID_WITH_TIME = 7


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a device has seen of a table."""

    # As pg_snapshot: all that it shows, the device has.
    snapshot: str = NOTHING
    # What it will have seen at the end of the pages of the pull under way; "" outside of one.
    final: str = ""
    at: datetime | None = None
    # Its checkpoint is of another history of the database, or older than what was purged.
    is_superseded: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that is there, as far as it matters to a device."""

    record_id: str
    scope: str
    revision: int
    # Of the device that has exactly this row, for it has written it so.
    state_id: int | None
    is_seen: bool
    # By the end of the pages of a pull under way.
    is_on_its_way: bool


@dataclass(frozen=True, kw_only=True)
class Grave:
    """A tombstone, as far as it matters to a device."""

    scope: str
    # Of the device that deleted it.
    state_id: int | None
    buried_at: datetime
    is_seen: bool


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Whether a user sees a scope."""

    is_held: bool
    # The device has been brought what was there when the scope was granted.
    is_seen: bool = False
    # The last end of it; None where it is held, or never was.
    ended_at: datetime | None = None


class Absence(StrEnum):
    """What a row's absence without a tombstone means."""

    REFUSED = "refused"
    NEVER_EXISTED = "never_existed"
    PURGED = "purged"
    # It never existed, or was deleted so long ago that nothing is left of it.
    NO_TRACE = "no_trace"


def seen_by(state_id: int, table: str) -> Seen:
    """Return what a device has seen of a table, by its wire name: its newest checkpoint says it."""
    about_it = Q(table_names="") | Q(table_names__regex=rf"(^|,){table}(,|$)")
    newest = Checkpoint.objects.filter(about_it, state_id=state_id).order_by("-number").first()
    if newest is None:
        return Seen()
    known = (newest.base or NOTHING) if newest.position else newest.snapshot
    epoch, purged_xid = present_history()
    is_purged = known != NOTHING and int(known.partition(":")[0]) <= purged_xid
    return Seen(
        snapshot=known,
        final=newest.snapshot if newest.position else "",
        at=newest.made_at,
        is_superseded=newest.epoch != epoch or is_purged,
    )


def row_of(table: SyncedTable, record_id: str, seen: Seen) -> Row | None:
    """Return the row of that sync id or public id, or None."""
    named = Q(sync_id=record_id)
    if (public_id := _uuid(record_id)) is not None:
        named |= Q(public_id=public_id)
    found = (
        table.model._default_manager.filter(named)  # noqa: SLF001  Django's documented API
        .annotate(
            is_seen=shown_in(seen.snapshot, "sync_xid"),
            is_on_its_way=shown_in(seen.final or NOTHING, "sync_xid"),
        )
        .first()
    )
    if found is None:
        return None
    return Row(
        record_id=found.sync_id,
        scope=found.sync_scope,
        revision=found.sync_revision,
        state_id=found.sync_state_id,
        is_seen=found.is_seen,
        is_on_its_way=found.is_on_its_way,
    )


def holding_of(state: SyncState, scope: str, seen: Seen) -> Holding:
    """Return whether the device's user sees a scope, and the device knows of it."""
    if scope == f"user:{state.user.public_id}":
        return Holding(is_held=True, is_seen=True)
    granted = Grant.objects.filter(user_id=state.user_id, scope=scope)
    grants = list(granted.annotate(is_seen=shown_in(seen.snapshot, "granted_xid")))
    held = [each for each in grants if each.revoked_at is None]
    if held:
        return Holding(is_held=True, is_seen=any(each.is_seen for each in held))
    return Holding(
        is_held=False,
        ended_at=max((each.revoked_at for each in grants if each.revoked_at), default=None),
    )


def grave_of(table: SyncedTable, record_id: str, seen: Seen, *, has_moved: bool) -> Grave | None:
    """Return the newest tombstone of a row: where it was deleted, or moved away from."""
    buried = Tombstone.objects.filter(
        table_name=table.model._meta.db_table,  # noqa: SLF001  Django's documented API
        record_id=record_id,
        has_moved=has_moved,
    ).annotate(is_seen=shown_in(seen.snapshot, "xid"))
    columns = ("scope", "state_id", "buried_at", "is_seen")
    newest = buried.order_by("-id").values(*columns).first()
    return Grave(**newest) if newest else None


def absence_of(state: SyncState, table: SyncedTable, record_id: str) -> tuple[Absence, str]:
    """Return what it means that there is neither row nor tombstone, and why that is so."""
    named = {"table_name": table.name, "record_id": record_id}
    outcomes = PushedOperation.objects.filter(state_id=state.pk, **named)
    pushed = list(outcomes.order_by("-id").values_list("outcome", "result")[:1])
    for outcome, result in pushed:
        if outcome in {Outcome.REJECTED, Outcome.QUEUED}:
            label = Outcome(outcome).label.lower()
            return Absence.REFUSED, f"The device has pushed it: {label}. {result.get('reason', '')}"
        return Absence.PURGED, "The device has pushed it once."
    if SyncConflict.objects.filter(
        user_id=state.user_id, table=table.name, record_id=record_id
    ).exists():
        return Absence.PURGED, "There was a conflict over it once."
    if not present_history()[1]:
        return Absence.NEVER_EXISTED, "No tombstone was purged yet, and none is its."
    return _absence_by_age(record_id)


def shown_in(snapshot: str, column: str) -> Func:
    """Return the condition that a transaction's writes are visible in a snapshot."""
    return Func(
        F(column),
        Value(snapshot),
        template="pg_visible_in_snapshot(%(expressions)s::pg_snapshot)",
        output_field=BooleanField(),
    )


def _absence_by_age(record_id: str) -> tuple[Absence, str]:
    """Judge by the time that the server's own ids hold: who came later than the oldest tombstone.

    Such a row could not have been deleted without leaving one.
    """
    made_at = _made_at(record_id)
    oldest = Tombstone.objects.aggregate(oldest=Min("buried_at"))["oldest"]
    if made_at and oldest and made_at > oldest:
        return (
            Absence.NEVER_EXISTED,
            "Its id is younger than the oldest tombstone, and none is its.",
        )
    return Absence.NO_TRACE, "Old tombstones were purged, so nobody knows."


def _made_at(record_id: str) -> datetime | None:
    named = _uuid(record_id)
    if named is None or named.version != _UUID_WITH_TIME:
        return None
    return datetime.fromtimestamp((named.int >> 80) / 1000, UTC)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
