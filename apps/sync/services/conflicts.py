"""Resolving conflicts: somebody has decided, and it is done by the same services as all else."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.sync.errors import ConflictSettled
from apps.sync.events import ConflictResolved
from apps.sync.models import SyncConflict
from apps.sync.services.answering import NO_DEVICE
from apps.sync.services.batch import Batch
from apps.sync.services.locking import lock_state, tried_again
from apps.sync.types import (
    Caller,
    Change,
    ConflictKind,
    ConflictState,
    Operation,
    Resolution,
    Result,
)

# Whoever decides has seen all there is.
_EVERY_REVISION = 2**62


def resolve_conflict(
    conflict_id: UUID,
    *,
    resolver_id: int,
    resolution: Resolution,
    values: Mapping[str, Any] | None = None,
) -> Result:
    """Decide an open conflict: the client's version, the server's, or ``values`` of their own.

    What is written is written as by the user whose edit it was, and goes to all devices. The
    caller has asked whether the resolver may decide. Raises NotFound, ConflictSettled, and what
    the app's services raise, after which the conflict is as open as before. Announces
    ConflictResolved.
    """

    def resolve() -> Result:
        with transaction.atomic():
            return _resolve(conflict_id, resolver_id, Resolution(resolution), values or {})

    return tried_again(resolve)


def _resolve(
    conflict_id: UUID, resolver_id: int, resolution: Resolution, values: Mapping[str, Any]
) -> Result:
    conflict = _held(conflict_id)
    change = _change_for(conflict, resolution, values)
    batch = Batch(_author(conflict), [change], knows_graves=False)
    is_theirs = resolution is Resolution.THEIRS
    (result,) = batch.settle([batch.left(change) if is_theirs else batch.done(change)])
    _close(conflict, resolver_id, resolution)
    return result


def _held(conflict_id: UUID) -> SyncConflict:
    """Return the open conflict, held after its device, in the order of pushes."""
    conflicts = SyncConflict.objects.select_related("user").filter(public_id=conflict_id)
    known = conflicts.first()
    if known is None:
        raise NotFound
    if known.state_id is not None:
        lock_state(known.state_id)
    conflict = conflicts.select_for_update(of=("self",), no_key=True).get()
    if conflict.settled != ConflictState.OPEN:
        raise ConflictSettled
    return conflict


def _change_for(
    conflict: SyncConflict, resolution: Resolution, values: Mapping[str, Any]
) -> Change:
    is_deletion = not conflict.mine and conflict.kind in (
        ConflictKind.DELETE_EDITED,
        ConflictKind.REFUSED,
    )
    is_mine = resolution is Resolution.MINE
    return Change(
        op_id=conflict.public_id,
        table=conflict.table,
        record_id=conflict.record_id,
        operation=Operation.DELETE if is_mine and is_deletion else Operation.UPSERT,
        values=conflict.mine if is_mine else values,
        base_revision=_EVERY_REVISION,
    )


def _author(conflict: SyncConflict) -> Caller:
    return Caller(
        user_id=conflict.user_id,
        user_public_id=conflict.user.public_id,
        state_id=NO_DEVICE,
        installation_id="",
    )


def _close(conflict: SyncConflict, resolver_id: int, resolution: Resolution) -> None:
    conflict.settled = ConflictState.RESOLVED
    conflict.resolution = resolution
    conflict.resolved_by_id = resolver_id
    conflict.resolved_at = now()
    conflict.save()
    announce(
        ConflictResolved(
            audience=(f"user:{conflict.user.public_id}",),
            conflict_id=conflict.public_id,
            user_id=conflict.user.public_id,
            table=conflict.table,
            record_id=conflict.record_id,
            resolution=resolution,
        )
    )
