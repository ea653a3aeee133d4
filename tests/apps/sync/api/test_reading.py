"""What every face reads alike."""

from dataclasses import replace
from typing import Any

import pytest

from apps.kernel.errors import Invalid
from apps.sync.api.reading import flaw_of_id, refuse_flawed, refuse_too_many, table_named
from apps.sync.errors import TooManyOperations, UnknownTable
from apps.sync.ports import tables


@pytest.mark.parametrize("value", ["a", "kUvXk2pQ7nW0aZ3B", "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"])
def test_ids_are_those_of_clients_and_of_ours(value: str) -> None:
    assert flaw_of_id(value) == ""


@pytest.mark.parametrize(
    "value", ["", "x" * 37, "a b", "a/b", "a\n", "\u0661", "\u00e9", None, 1, ["a"]]
)
def test_what_is_no_id_is_told(value: Any) -> None:
    assert flaw_of_id(value)


def test_thousand_operations_are_not_too_many() -> None:
    refuse_too_many(1000)
    with pytest.raises(TooManyOperations, match="1001"):
        refuse_too_many(1001)


def test_without_flaws_nothing_is_refused() -> None:
    refuse_flawed([])


def test_flaws_are_told_by_their_paths() -> None:
    with pytest.raises(Invalid, match=r"A UUID\.") as raised:
        refuse_flawed([("operations.0.op_id", "A UUID."), ("operations.1.id", "An id.")])

    assert [(each["field"], each["detail"]) for each in raised.value.errors] == [
        ("operations.0.op_id", "A UUID."),
        ("operations.1.id", "An id."),
    ]


def test_table_is_found_by_its_name_on_the_wire() -> None:
    assert table_named("units", schema_version=1) is tables.get("units")
    with pytest.raises(UnknownTable):
        table_named("buildings_unit", schema_version=1)


def test_table_that_the_client_has_no_room_for_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    units = table_named("units", schema_version=1)
    monkeypatch.setitem(tables._entries, "units", replace(units, since=3))

    with pytest.raises(UnknownTable, match="Known here"):
        table_named("units", schema_version=2)
    assert table_named("units", schema_version=3).since == 3
