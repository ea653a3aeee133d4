"""RxDB's replication, on paper."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from apps.kernel.errors import Invalid
from apps.kernel.ids import new_id
from apps.sync.api.rxdb import (
    change_of,
    is_conflicting,
    is_taken,
    master_out,
    page_out,
    rows_in,
)
from apps.sync.errors import TooManyOperations
from apps.sync.ports import SyncedTable, tables
from apps.sync.types import ChangedTable, Operation, Outcome, Page, Result, Strategy

DOCUMENT: dict[str, Any] = {
    "id": "a",
    "building_id": "b",
    "label": "2 left",
    "floor": 2,
    "notes": "",
    "created_at": 1,
    "updated_at": 1,
    "_deleted": False,
}
GONE = {"id": "a", "_deleted": True}
MASTER = {name: value for name, value in DOCUMENT.items() if name != "_deleted"} | {"_revision": 4}


def units() -> SyncedTable:
    found = tables.get("units")
    assert found is not None
    return found


def row(wanted: Any, assumed: Any = None) -> Any:
    return rows_in([{"newDocumentState": wanted, "assumedMasterState": assumed}], units())[0]


def test_edit_of_the_present_state_says_what_it_changes() -> None:
    edit = row({**DOCUMENT, "notes": "wet"}, DOCUMENT)

    change = change_of(edit, MASTER)

    assert not is_conflicting(edit, MASTER)
    assert (change.operation, change.record_id) == (Operation.UPSERT, "a")
    assert (change.values, change.base_revision) == ({"notes": "wet"}, 4)


def test_edit_of_another_state_meets_the_present_one() -> None:
    edit = row({**DOCUMENT, "notes": "wet"}, DOCUMENT)

    assert is_conflicting(edit, {**MASTER, "label": "3 left"})


def test_what_the_server_writes_by_itself_is_no_conflict() -> None:
    edit = row({**DOCUMENT, "notes": "wet"}, DOCUMENT)

    assert not is_conflicting(edit, {**MASTER, "updated_at": 7})


def test_new_document_is_made_whole() -> None:
    new = row({"id": "a", "building_id": "b", "label": "2 left", "floor": None})

    change = change_of(new, None)

    assert not is_conflicting(new, None)
    assert change.values == {"building_id": "b", "label": "2 left", "floor": None}
    assert change.base_revision is None


def test_new_document_that_is_there_already_meets_it_unless_it_is_the_same() -> None:
    assert not is_conflicting(row(DOCUMENT), MASTER)
    assert is_conflicting(row({**DOCUMENT, "label": "3 left"}), MASTER)


def test_deletion_of_the_present_state_is_one() -> None:
    deletion = row({**DOCUMENT, "_deleted": True}, DOCUMENT)

    assert not is_conflicting(deletion, MASTER)
    assert change_of(deletion, MASTER).operation is Operation.DELETE


def test_edit_of_what_is_gone_is_told_so_and_its_deletion_is_not() -> None:
    assert is_conflicting(row({**DOCUMENT, "notes": "wet"}, DOCUMENT), None)
    assert not is_conflicting(row(GONE, DOCUMENT), None)
    assert master_out("a", None) == GONE


def test_document_that_was_deleted_may_be_made_again() -> None:
    assert not is_conflicting(row(DOCUMENT, GONE), None)


def test_what_was_carried_out_is_told_only_where_it_came_out_otherwise() -> None:
    edit = row({**DOCUMENT, "notes": "wet"}, DOCUMENT)
    result = Result(op_id=new_id(), outcome=Outcome.APPLIED)

    assert is_taken(edit, result)
    assert is_taken(edit, replace(result, record={**MASTER, "notes": "wet", "updated_at": 7}))
    assert not is_taken(edit, replace(result, record={**MASTER, "notes": "dry"}))
    assert not is_taken(edit, replace(result, outcome=Outcome.REJECTED))


def test_master_is_shown_as_a_document() -> None:
    assert master_out("a", MASTER) == DOCUMENT


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, ""),
        ([None], "0"),
        ([{}], "0"),
        ([{"newDocumentState": DOCUMENT, "x": 1}], "0"),
        ([{"newDocumentState": DOCUMENT, "assumedMasterState": []}], "0"),
        ([{"newDocumentState": {"id": "a/b"}}], "0.newDocumentState.id"),
    ],
)
def test_what_is_no_push_is_refused_by_its_path(document: Any, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        rows_in(document, units())

    assert [error["field"] for error in raised.value.errors] == [field]


def test_more_than_a_thousand_rows_are_refused() -> None:
    with pytest.raises(TooManyOperations):
        rows_in([None] * 1001, units())


def test_page_is_of_one_table_and_tells_what_is_gone() -> None:
    page = Page(
        tables=[
            ChangedTable(name="members", rows=['{"id":"m"}']),
            ChangedTable(name="units", rows=['{"id":"a","label":"}"}'], deleted=["b"]),
        ],
        checkpoint=7,
        has_more=True,
        strategy=Strategy.INCREMENTAL,
        server_now_ms=1,
    )

    assert orjson.loads(page_out(page, table="units")) == {
        "documents": [
            {"id": "a", "label": "}", "_deleted": False},
            {"id": "b", "_deleted": True},
        ],
        "checkpoint": {"number": 7},
        "has_more": True,
        "strategy": "incremental",
        "is_first": True,
    }
