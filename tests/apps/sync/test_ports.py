"""What apps plug in: a table says which columns a client has, and who wins in each."""

import pytest

from apps.buildings.models import Building
from apps.buildings.synced_tables import SYNCED_TABLES
from apps.kernel.errors import Forbidden
from apps.kernel.ids import new_id
from apps.sync.ports import Column, ManyWriter, ReadOnly, SyncedTable, Writer
from apps.sync.types import Policy

TABLE = SyncedTable(
    name="houses",
    model=Building,
    columns=(
        Column(name="name", policy=Policy.MANUAL),
        Column(name="owner", source="owner__name", since=2),
    ),
    policy=Policy.MERGE,
)


def test_column_is_read_where_it_says_or_by_its_name() -> None:
    assert [column.path for column in TABLE.columns] == ["name", "owner__name"]
    assert TABLE.column("nothing") is None


def test_column_that_is_read_through_a_relation_is_borrowed() -> None:
    assert [column.is_borrowed for column in TABLE.columns] == [False, True]


def test_client_has_the_columns_of_its_version() -> None:
    assert [column.name for column in TABLE.columns_for(1)] == ["name"]
    assert [column.name for column in TABLE.columns_for(2)] == ["name", "owner"]


def test_policy_is_the_columns_or_else_the_tables() -> None:
    assert TABLE.policy_of("name") == Policy.MANUAL
    assert TABLE.policy_of("owner") == Policy.MERGE


def test_table_that_is_only_read_refuses_every_write() -> None:
    writer: Writer = ReadOnly()

    for write in (
        lambda: writer.create(1, {}),
        lambda: writer.update(1, new_id(), {}),
        lambda: writer.delete(1, new_id()),
    ):
        with pytest.raises(Forbidden):
            write()


def test_writer_says_by_its_methods_that_it_writes_many() -> None:
    by_name = {table.name: table for table in SYNCED_TABLES}

    assert isinstance(by_name["requests"].writer, ManyWriter)
    assert not isinstance(by_name["units"].writer, ManyWriter)
