"""Answers: what became of operations, kept with them, so that a repetition hears the same."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from apps.sync.models import PushedOperation
from apps.sync.types import Change, Operation, Outcome, Result

# Beside an answer: the row's revision before the operation; those up to the answer's are its own.
FROM_REVISION = "from_revision"


def kept_answers(state_id: int, op_ids: Collection[UUID]) -> dict[UUID, Result]:
    """Return what these operations of a device were answered, each marked as repeated."""
    kept = PushedOperation.objects.filter(state_id=state_id, op_id__in=op_ids)
    return {
        op_id: replace(result_in(answer), is_repeated=True)
        for op_id, answer in kept.values_list("op_id", "result")
    }


def own_revisions(state_id: int, table: str, record_id: str) -> list[range]:
    """Return the revisions of a row that a device has made itself."""
    kept = PushedOperation.objects.filter(
        state_id=state_id,
        table_name=table,
        record_id=record_id,
        result__has_key=FROM_REVISION,
    )
    answers = kept.values_list("result", flat=True)
    return [range(each[FROM_REVISION] + 1, (each.get("revision") or 0) + 1) for each in answers]


def kept_answer(result: Result, *, from_revision: int | None) -> dict[str, Any]:
    """Return an answer as it is kept."""
    kept = in_json(result)
    return kept if from_revision is None else {**kept, FROM_REVISION: from_revision}


def in_json(value: Change | Result) -> dict[str, Any]:
    """Return an operation or its answer as it is kept."""
    return {
        name: str(each) if isinstance(each, UUID) else each
        for name, each in asdict(value).items()
        if each is not None and name != "is_repeated"
    }


def result_in(kept: Mapping[str, Any]) -> Result:
    """Return an answer that was kept."""
    conflict_id = kept.get("conflict_id")
    known = {name: value for name, value in kept.items() if name != FROM_REVISION}
    return Result(
        **{
            **known,
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
