"""Pushing: what a device did while nobody listened, carried out as if it were done here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.transactions import whole
from apps.sync.counting import count_push
from apps.sync.errors import ChangedMeanwhile, TooManyOperations, Undone
from apps.sync.events import ChangesPushed
from apps.sync.models import PushedOperation, SyncState
from apps.sync.selectors import snapshot_of
from apps.sync.services.answering import FIRST_RETRY_SECONDS, Done
from apps.sync.services.answers import Answer, keep_answers, kept_answers
from apps.sync.services.batch import Batch
from apps.sync.services.holding import Name, is_nameable
from apps.sync.services.locking import lock_state, tried_again
from apps.sync.services.writing import Distrusted
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

    push = _Push(
        caller=caller,
        changes=changes,
        checkpoint=checkpoint,
        is_atomic=is_atomic,
        is_strict=is_strict,
        mends=mends,
    )
    try:
        results = tried_again(push.run)
    except _AllUndone as undone:
        results = undone.results
    count_push(results)
    return results


@dataclass(frozen=True, kw_only=True)
class _Push:
    """One push, as `push_changes` was given it."""

    caller: Caller
    changes: Sequence[Change]
    checkpoint: int | None
    is_atomic: bool
    is_strict: bool
    mends: bool

    @transaction.atomic
    def run(self) -> list[Result]:
        """Carry out what is new, keep the answers, and return them all."""
        state = lock_state(self.caller.state_id)
        answers = kept_answers(state.pk, [change.op_id for change in self.changes])
        fresh: dict[UUID, Change] = {}
        for change in self.changes:
            if change.op_id not in answers:
                fresh.setdefault(change.op_id, change)
        if fresh:
            answers |= self._answered(state, list(fresh.values()), answers)
        SyncState.objects.filter(pk=state.pk).update(last_push_at=now())
        return _in_order(self.changes, answers)

    def _answered(
        self, state: SyncState, fresh: Sequence[Change], known: Mapping[UUID, Result]
    ) -> dict[UUID, Result]:
        batch, done = self._carried_out(state, fresh)
        results = batch.settle(done)
        if self.is_atomic and any(each.outcome in _REFUSED for each in done):
            undone = {result.op_id: _undone(result) for result in results}
            raise _AllUndone(_in_order(self.changes, {**known, **undone}))
        keep_answers(state.pk, list(_to_keep(batch, fresh, results)))
        tell(self.caller, done)
        return {result.op_id: result for result in results}

    def _carried_out(self, state: SyncState, fresh: Sequence[Change]) -> tuple[Batch, list[Done]]:
        """Carry all out in the trust that nothing is refused, or else one by one."""
        known: dict[str, Any] = {
            "snapshot": None
            if self.checkpoint is None
            else snapshot_of(self.caller, self.checkpoint),
            "offset_ms": state.clock_offset_ms,
            "mends": self.mends,
            "waiting": _waiting_of(self.caller),
        }
        try:
            with whole():
                return self._tried(Batch(self.caller, fresh, trusts=True, **known), fresh)
        except Distrusted:
            return self._tried(Batch(self.caller, fresh, **known), fresh)

    def _tried(self, batch: Batch, fresh: Sequence[Change]) -> tuple[Batch, list[Done]]:
        if self.is_strict and batch.is_changed_meanwhile():
            raise ChangedMeanwhile("Pull, and push again.")
        done = [batch.carry_out(change) for change in fresh]
        batch.finish()
        return batch, done


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


def _to_keep(batch: Batch, fresh: Sequence[Change], results: Sequence[Result]) -> Iterator[Answer]:
    """Walk the answers to keep; what has no place in the table is refused anew each time."""
    due_at = now() + timedelta(seconds=FIRST_RETRY_SECONDS)
    for change, result in zip(fresh, results, strict=True):
        if result.outcome is Outcome.QUEUED:
            waiting = batch.waiting_change(change)
            yield Answer(change=change, result=result, waiting=waiting, due_at=due_at)
        elif is_nameable(change):
            yield Answer(change=change, result=result)


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
