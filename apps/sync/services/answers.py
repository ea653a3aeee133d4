"""Answers: what became of operations, kept with them, so that a repetition hears the same."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from apps.kernel.clock import now
from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id
from apps.sync.models import PushedOperation
from apps.sync.types import Change, Operation, Outcome, Result

# With one statement: to make it of a thousand rows takes Django longer than to carry them out.
_KEEP = Direct("""
INSERT INTO sync_pushedoperation (
    public_id, created_at, updated_at, state_id, op_id, table_name, record_id, operation, outcome,
    result, change, attempts, due_at
)
SELECT public_id, $2::timestamptz, $2::timestamptz, $3::bigint, op_id, table_name, record_id,
    operation, outcome, result, change, 0, due_at
FROM jsonb_to_recordset($1::jsonb) AS kept (
    public_id uuid, op_id uuid, table_name text, record_id text, operation text, outcome text,
    result jsonb, change jsonb, due_at timestamptz
)
""")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An operation and what it was answered; of one that waits, what is needed to try again."""

    change: Change
    result: Result
    waiting: Change | None = None
    due_at: datetime | None = None


def kept_answers(state_id: int, op_ids: Collection[UUID]) -> dict[UUID, Result]:
    """Return what these operations of a device were answered, each marked as repeated."""
    kept = PushedOperation.objects.filter(state_id=state_id, op_id__in=op_ids)
    return {
        op_id: replace(result_in(answer), is_repeated=True)
        for op_id, answer in kept.values_list("op_id", "result")
    }


def keep_answers(state_id: int, answers: Sequence[Answer]) -> None:
    """Keep what operations of a device were answered."""
    if answers:
        rows = orjson.dumps([_row(answer) for answer in answers]).decode()
        _KEEP.run([in_text(rows), in_text(now()), in_text(state_id)])


def in_json(value: Change | Result) -> dict[str, Any]:
    """Return an operation or its answer as it is kept."""
    return {
        each.name: str(found) if isinstance(found, UUID) else found
        for each in fields(value)
        if (found := getattr(value, each.name)) is not None and each.name != "is_repeated"
    }


def result_in(kept: Mapping[str, Any]) -> Result:
    """Return an answer that was kept."""
    conflict_id = kept.get("conflict_id")
    return Result(
        **{
            **kept,
            "op_id": UUID(kept["op_id"]),
            "outcome": Outcome(kept["outcome"]),
            "conflict_id": conflict_id and UUID(conflict_id),
        }
    )


def change_in(kept: Mapping[str, Any]) -> Change:
    """Return an operation that was kept."""
    return Change(
        **{**kept, "op_id": UUID(kept["op_id"]), "operation": Operation(kept["operation"])}
    )


def _row(answer: Answer) -> dict[str, Any]:
    change = answer.change
    return {
        "public_id": new_id(),
        "op_id": change.op_id,
        "table_name": change.table,
        "record_id": change.record_id,
        "operation": change.operation.value,
        "outcome": answer.result.outcome.value,
        "result": in_json(answer.result),
        "change": None if answer.waiting is None else in_json(answer.waiting),
        "due_at": answer.due_at,
    }
