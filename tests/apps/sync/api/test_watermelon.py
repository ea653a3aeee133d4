"""WatermelonDB's protocol, on paper."""

from typing import Any

import orjson
import pytest

from apps.kernel.errors import Invalid
from apps.kernel.ids import new_id
from apps.sync.api.watermelon import answered, changes_of, migration_in, pulled_out, pushed_in
from apps.sync.errors import TooManyOperations, UnknownTable
from apps.sync.types import Change, ChangedTable, Operation, Outcome, Page, Result, Strategy

ID = "kUvXk2pQ7nW0aZ3B"
ROW: dict[str, Any] = {
    "id": ID,
    "building_id": "b",
    "label": "2 left",
    "floor": 2,
    "notes": "",
    "created_at": 1,
    "updated_at": 1,
    "_status": "created",
    "_changed": "",
}
COLUMNS = {name: value for name, value in ROW.items() if name not in {"id", "_status", "_changed"}}


def read(document: Any, *known: str) -> list[Change]:
    """Return the operations of a push, some rows being known to the server."""
    pushed = pushed_in(document, schema_version=1)
    return [change for each in pushed for change in changes_of(each, known_ids=known)]


def page(*tables: ChangedTable, **changed: Any) -> Page:
    told: dict[str, Any] = {"checkpoint": 9, "has_more": False, "strategy": Strategy.INCREMENTAL}
    return Page(tables=tables, server_now_ms=1, **{**told, **changed})


def test_created_row_comes_with_all_it_has() -> None:
    (change,) = read({"units": {"created": [ROW], "updated": [], "deleted": []}})

    assert (change.table, change.record_id, change.operation) == ("units", ID, Operation.UPSERT)
    assert change.values == COLUMNS


def test_of_an_updated_row_the_columns_count_that_it_says_have_changed() -> None:
    row = {**ROW, "_status": "updated", "_changed": "notes,gone,__proto__", "notes": "wet"}

    (change,) = read({"units": {"updated": [row]}}, ID)

    assert change.values == {"notes": "wet"}


def test_of_an_updated_row_that_does_not_say_every_column_counts() -> None:
    row = {name: value for name, value in ROW.items() if not name.startswith("_")}

    (change,) = read({"units": {"updated": [row]}}, ID)

    assert change.values == COLUMNS


def test_update_of_a_row_that_nobody_knows_makes_it_whole() -> None:
    row = {**ROW, "_status": "updated", "_changed": "notes"}

    (change,) = read({"units": {"updated": [row]}})

    assert change.values == COLUMNS


def test_deleted_rows_are_ids() -> None:
    changes = read({"units": {"deleted": ["a", "b"]}, "comments": {"deleted": ["c"]}})

    assert [(change.table, change.record_id) for change in changes] == [
        ("units", "a"),
        ("units", "b"),
        ("comments", "c"),
    ]
    assert {change.operation for change in changes} == {Operation.DELETE}


def test_tables_without_changes_may_be_any() -> None:
    assert read({"drafts": {"created": [], "updated": [], "deleted": []}, "units": {}}) == []


@pytest.mark.parametrize("name", ["drafts", "__proto__", "buildings_unit", ""])
def test_rows_of_an_unknown_table_are_refused(name: str) -> None:
    with pytest.raises(UnknownTable):
        read({name: {"deleted": ["a"]}})


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ({"units": []}, "units"),
        ({"units": {"changed": []}}, "units"),
        ({"units": {"created": {}}}, "units"),
        ({"units": {"created": [None]}}, "units.created.0"),
        ({"units": {"created": [{"label": "x"}]}}, "units.created.0"),
        ({"units": {"updated": [ROW, {"id": "a/b"}]}}, "units.updated.1"),
        ({"units": {"deleted": [{"id": "a"}]}}, "units.deleted.0"),
    ],
)
def test_what_is_no_push_is_refused_by_its_path(document: Any, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        read(document)

    assert [error["field"] for error in raised.value.errors] == [field]


def test_more_than_a_thousand_rows_are_refused() -> None:
    with pytest.raises(TooManyOperations):
        read({"units": {"deleted": ["a"] * 600}, "comments": {"deleted": ["a"] * 401}})


def test_rows_that_were_refused_stay_unsynced_and_the_reason_is_told() -> None:
    changes = read({"units": {"created": [ROW], "deleted": ["a"]}})
    results = [
        Result(op_id=new_id(), outcome=Outcome.REJECTED, code="kernel.forbidden", reason="No."),
        Result(op_id=new_id(), outcome=Outcome.IGNORED),
    ]

    assert answered(changes, results) == {
        "experimentalRejectedIds": {"units": [ID]},
        "rejected": [{"table": "units", "id": ID, "code": "kernel.forbidden", "reason": "No."}],
    }


def test_conflicts_are_taken_for_the_server_keeps_both_versions() -> None:
    changes = read({"units": {"created": [ROW]}})

    assert answered(changes, [Result(op_id=new_id(), outcome=Outcome.CONFLICT)]) == {}


def test_all_rows_of_a_pull_are_updated() -> None:
    units = ChangedTable(name="units", rows=['{"id":"a"}'], deleted=["b"])

    document = orjson.loads(pulled_out([page(units, has_more=True)], schema_version=1))

    assert document == {
        "changes": {"units": {"created": [], "updated": [{"id": "a"}], "deleted": ["b"]}},
        "timestamp": 9,
        "has_more": True,
    }


def test_full_set_names_every_table_and_joins_its_pages() -> None:
    whole: dict[str, Any] = {"strategy": Strategy.REPLACEMENT}
    pages = [
        page(ChangedTable(name="units", rows=['{"id":"a"}']), has_more=True, **whole),
        page(ChangedTable(name="units", rows=['{"id":"b"}']), checkpoint=10, **whole),
    ]

    document = orjson.loads(pulled_out(pages, schema_version=1))

    assert document["experimentalStrategy"] == "replacement"
    assert document["changes"]["units"]["updated"] == [{"id": "a"}, {"id": "b"}]
    assert document["changes"]["comments"] == {"created": [], "updated": [], "deleted": []}
    assert (document["timestamp"], document["has_more"]) == (10, False)


def test_migration_keeps_what_is_known_here() -> None:
    told = orjson.dumps(
        {
            "from": 1,
            "tables": ["comments", "drafts", 7],
            "columns": [
                {"table": "units", "columns": ["notes", "secret"]},
                {"table": "drafts", "columns": ["x"]},
                {"columns": ["x"]},
                None,
            ],
        }
    ).decode()

    migration = migration_in(told)

    assert migration is not None
    assert (migration.from_version, migration.tables) == (1, ("comments",))
    assert migration.columns == {"units": ("notes",)}


@pytest.mark.parametrize("told", [None, "", "null"])
def test_without_a_migration_there_is_none(told: str | None) -> None:
    assert migration_in(told) is None


@pytest.mark.parametrize("told", ["{", "[]", "7", "{}", '{"from": "1"}', '{"from": null}'])
def test_what_is_no_migration_is_refused(told: str) -> None:
    with pytest.raises(Invalid):
        migration_in(told)
