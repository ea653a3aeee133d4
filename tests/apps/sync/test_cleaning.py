"""Cleaning: what the model's fields do not hold is refused, or made to fit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.buildings.synced_tables import SYNCED_TABLES
from apps.kernel.errors import Invalid
from apps.sync.cleaning import cleaned
from apps.sync.errors import UnknownColumn

BUILDINGS, UNITS, MEMBERS, REQUESTS, COMMENTS = SYNCED_TABLES

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)


def test_fitting_values_are_taken_as_they_are() -> None:
    values = {"title": "Lift", "description": "", "unit_id": None, "priority": "high"}

    assert cleaned(REQUESTS, values, is_new=False, mends=False).values == values


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"title": ""}, "blank"),
        ({"title": "x" * 121}, "120"),
        ({"title": 5}, "text"),
        ({"title": None}, "text"),
        ({"title": "a\x00b"}, "character"),
        ({"description": "x" * 5001}, "5000"),
        ({"priority": "vital"}, "low"),
        ({"unit_id": 5}, "id"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values: dict[str, Any], told: str) -> None:
    found = cleaned(REQUESTS, values, is_new=False, mends=False)

    with pytest.raises(Invalid) as refusal:
        found.refuse_flaws()
    assert [flaw["field"] for flaw in refusal.value.errors] == list(values)
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("floor", "fits"), [(3, True), (3.0, True), (None, True), (3.5, False), (True, False)]
)
def test_numbers_are_what_the_field_counts_in(floor: Any, fits: bool) -> None:
    found = cleaned(UNITS, {"floor": floor}, is_new=False, mends=False)

    assert bool(found.values) is fits
    assert bool(found.flaws) is not fits


@pytest.mark.parametrize(
    ("values", "mended"),
    [
        ({"title": "x" * 121}, {"title": "x" * 120}),
        ({"title": "a\x00b"}, {"title": "ab"}),
        ({"title": ""}, {}),
        ({"description": None}, {"description": ""}),
        ({"priority": "vital"}, {}),
        ({"unit_id": ""}, {"unit_id": None}),
        ({"author_name": "me"}, {}),
        ({"_changed": "title"}, {}),
    ],
)
def test_what_does_not_fit_is_made_to(values: dict[str, Any], mended: dict[str, Any]) -> None:
    found = cleaned(REQUESTS, values, is_new=False, mends=True)

    assert (found.values, found.flaws) == (mended, [])


def test_number_beyond_the_field_is_brought_to_its_edge() -> None:
    found = cleaned(UNITS, {"floor": 10**9}, is_new=False, mends=True)

    assert found.values == {"floor": 32767}


def test_column_that_is_not_for_clients_is_refused() -> None:
    for name in ("author_name", "created_at", "sync_scope", "__proto__"):
        with pytest.raises(UnknownColumn):
            cleaned(REQUESTS, {name: "x"}, is_new=False, mends=False)


@pytest.mark.parametrize("mends", [False, True])
def test_new_row_names_what_it_lacks(mends: bool) -> None:
    found = cleaned(REQUESTS, {"title": "Lift"}, is_new=True, mends=mends)

    assert found.flaws == [("building_id", "A new row needs this.")]


@given(value=_ANYTHING)
def test_mending_never_refuses_whatever_comes(value: Any) -> None:
    for table in (UNITS, REQUESTS, COMMENTS):
        values = {column.name: value for column in table.columns}

        assert cleaned(table, values, is_new=False, mends=True).flaws == []
