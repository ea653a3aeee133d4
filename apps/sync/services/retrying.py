"""Retrying: queued operations tried again, each a few times and at growing intervals."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from apps.kernel.clock import now
from apps.sync.models import PushedOperation, SyncState
from apps.sync.services.answering import FIRST_RETRY_SECONDS, Done
from apps.sync.services.answers import change_in, in_json
from apps.sync.services.batch import Batch
from apps.sync.services.locking import be_impatient, tried_again
from apps.sync.services.pushing import tell
from apps.sync.services.recording import open_conflict, open_conflicts
from apps.sync.types import Caller, Change, ConflictKind, Outcome, Result

# About half a day; then somebody has to look.
MOST_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 2 * 3600
_JITTER = 0.2
_DEVICES_AT_ONCE = 100


def retry_due() -> int:
    """Try what is due again, and return how many operations were tried.

    What still cannot be done after `MOST_ATTEMPTS` becomes a conflict, so that no edit is lost.
    Repeating it does no harm. Announces what pushes and conflicts do.
    """
    due = PushedOperation.objects.filter(due_at__lte=now()).order_by("state_id")
    states = due.values_list("state_id", flat=True).distinct()[:_DEVICES_AT_ONCE]
    return sum(_retried(state_id) for state_id in list(states))


def _retried(state_id: int) -> int:
    def retry() -> int:
        with transaction.atomic():
            return _retry(state_id)

    return tried_again(retry)


def _retry(state_id: int) -> int:
    # A device that pushes just now has its turn after that.
    states = SyncState.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    state = states.select_related("user").filter(pk=state_id).first()
    if state is None:
        return 0
    be_impatient()
    waiting = state.operations.filter(due_at__lte=now()).order_by("id")
    operations = list(waiting)
    if operations:
        _try(_caller(state), operations)
    return len(operations)


def _try(caller: Caller, operations: Sequence[PushedOperation]) -> None:
    changes = [change_in(each.change or {}) for each in operations]
    batch = Batch(caller, changes)
    done = [batch.carry_out(change) for change in changes]
    results = batch.settle(done)
    moment = now()
    for operation, each, result in zip(operations, done, results, strict=True):
        _note(caller, operation, each, result, moment)
    tell(caller, done)


def _note(
    caller: Caller, operation: PushedOperation, done: Done, result: Result, moment: datetime
) -> None:
    """Keep how it went: done, to be tried again, or given up."""
    operation.attempts += 1
    if done.outcome is Outcome.QUEUED and operation.attempts < MOST_ATTEMPTS:
        operation.due_at = moment + _pause(operation.attempts)
    else:
        if done.outcome is Outcome.QUEUED:
            result = _given_up(caller, done.change, result)
        operation.outcome, operation.change, operation.due_at = result.outcome, None, None
        operation.result = in_json(result)
    operation.save()


def _given_up(caller: Caller, change: Change, result: Result) -> Result:
    known = open_conflicts(caller.state_id, [change.record_id])
    conflict = open_conflict(
        caller,
        change,
        ConflictKind.REFUSED,
        known=known.get((change.table, change.record_id)),
        scope="",
        mine=change.values,
        theirs=None,
        revision=result.revision,
    )
    return Result(
        op_id=change.op_id,
        outcome=Outcome.CONFLICT,
        code=result.code,
        reason=result.reason,
        conflict_id=conflict.public_id,
    )


def _pause(attempts: int) -> timedelta:
    seconds = min(FIRST_RETRY_SECONDS * 2**attempts, _LONGEST_PAUSE_SECONDS)
    # Not for secrecy: so that they do not all come at once.
    return timedelta(seconds=seconds * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311


def _caller(state: SyncState) -> Caller:
    return Caller(
        user_id=state.user_id,
        user_public_id=state.user.public_id,
        state_id=state.pk,
        installation_id=state.installation_id,
    )
