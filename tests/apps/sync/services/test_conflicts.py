"""Conflicts: kept with both versions, told once, decided through the services."""

from uuid import uuid4

import pytest

from apps.buildings.models import Building, MaintenanceRequest
from apps.events.selectors import latest_events
from apps.kernel.errors import Invalid, NotFound
from apps.sync.errors import ConflictSettled
from apps.sync.models import SyncConflict
from apps.sync.services import push_changes, resolve_conflict
from apps.sync.types import Caller, ConflictKind, ConflictState, Outcome, Resolution, Result
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lift(phone: Caller, house: Building) -> MaintenanceRequest:
    """A request that the tablet has described while the phone was away."""
    push_changes(phone, [upsert("requests", "lift", building_id=house.sync_id, title="Lift")])
    return MaintenanceRequest.objects.get()


@pytest.fixture
def conflict(phone: Caller, tablet: Caller, lift: MaintenanceRequest) -> SyncConflict:
    """The phone and the tablet have described it each in its way."""
    push_changes(tablet, [upsert("requests", "lift", 1, description="Theirs")])
    push_changes(phone, [upsert("requests", "lift", 1, description="Mine", title="Stuck")])
    return SyncConflict.objects.get()


def told_of(user: Caller, topic: str) -> int:
    """How often the log tells a user of this."""
    told = latest_events(limit=200, topic_prefix=topic)
    return sum(event.payload["user_id"] == str(user.user_public_id) for event in told)


def resolved(conflict: SyncConflict, by: Caller, how: Resolution, **values: str) -> Result:
    """Decide."""
    return resolve_conflict(
        conflict.public_id, resolver_id=by.user_id, resolution=how, values=values
    )


def test_both_versions_are_kept_and_what_is_beside_them_is_done(
    phone: Caller, conflict: SyncConflict
) -> None:
    assert (conflict.kind, conflict.settled) == (ConflictKind.EDIT_EDIT, ConflictState.OPEN)
    assert (conflict.fields, conflict.mine) == (["description"], {"description": "Mine"})
    assert conflict.theirs is not None
    assert conflict.theirs["description"] == "Theirs"
    request = MaintenanceRequest.objects.get()
    assert (request.title, request.description) == ("Stuck", "Theirs")
    assert told_of(phone, "sync.conflict.recorded") == 1


def test_device_that_comes_again_opens_no_second_conflict(
    phone: Caller, conflict: SyncConflict
) -> None:
    (result,) = push_changes(phone, [upsert("requests", "lift", 1, description="Mine, again")])

    again = SyncConflict.objects.get()
    assert (result.outcome, result.conflict_id) == (Outcome.CONFLICT, conflict.public_id)
    assert again.mine == {"description": "Mine, again"}
    assert told_of(phone, "sync.conflict.recorded") == 1


def test_mine_is_written_as_by_its_user(phone: Caller, conflict: SyncConflict) -> None:
    result = resolved(conflict, phone, Resolution.MINE)

    conflict.refresh_from_db()
    assert (conflict.settled, conflict.resolution) == (ConflictState.RESOLVED, Resolution.MINE)
    assert conflict.resolved_by_id == phone.user_id
    request = MaintenanceRequest.objects.get()
    assert (request.description, request.sync_state_id) == ("Mine", None)
    assert result.revision == request.sync_revision
    assert told_of(phone, "sync.conflict.resolved") == 1


def test_theirs_changes_nothing(phone: Caller, conflict: SyncConflict) -> None:
    before = MaintenanceRequest.objects.get().sync_revision

    result = resolved(conflict, phone, Resolution.THEIRS)

    assert MaintenanceRequest.objects.get().sync_revision == before == result.revision
    assert SyncConflict.objects.get().settled == ConflictState.RESOLVED


def test_values_of_their_own_are_written(phone: Caller, conflict: SyncConflict) -> None:
    resolved(conflict, phone, Resolution.MERGED, description="Both", priority="high")

    request = MaintenanceRequest.objects.get()
    assert (request.description, request.priority) == ("Both", "high")


def test_conflict_is_decided_once(phone: Caller, conflict: SyncConflict) -> None:
    resolved(conflict, phone, Resolution.THEIRS)

    with pytest.raises(ConflictSettled):
        resolved(conflict, phone, Resolution.MINE)
    assert MaintenanceRequest.objects.get().description == "Theirs"


def test_refused_decision_leaves_the_conflict_open(phone: Caller, conflict: SyncConflict) -> None:
    with pytest.raises(Invalid):
        resolved(conflict, phone, Resolution.MERGED, title="")

    assert SyncConflict.objects.get().settled == ConflictState.OPEN


def test_unknown_conflict_is_not_found(phone: Caller) -> None:
    with pytest.raises(NotFound):
        resolve_conflict(uuid4(), resolver_id=phone.user_id, resolution=Resolution.MINE)


def test_decided_columns_are_free_again(phone: Caller, conflict: SyncConflict) -> None:
    result = resolved(conflict, phone, Resolution.THEIRS)

    (edited,) = push_changes(
        phone, [upsert("requests", "lift", result.revision, description="Now")]
    )

    assert edited.outcome is Outcome.APPLIED


def test_edit_of_what_others_deleted_is_kept_and_can_be_brought_back(
    phone: Caller, tablet: Caller, house: Building
) -> None:
    push_changes(phone, [upsert("units", "u1", building_id=house.sync_id, label="2 left")])
    push_changes(tablet, [deletion("units", "u1", 1)])

    (result,) = push_changes(
        phone, [upsert("units", "u1", 1, building_id=house.sync_id, label="2", notes="Wet")]
    )

    conflict = SyncConflict.objects.get()
    assert (result.outcome, conflict.kind) == (Outcome.CONFLICT, ConflictKind.EDIT_DELETED)
    assert conflict.theirs is None
    resolved(conflict, phone, Resolution.MINE)
    unit = house.units.get()
    assert (unit.sync_id, unit.label, unit.notes) == ("u1", "2", "Wet")


def test_deletion_of_what_others_edited_wins_and_their_edit_is_kept(
    phone: Caller, tablet: Caller, house: Building
) -> None:
    push_changes(phone, [upsert("units", "u1", building_id=house.sync_id, label="2 left")])
    push_changes(tablet, [upsert("units", "u1", 1, notes="Wet")])

    (result,) = push_changes(phone, [deletion("units", "u1", 1)])

    conflict = SyncConflict.objects.get()
    assert (result.outcome, conflict.kind) == (Outcome.APPLIED, ConflictKind.DELETE_EDITED)
    assert conflict.settled == ConflictState.DECIDED
    assert conflict.theirs is not None
    assert conflict.theirs["notes"] == "Wet"
    assert not house.units.exists()


def test_edit_of_rows_whose_deletion_one_never_saw_is_not_found(
    phone: Caller, strangers_phone: Caller, house: Building
) -> None:
    push_changes(phone, [upsert("units", "u1", building_id=house.sync_id, label="2 left")])
    push_changes(phone, [deletion("units", "u1", 1)])

    (result,) = push_changes(strangers_phone, [upsert("units", "u1", 1, label="Mine")])

    assert (result.outcome, result.code) == (Outcome.REJECTED, "kernel.not_found")
    assert not SyncConflict.objects.exists()
