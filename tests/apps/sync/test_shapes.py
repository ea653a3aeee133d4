"""Shapes: which tables and columns a version of the clients' schema has, and what is new in it."""

from collections.abc import Iterator

import pytest

from apps.buildings.models import Building
from apps.kernel.registry import Registry
from apps.sync import shapes
from apps.sync.errors import UnknownColumn, UnknownTable
from apps.sync.ports import Column, SyncedTable
from apps.sync.shapes import News, news_in, news_since, shape_for
from apps.sync.types import Migration


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table of the first version, with a column of the second, and a table of the third."""
    known: Registry[SyncedTable] = Registry("synced table")
    columns = (Column(name="name"), Column(name="address", since=2))
    known.register(SyncedTable(name="houses", model=Building, columns=columns, rank=2))
    known.register(
        SyncedTable(name="streets", model=Building, columns=(Column(name="name"),), since=3)
    )
    monkeypatch.setattr(shapes, "tables", known)
    yield
    shapes._statement.cache_clear()


def test_tables_come_by_rank_and_those_of_later_versions_not_at_all() -> None:
    assert shape_for(1).names == ("houses",)
    assert shape_for(3).names == ("streets", "houses")
    assert shape_for(3, only=("houses",)).names == ("houses",)


def test_versions_that_nobody_made_have_the_statement_of_the_newest() -> None:
    assert shape_for(10**9) == shape_for(3)
    assert shape_for(10**9).statement(has_news=True) is shape_for(3).statement(has_news=True)


def test_unknown_and_later_tables_are_refused_by_name() -> None:
    with pytest.raises(UnknownTable) as caught:
        shape_for(1, only=("houses", "streets", "users"))

    assert [error["field"] for error in caught.value.errors] == ["streets", "users"]


def test_news_are_what_came_after_a_version() -> None:
    assert news_since(shape_for(3), 1) == News(tables=("streets",), columns=("houses.address",))
    assert news_since(shape_for(3), 2) == News(tables=("streets",))
    assert news_since(shape_for(3), 3) == News()
    assert set(news_since(shape_for(3), 1).walked) == {"streets", "houses"}


def test_client_names_only_what_its_version_has() -> None:
    shape = shape_for(2)
    named = Migration(from_version=1, columns={"houses": ("address",)})

    assert news_in(shape, named) == News(columns=("houses.address",))
    with pytest.raises(UnknownTable):
        news_in(shape, Migration(from_version=1, tables=("streets",)))
    with pytest.raises(UnknownTable):
        news_in(shape, Migration(from_version=1, columns={"__proto__": ("x",)}))
    with pytest.raises(UnknownColumn):
        news_in(shape, Migration(from_version=1, columns={"houses": ("sync_id",)}))
    with pytest.raises(UnknownColumn):
        news_in(shape_for(1), named)
