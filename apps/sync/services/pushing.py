"""Pushing: what a device did while nobody listened, carried out as if it were done here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.sync.errors import ChangedMeanwhile, TooManyOperations, Undone
from apps.sync.events import ChangesPushed
from apps.sync.models import PushedOperation, SyncState
from apps.sync.selectors import snapshot_of
from apps.sync.services.answers import in_json, kept_answers
from apps.sync.services.batch import FIRST_RETRY_SECONDS, Batch, Done
from apps.sync.services.holding import Name, is_nameable
from apps.sync.services.locking import lock_state, tried_again
from apps.sync.types import Caller, Change, Outcome, Result

MOST_OPERATIONS = 1000
_TAKEN = frozenset({Outcome.APPLIED, Outcome.MERGED, Outcome.CONFLICT})
_REFUSED = frozenset({Outcome.REJECTED, Outcome.QUEUED})


class _AllUndone(Exception):
    """Leaves a transaction of which nothing is kept, with what was found out."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


def push_changes(
    caller: Caller,
    changes: Sequence[Change],
    *,
    checkpoint: int | None = None,
    is_atomic: bool = False,
    is_strict: bool = False,
    mends: bool = False,
) -> list[Result]:
    """Carry out operations in their order and return what became of each, in the same order.

    Each is carried out once: whoever repeats one hears the first answer. What is refused blocks
    nothing else; with ``is_atomic`` it undoes all, and nothing is kept. ``is_strict`` is
    WatermelonDB's rule: rows that others changed after the ``checkpoint`` refuse the whole push.
    With ``mends`` values that do not fit are made to, and unknown columns passed over.

    Raises TooManyOperations, CheckpointInvalid, ChangedMeanwhile, and Unavailable where rows stay
    locked. Announces ChangesPushed, and what the services and conflicts do. Source: R4 section 5.
    """
    if len(changes) > MOST_OPERATIONS:
        raise TooManyOperations(f"Send at most {MOST_OPERATIONS} at once.")

    def push() -> list[Result]:
        with transaction.atomic():
            return _push(
                caller,
                changes,
                checkpoint=checkpoint,
                is_atomic=is_atomic,
                is_strict=is_strict,
                mends=mends,
            )

    try:
        return tried_again(push)
    except _AllUndone as undone:
        by_id = {result.op_id: result for result in undone.results}
        return _in_order(changes, by_id)


def _push(
    caller: Caller,
    changes: Sequence[Change],
    *,
    checkpoint: int | None,
    is_atomic: bool,
    is_strict: bool,
    mends: bool,
) -> list[Result]:
    state = lock_state(caller.state_id)
    answers = kept_answers(caller.state_id, [change.op_id for change in changes])
    fresh: dict[UUID, Change] = {}
    for change in changes:
        if change.op_id not in answers:
            fresh.setdefault(change.op_id, change)
    if fresh:
        batch = Batch(
            caller,
            list(fresh.values()),
            snapshot=None if checkpoint is None else snapshot_of(caller, checkpoint),
            offset_ms=state.clock_offset_ms,
            mends=mends,
            waiting=_waiting_of(caller),
        )
        if is_strict and batch.is_changed_meanwhile():
            raise ChangedMeanwhile("Pull, and push again.")
        done = [batch.carry_out(change) for change in fresh.values()]
        results = batch.settle(done)
        if is_atomic and any(each.outcome in _REFUSED for each in done):
            raise _AllUndone([*answers.values(), *map(_undone, results)])
        _keep(caller, batch, done, results)
        tell(caller, done)
        answers |= {result.op_id: result for result in results}
    SyncState.objects.filter(pk=state.pk).update(last_push_at=now())
    return _in_order(changes, answers)


def _waiting_of(caller: Caller) -> list[Name]:
    """Return the rows that operations of earlier pushes wait for: what follows waits behind."""
    waiting = PushedOperation.objects.filter(state_id=caller.state_id, due_at__isnull=False)
    return list(waiting.values_list("table_name", "record_id"))


def _in_order(changes: Sequence[Change], answers: Mapping[UUID, Result]) -> list[Result]:
    """Return the answer of each; where a push itself repeats an operation, it says so."""
    seen: set[UUID] = set()
    found = []
    for change in changes:
        answer = answers[change.op_id]
        found.append(replace(answer, is_repeated=True) if change.op_id in seen else answer)
        seen.add(change.op_id)
    return found


def _undone(result: Result) -> Result:
    if result.outcome in _REFUSED:
        return replace(result, outcome=Outcome.REJECTED, retry_after_seconds=None)
    return Result(
        op_id=result.op_id, outcome=Outcome.REJECTED, code=Undone.code, reason=Undone.title
    )


def _keep(caller: Caller, batch: Batch, done: Sequence[Done], results: Sequence[Result]) -> None:
    """Keep the answers; what has no place in the table is refused anew when it is repeated."""
    moment = now()
    PushedOperation.objects.bulk_create(
        PushedOperation(
            state_id=caller.state_id,
            op_id=each.change.op_id,
            table_name=each.change.table,
            record_id=each.change.record_id,
            operation=each.change.operation,
            outcome=each.outcome,
            result=in_json(result),
            **_waiting(batch, each, moment),
        )
        for each, result in zip(done, results, strict=True)
        if is_nameable(each.change)
    )


def _waiting(batch: Batch, done: Done, moment: datetime) -> dict[str, Any]:
    if done.outcome is not Outcome.QUEUED:
        return {}
    return {
        "change": in_json(batch.waiting_change(done.change)),
        "due_at": moment + timedelta(seconds=FIRST_RETRY_SECONDS),
    }


def tell(caller: Caller, done: Sequence[Done]) -> None:
    """Announce ChangesPushed where anything was taken."""
    taken = [each.change.table for each in done if each.outcome in _TAKEN]
    if taken:
        announce(
            ChangesPushed(
                audience=(f"user:{caller.user_public_id}",),
                user_id=caller.user_public_id,
                installation_id=caller.installation_id,
                tables=sorted(set(taken)),
                operations=len(taken),
            )
        )
