"""Synced tables: devices may do what REST lets their users do, and nothing more."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, Comment, MaintenanceRequest, Unit
from apps.buildings.types import Status
from apps.sync.services import push_changes
from apps.sync.types import Change, Outcome, Result
from tests.apps.sync.conftest import device_of
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit(house: Building) -> Unit:
    """A unit of the house."""
    return house.units.create(label="2 left")


@pytest.fixture
def request_of_resident(house: Building, resident: User) -> MaintenanceRequest:
    """What the resident has asked for."""
    return house.requests.create(author=resident, title="Lift")


@pytest.fixture
def comment_of_resident(request_of_resident: MaintenanceRequest) -> Comment:
    """What the resident has said."""
    return request_of_resident.comments.create(author=request_of_resident.author, text="Yes")


def pushed(user: User, change: Change) -> Result:
    """What becomes of the user's operation."""
    return push_changes(device_of(user), [change])[0]


def may(user: User, change: Change) -> bool:
    """Whether the user may do it."""
    result = pushed(user, change)
    assert (result.outcome is Outcome.APPLIED) or result.code == "kernel.forbidden", result
    return result.outcome is Outcome.APPLIED


def test_owners_alone_change_and_delete_a_building(
    house: Building, owner: User, manager: User, resident: User
) -> None:
    for user in (manager, resident):
        assert not may(user, upsert("buildings", house.sync_id, 1, name="Mill"))
        assert not may(user, deletion("buildings", house.sync_id))

    assert may(owner, upsert("buildings", house.sync_id, 1, name="Mill", address="Quay 1"))
    assert may(owner, deletion("buildings", house.sync_id))
    assert not Building.objects.exists()


def test_whoever_makes_a_building_owns_it(stranger: User) -> None:
    assert may(stranger, upsert("buildings", "b1", name="Mill"))

    building = Building.objects.get()
    assert building.members.get().user == stranger
    assert building.members.get().role == "owner"


def test_managers_tend_units(house: Building, unit: Unit, manager: User, resident: User) -> None:
    new: dict[str, Any] = {"building_id": house.sync_id, "label": "3", "floor": 3, "notes": "Wet"}

    assert not may(resident, upsert("units", "u1", **new))
    assert not may(resident, upsert("units", unit.sync_id, 1, label="4"))
    assert not may(resident, deletion("units", unit.sync_id))
    assert may(manager, upsert("units", "u1", **new))
    assert may(manager, upsert("units", unit.sync_id, 1, label="4", floor=None))
    assert may(manager, deletion("units", unit.sync_id))


def test_label_that_is_taken_is_refused_as_by_rest(
    house: Building, unit: Unit, manager: User
) -> None:
    result = pushed(manager, upsert("units", "u1", building_id=house.sync_id, label=unit.label))

    assert (result.outcome, result.code) == (Outcome.REJECTED, "buildings.label_taken")


def test_members_are_only_read(house: Building, owner: User, resident: User) -> None:
    member = house.members.get(user=resident)

    assert pushed(owner, upsert("members", member.sync_id, 1, role="owner")).code == (
        "sync.unknown_column"
    )
    assert not may(owner, deletion("members", member.sync_id))


def test_authors_and_managers_tend_requests(
    request_of_resident: MaintenanceRequest, manager: User, resident: User, neighbour: User
) -> None:
    request_id = request_of_resident.sync_id

    assert not may(neighbour, upsert("requests", request_id, 1, title="Mine"))
    assert may(resident, upsert("requests", request_id, 1, title="Lift is stuck"))
    assert may(manager, upsert("requests", request_id, 2, priority="high"))
    for user in (manager, resident):
        assert not may(user, deletion("requests", request_id))


def test_status_goes_the_way_of_its_workflow(
    request_of_resident: MaintenanceRequest, manager: User, resident: User
) -> None:
    request_id = request_of_resident.sync_id

    skipped = pushed(manager, upsert("requests", request_id, 1, status="closed"))
    taken = pushed(manager, upsert("requests", request_id, 1, status="in_progress", title="Lift!"))
    not_theirs = pushed(resident, upsert("requests", request_id, 3, status="resolved"))

    assert skipped.code == "buildings.transition_not_allowed"
    assert taken.outcome is Outcome.APPLIED
    assert not_theirs.code == "buildings.status_not_yours"
    request = MaintenanceRequest.objects.get()
    assert (request.status, request.title) == (Status.IN_PROGRESS, "Lift!")


def test_new_request_is_open_whatever_its_client_says(house: Building, resident: User) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift", status="closed")

    result = pushed(resident, change)

    assert MaintenanceRequest.objects.get().status == Status.OPEN
    assert result.record is not None
    assert result.record["status"] == "open"


def test_comments_are_made_and_withdrawn_but_never_changed(
    comment_of_resident: Comment, manager: User, neighbour: User, resident: User
) -> None:
    request_id = comment_of_resident.request.sync_id

    assert may(neighbour, upsert("comments", "c1", request_id=request_id, text="No"))
    assert pushed(neighbour, upsert("comments", "c1", 1, text="Yes")).code == "sync.unknown_column"
    assert not may(neighbour, deletion("comments", comment_of_resident.sync_id))
    assert may(resident, deletion("comments", comment_of_resident.sync_id))
    assert may(manager, deletion("comments", "c1"))


def test_unit_of_another_house_is_none_for_a_request(
    request_of_resident: MaintenanceRequest, resident: User, stranger: User
) -> None:
    pushed(stranger, upsert("buildings", "b1", name="Mill"))
    pushed(stranger, upsert("units", "u1", building_id="b1", label="1"))

    result = pushed(resident, upsert("requests", request_of_resident.sync_id, 1, unit_id="u1"))

    assert (result.outcome, result.code) == (Outcome.REJECTED, "kernel.invalid")
