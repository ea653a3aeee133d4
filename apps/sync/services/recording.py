"""Recording conflicts: both versions kept, each told once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.events.services import announce
from apps.sync.events import ConflictRecorded
from apps.sync.models import SyncConflict
from apps.sync.types import Caller, Change, ConflictKind, ConflictState


def open_conflicts(state_id: int, record_ids: Sequence[str]) -> dict[tuple[str, str], SyncConflict]:
    """Return the open conflicts of a device over these rows, by table and row."""
    found = SyncConflict.objects.filter(
        state_id=state_id, settled=ConflictState.OPEN, record_id__in=record_ids
    )
    return {(conflict.table, conflict.record_id): conflict for conflict in found}


def open_conflict(
    caller: Caller,
    change: Change,
    kind: ConflictKind,
    *,
    known: SyncConflict | None,
    scope: str,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any] | None,
    revision: int | None,
) -> SyncConflict:
    """Keep both versions until somebody decides; one that is ``known`` to be open takes them in.

    Announces ConflictRecorded for a new one, so that its user is told once however often the
    device comes with the same edit.
    """
    if known is not None:
        return _joined(known, kind, mine=mine, theirs=theirs, revision=revision)
    conflict = _made(caller, change, kind, scope=scope, mine=mine, theirs=theirs, revision=revision)
    announce(
        ConflictRecorded(
            audience=(f"user:{caller.user_public_id}",),
            conflict_id=conflict.public_id,
            user_id=caller.user_public_id,
            table=conflict.table,
            record_id=conflict.record_id,
            kind=kind,
        )
    )
    return conflict


def keep_decision(
    caller: Caller,
    change: Change,
    kind: ConflictKind,
    *,
    scope: str,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    revision: int,
) -> UUID:
    """Keep what the declared policy has decided, so that nobody wonders where an edit went."""
    kept = _made(
        caller,
        change,
        kind,
        scope=scope,
        mine=mine,
        theirs=theirs,
        revision=revision,
        settled=ConflictState.DECIDED,
    )
    return kept.public_id


def _made(
    caller: Caller,
    change: Change,
    kind: ConflictKind,
    *,
    scope: str,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any] | None,
    revision: int | None,
    settled: ConflictState = ConflictState.OPEN,
) -> SyncConflict:
    return SyncConflict.objects.create(
        state_id=caller.state_id,
        user_id=caller.user_id,
        table=change.table,
        record_id=change.record_id,
        scope=scope,
        kind=kind,
        settled=settled,
        fields=sorted(mine),
        mine=dict(mine),
        theirs=None if theirs is None else dict(theirs),
        base_revision=change.base_revision,
        server_revision=revision,
    )


def _joined(
    conflict: SyncConflict,
    kind: ConflictKind,
    *,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any] | None,
    revision: int | None,
) -> SyncConflict:
    """Let the newest wish of the same device be the one to decide about."""
    wanted = {**conflict.mine, **mine}
    new = (kind, wanted, None if theirs is None else dict(theirs), revision)
    if (conflict.kind, conflict.mine, conflict.theirs, conflict.server_revision) != new:
        conflict.kind, conflict.mine, conflict.theirs, conflict.server_revision = new
        conflict.fields = sorted(wanted)
        conflict.save()
    return conflict
