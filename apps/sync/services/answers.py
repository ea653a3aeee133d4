"""Answers: what became of operations, kept with them, so that a repetition hears the same."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from apps.sync.models import PushedOperation
from apps.sync.types import Change, Operation, Outcome, Result


def kept_answers(state_id: int, op_ids: Collection[UUID]) -> dict[UUID, Result]:
    """Return what these operations of a device were answered, each marked as repeated."""
    kept = PushedOperation.objects.filter(state_id=state_id, op_id__in=op_ids)
    return {
        op_id: replace(result_in(answer), is_repeated=True)
        for op_id, answer in kept.values_list("op_id", "result")
    }


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
