"""Our own protocol, on paper: operations in, results and pages out."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.kernel.errors import Invalid
from apps.sync.api import examples
from apps.sync.api.operations import changes_in, clock_of, page_out, result_out
from apps.sync.api.serializers import OperationIn, ResultOut
from apps.sync.errors import TooManyOperations
from apps.sync.types import ChangedTable, Operation, Outcome, Page, Result, Strategy

EXAMPLE = examples.operation


def flaws_of(*operations: Any) -> list[str]:
    """Return the paths that are complained of."""
    with pytest.raises(Invalid) as raised:
        changes_in(list(operations))
    return [error["field"] for error in raised.value.errors]


def test_operation_says_what_was_done_to_which_row_when() -> None:
    (change,) = changes_in([EXAMPLE])

    assert change.op_id == UUID(examples.OP_ID)
    assert (change.table, change.record_id) == ("units", examples.UNIT_ID)
    assert change.operation is Operation.UPSERT
    assert change.values == {"notes": "The key is with the caretaker."}
    assert change.base_revision == 3
    assert change.clock == (examples.NOW - 900) << 16


def test_deletion_needs_no_changes_and_a_new_row_no_revision() -> None:
    deletion = {"op_id": examples.OP_ID, "table": "units", "id": "a", "op": "delete"}

    (change,) = changes_in([deletion])

    assert (change.operation, change.values) == (Operation.DELETE, {})
    assert (change.base_revision, change.clock) == (None, None)


def test_clocks_order_as_their_milliseconds_and_then_their_counters() -> None:
    written = ["0-0", "0-1", "999-65535", "1000-0", "1795340000000-7", "99999999999999-65535"]

    clocks = [clock_of(text) for text in written]

    assert clocks == sorted(set(clocks))
    # As PostgreSQL keeps it.
    assert clocks[-1] < 2**63


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"op_id": "1"}, ".op_id"),
        ({"op_id": 1}, ".op_id"),
        ({"table": ""}, ".table"),
        ({"table": ["units"]}, ".table"),
        ({"table": "x" * 64}, ".table"),
        ({"id": ""}, ".id"),
        ({"id": "x" * 37}, ".id"),
        ({"id": "a/b"}, ".id"),
        ({"id": "a\n"}, ".id"),
        ({"id": 7}, ".id"),
        ({"op": "replace"}, ".op"),
        ({"op": ["upsert"]}, ".op"),
        ({"base_revision": -1}, ".base_revision"),
        ({"base_revision": 1.5}, ".base_revision"),
        ({"base_revision": True}, ".base_revision"),
        ({"base_revision": 2**53}, ".base_revision"),
        ({"changes": None}, ".changes"),
        ({"changes": []}, ".changes"),
        ({"changes": {"notes": {"$gt": ""}}}, ".changes.notes"),
        ({"hlc": 1795340000000}, ".hlc"),
        ({"hlc": "1795340000000"}, ".hlc"),
        ({"hlc": "1-65536"}, ".hlc"),
        ({"hlc": "1-0\n"}, ".hlc"),
        ({"hlc": "\u0661-0"}, ".hlc"),
        ({"is_staff": True}, ".is_staff"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(changed: dict[str, Any], field: str) -> None:
    assert flaws_of(EXAMPLE, {**EXAMPLE, **changed}) == [f"operations.1{field}"]


def test_what_is_no_operation_is_named() -> None:
    assert flaws_of("units", None, [], EXAMPLE) == [
        "operations.0",
        "operations.1",
        "operations.2",
    ]


def test_of_many_flaws_the_first_are_told() -> None:
    assert len(flaws_of(*[{}] * 1000)) == 50


def test_more_than_a_thousand_operations_are_counted_and_not_read() -> None:
    with pytest.raises(TooManyOperations):
        changes_in([None] * 1001)


def test_documented_fields_are_those_that_are_read() -> None:
    documented = set(OperationIn().fields)
    required = {name for name, field in OperationIn().fields.items() if field.required}

    assert changes_in([dict.fromkeys(documented) | EXAMPLE])
    for name in documented:
        without = {key: value for key, value in EXAMPLE.items() if key != name}
        # An upsert has changes, a deletion need not.
        if name in required or name == "changes":
            assert flaws_of(without) == [f"operations.0.{name}"]
        else:
            assert changes_in([without])


def test_result_has_the_documented_fields() -> None:
    result = result_out(Result(op_id=UUID(examples.OP_ID), outcome=Outcome.APPLIED, revision=2))

    assert list(result) == list(ResultOut().fields)
    assert (result["outcome"], result["revision"], result["record"]) == ("applied", 2, None)


def test_page_holds_rows_as_they_were_written_down() -> None:
    page = Page(
        tables=[
            ChangedTable(name="units", rows=['{"id": "a", "n": 1.10}', '{"id": "b"}']),
            ChangedTable(name="members", deleted=["c", "d"]),
        ],
        checkpoint=77,
        has_more=True,
        strategy=Strategy.INCREMENTAL,
        server_now_ms=5,
    )

    body = page_out(page)

    assert b'{"id": "a", "n": 1.10},{"id": "b"}' in body
    assert orjson.loads(body) == {
        "changes": {
            "units": {"rows": [{"id": "a", "n": 1.1}, {"id": "b"}], "deleted": []},
            "members": {"rows": [], "deleted": ["c", "d"]},
        },
        "checkpoint": 77,
        "has_more": True,
        "strategy": "incremental",
        "is_first": True,
        "server_now": 5,
    }
