"""A person's devices and conflicts as the operator sees them."""

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest
from apps.console.ports import person_sections
from apps.console.types import Order, Person, Tone
from apps.kernel.errors import NotFound
from apps.sync.person import SECTION
from apps.sync.services import push_changes
from apps.sync.types import Caller, ConflictState
from tests.apps.sync.pushes import upsert
from tests.factories.sync import ConflictFactory, StateFactory

pytestmark = pytest.mark.django_db


def _person(user: User) -> Person:
    return Person(id=user.pk, public_id=user.public_id)


def test_devices_are_rows(owner: User) -> None:
    state = StateFactory.create(
        user=owner, installation_id="phone", pending_operations=4, app_version="2.1"
    )
    StateFactory.create()

    (row,) = SECTION.rows(_person(owner))

    assert (row.key, row.tone) == (state.public_id, Tone.WARN)
    assert row.title == "phone: never pulled"
    assert row.detail == "schema 1 · 2.1 · 4 pending"


def test_conflicts_are_entries_and_paged(owner: User) -> None:
    state = StateFactory.create(user=owner)
    older = ConflictFactory.create(state=state, user=state.user, settled=ConflictState.DECIDED)
    newer = ConflictFactory.create(state=state, user=state.user)
    ConflictFactory.create()

    (first,) = SECTION.entries(_person(owner), None, 1)
    (second,) = SECTION.entries(_person(owner), first.key, 9)

    assert (first.key, first.tone) == (newer.public_id, Tone.WARN)
    assert (second.key, second.tone) == (older.public_id, Tone.CALM)
    (fact,) = SECTION.facts(_person(owner))
    assert (fact.label, fact.text) == ("Open conflicts", "1")


@pytest.mark.parametrize(("name", "stays"), [("take_mine", "Mine"), ("take_theirs", "Theirs")])
def test_open_conflict_may_be_decided_for_the_person(
    phone: Caller, tablet: Caller, house: Building, owner: User, staff: User, name: str, stays: str
) -> None:
    push_changes(phone, [upsert("requests", "lift", building_id=house.sync_id, title="Lift")])
    push_changes(tablet, [upsert("requests", "lift", 1, description="Theirs")])
    push_changes(phone, [upsert("requests", "lift", 1, description="Mine")])
    (entry,) = SECTION.entries(_person(owner), None, 9)
    action = SECTION.action(name)

    assert action is not None
    assert name in entry.actions
    action.run(Order(person=_person(owner), target=entry.key, by=staff.pk))

    (decided,) = SECTION.entries(_person(owner), None, 9)
    assert decided.actions == ()
    assert MaintenanceRequest.objects.get().description == stays


def test_conflict_of_somebody_else_is_not_decided_here(owner: User, staff: User) -> None:
    other = ConflictFactory.create()
    action = SECTION.action("take_theirs")
    assert action is not None

    with pytest.raises(NotFound):
        action.run(Order(person=_person(owner), target=other.public_id, by=staff.pk))


def test_who_has_no_conflict_is_told_nothing_of_them(owner: User) -> None:
    assert SECTION.facts(_person(owner)) == ()
    assert "sync" in person_sections
