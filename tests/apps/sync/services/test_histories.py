"""Checkpoints beside real standbys, after a promotion that lost the tail, and after a restore."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from apps.accounts.models import User
from apps.buildings.models import Unit
from apps.buildings.services import add_unit, create_building, remove_unit, update_unit
from apps.sync.errors import RestampNeeded
from apps.sync.places import Place, kept_place
from apps.sync.reading import Reading, read_page
from apps.sync.shapes import shape_for
from apps.sync.types import Strategy
from devstack.postgres import EmbeddedPostgres
from tests.apps.sync.clusters import (
    Clusters,
    connected_to,
    cut_off,
    promote,
    told,
    wait_for,
)
from tests.apps.sync.phones import Phone
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# So that the stamps lie ahead of what a new cluster has come to.
SPEND_TRANSACTIONS = """
DO $$ BEGIN
    FOR number IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
END $$
"""
LIMITS = {"row_limit": 5000, "byte_limit": 2**21}


@pytest.fixture
def clusters(tmp_path: Path, transactional_db: None) -> Iterator[Clusters]:
    """Clusters that are gone after the test."""
    made = Clusters(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def primary(clusters: Clusters) -> EmbeddedPostgres:
    """A cluster with Mainstay's tables."""
    return clusters.migrated("primary")


def a_building() -> tuple[User, UUID]:
    """Return a new user, and their building."""
    user: User = UserFactory.create()
    return user, create_building(owner_id=user.pk, name="Harbour House")


def units_in(page: Reading) -> set[str]:
    """Return the ids of the units that a page brings."""
    return {
        json.loads(row)["id"]
        for table in page.tables
        if table.name == "units"
        for row in table.rows
    }


def all_units() -> set[str]:
    """Return the ids of the units there are."""
    return set(Unit.objects.values_list("sync_id", flat=True))


def test_pull_from_a_standby_misses_nothing_that_was_open_meanwhile(
    clusters: Clusters, primary: EmbeddedPostgres
) -> None:
    standby = clusters.standby_of(primary, "standby")
    with connected_to(primary):
        user, building_id = a_building()
        phone = Phone(user)
        phone.pull()
        open_one = str(add_unit(building_id=building_id, label="2 left"))
        phone.pull()
        before = kept_place(phone.caller, phone.checkpoint or 0)
        assert before is not None
        writer = connection.copy()
        writer.set_autocommit(False)
        with writer.cursor() as cursor:
            cursor.execute("UPDATE buildings_unit SET notes = 'wet'")
        done = str(add_unit(building_id=building_id, label="3 left"))
        wait_for(standby, primary)

        with connected_to(standby):
            first = read_page(phone.caller, before, shape_for(1), **LIMITS)
        writer.commit()
        writer.close()
        wait_for(standby, primary)
        with connected_to(standby):
            after = Place(base=first.snapshot, epoch=first.epoch)
            second = read_page(phone.caller, after, shape_for(1), **LIMITS)

    assert first.is_standby
    assert first.epoch == before.epoch
    assert units_in(first) == {done}
    assert open_one in units_in(second)
    # What it says it has seen ends where the open transaction begins.
    xmin, xmax, open_ones = first.snapshot.split(":")
    assert (xmin, open_ones) == (xmax, "")


def test_page_is_not_continued_on_a_standby_that_lacks_what_the_first_showed(
    clusters: Clusters, primary: EmbeddedPostgres
) -> None:
    standby = clusters.standby_of(primary, "standby")
    with connected_to(primary):
        user, building_id = a_building()
        phone = Phone(user)
        wait_for(standby, primary)
        cut_off(standby)
        for number in range(4):
            add_unit(building_id=building_id, label=f"unit {number}")
        page = phone.pull_page(row_limit=3)
        place = kept_place(phone.caller, page.checkpoint)
        assert place is not None

        with connected_to(standby):
            assert read_page(phone.caller, place, shape_for(1), **LIMITS).is_behind
        assert not read_page(phone.caller, place, shape_for(1), **LIMITS).is_behind


def test_promotion_that_lost_the_tail_leads_to_the_full_set(
    clusters: Clusters, primary: EmbeddedPostgres
) -> None:
    standby = clusters.standby_of(primary, "standby")
    with connected_to(primary):
        user, building_id = a_building()
        ahead, behind = Phone(user, "ahead"), Phone(user, "behind")
        add_unit(building_id=building_id, label="2 left")
        ahead.pull()
        behind.pull()
        wait_for(standby, primary)
        cut_off(standby)
        for number in range(20):
            add_unit(building_id=building_id, label=f"lost {number}")
        ahead.pull()
        assert len(ahead.ids("units")) == 21
    promote(standby)

    with connected_to(standby):
        kept = add_unit(building_id=building_id, label="after the promotion")
        [page_of_ahead] = ahead.pull()
        [page_of_behind] = behind.pull()
        assert {page_of_ahead.strategy, page_of_behind.strategy} == {Strategy.REPLACEMENT}
        assert ahead.ids("units") == behind.ids("units") == all_units()
        assert str(kept) in ahead.ids("units")
        update_unit(building_id=building_id, unit_id=kept, label="renamed")
        [page] = ahead.pull()
        assert page.strategy == Strategy.INCREMENTAL
        assert ahead.sent["units", str(kept)] == 2


def test_restored_dump_is_read_once_it_is_restamped(
    clusters: Clusters, primary: EmbeddedPostgres
) -> None:
    with connected_to(primary):
        user, building_id = a_building()
        phone = Phone(user)
        told(primary, SPEND_TRANSACTIONS)
        kept = add_unit(building_id=building_id, label="2 left")
        gone = add_unit(building_id=building_id, label="3 left")
        phone.pull()
        remove_unit(building_id=building_id, unit_id=gone)
    restored = clusters.restored(primary, "restored")

    with connected_to(restored):
        with pytest.raises(RestampNeeded):
            phone.pull()
        call_command("sync", "restamp", verbosity=0)
        [full] = phone.pull()
        [nothing] = phone.pull()
        assert full.strategy == Strategy.REPLACEMENT
        assert phone.ids("units") == all_units() == {str(kept)}
        assert not any(table.rows for table in nothing.tables)
        update_unit(building_id=building_id, unit_id=kept, label="renamed")
        [page] = phone.pull()
        assert [len(table.rows) for table in page.tables] == [0, 0, 1, 0, 0]
