"""What the tables know of a row and a device; what follows from it is tested with `explain`."""

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.sync.evidence import NOTHING, Seen, holding_of, row_of, seen_by
from apps.sync.models import SyncState
from apps.sync.ports import tables
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def test_device_that_never_pulled_has_seen_nothing(owner: User) -> None:
    assert seen_by(Phone(owner).caller.state_id, "units") == Seen(snapshot=NOTHING)


def test_amid_pages_it_has_seen_what_it_had_before_them(owner: User, house: Building) -> None:
    phone = Phone(owner)
    phone.pull_page(row_limit=1)

    seen = seen_by(phone.caller.state_id, "buildings")

    assert (seen.snapshot, seen.is_superseded) == (NOTHING, False)
    assert seen.final


def test_checkpoint_of_one_table_says_nothing_of_another(owner: User, house: Building) -> None:
    phone = Phone(owner)
    phone.pull(only=("units",))

    assert seen_by(phone.caller.state_id, "units").at
    assert seen_by(phone.caller.state_id, "buildings") == Seen()


def test_row_and_scope_are_seen_once_they_were_pulled(owner: User, house: Building) -> None:
    buildings = tables.get("buildings")
    assert buildings is not None
    phone = Phone(owner)
    phone.pull()
    seen = seen_by(phone.caller.state_id, "buildings")

    row = row_of(buildings, str(house.public_id), seen)

    assert row is not None
    assert row.is_seen
    state = SyncState.objects.get()
    assert holding_of(state, row.scope, seen).is_seen
    assert holding_of(state, f"user:{owner.public_id}", seen).is_held
    assert row_of(buildings, "nowhere", seen) is None
