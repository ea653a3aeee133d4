"""Writes compiled once save what Django would, one row or many by one statement."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.buildings.models import Building, Unit
from apps.kernel.clock import now
from apps.kernel.prepared_writes import PreparedInsert, PreparedUpdate

pytestmark = pytest.mark.django_db

Counted = Callable[[int], CaptureQueriesContext]


@pytest.fixture
def house() -> Building:
    """A building."""
    return Building.objects.create(name="Lighthouse")


def unit(house: Building, label: str, **values: Any) -> Unit:
    """A unit that is not saved."""
    return Unit(building=house, label=label, **values)


def test_update_saves_the_named_fields_of_one_row(owner: User, stranger: User) -> None:
    save = PreparedUpdate(User)
    before = stranger.name
    for name in ("Ada", "Grace", "Edsger", "Barbara"):
        owner.name, owner.email = name, "changed@example.com"
        save(owner, ["name"])

    owner.refresh_from_db()
    stranger.refresh_from_db()
    assert (owner.name, owner.email, stranger.name) == ("Barbara", "owner@example.com", before)


def test_rows_are_inserted_in_their_order_with_one_statement(
    house: Building, django_assert_num_queries: Counted
) -> None:
    units = [unit(house, "3"), unit(house, '\u00e9 "1\\', floor=-1), unit(house, "2", notes="a\nb")]

    with django_assert_num_queries(1):
        PreparedInsert(Unit).all(units)

    saved = list(Unit.objects.order_by("pk"))
    assert saved == units
    told = [(each.public_id, each.label, each.floor, each.notes) for each in saved]
    assert told == [(each.public_id, each.label, each.floor, each.notes) for each in units]
    assert all(now() - each.created_at < timedelta(hours=1) for each in saved)


def test_many_rows_fail_as_one_does(house: Building) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(Unit).all([unit(house, "1"), unit(house, "1")])


def test_text_that_cannot_be_kept_is_refused_in_many_rows_too(house: Building) -> None:
    with pytest.raises(DataError), transaction.atomic():
        PreparedInsert(Unit).all([unit(house, "a\x00b")])


def test_updates_save_the_named_fields_of_each_row_with_one_statement(
    house: Building, django_assert_num_queries: Counted
) -> None:
    units = [house.units.create(label=label, notes="Dry") for label in ("1", "2", "3")]
    for place, each in enumerate(units[:2]):
        each.label, each.floor, each.notes = f"{each.label} left", place or None, "Wet"

    with django_assert_num_queries(1):
        PreparedUpdate(Unit).all(units[:2], ["label", "floor"])

    told = list(Unit.objects.order_by("pk").values_list("label", "floor", "notes"))
    assert told == [("1 left", None, "Dry"), ("2 left", 1, "Dry"), ("3", None, "Dry")]


def test_no_rows_take_no_statement(django_assert_num_queries: Counted) -> None:
    with django_assert_num_queries(0):
        PreparedInsert(Unit).all([])
        PreparedUpdate(Unit).all([], ["label"])
