"""Conflicts, over HTTP: listed, shown, resolved."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest
from apps.sync.models import SyncConflict
from tests.apps.sync.api.asking import ROOT, Phone, upsert
from tests.factories.buildings import BuildingFactory, RequestFactory
from tests.factories.sync import ConflictFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)

PATH = f"{ROOT}/conflicts/"


@pytest.fixture
def house(owner: User) -> Building:
    """The owner's building."""
    return BuildingFactory.create(name="Lighthouse", owner__user=owner)


@pytest.fixture
def request_(house: Building, owner: User) -> MaintenanceRequest:
    """A request in it."""
    return RequestFactory.create(building=house, author=owner, description="It drips.")


@pytest.fixture
def conflict(owner: User, request_: MaintenanceRequest) -> Any:
    """Two descriptions of one fault, as the phone hears of them."""
    Phone(owner, "tablet").push(upsert("requests", request_.sync_id, 1, description="At night."))
    (result,) = Phone(owner).push(
        upsert("requests", request_.sync_id, 1, description="All day."),
    )
    assert result["outcome"] == "conflict"
    return result


def resolved(user: User, conflict: Any, **told: Any) -> Any:
    return client_of(user).post(f"{PATH}{conflict['conflict_id']}/resolve/", told, format="json")


def test_conflict_is_shown_with_both_versions(
    owner: User, request_: MaintenanceRequest, conflict: Any
) -> None:
    (listed,) = client_of(owner).get(PATH, {"settled": "open"}).json()["items"]
    shown = client_of(owner).get(f"{PATH}{conflict['conflict_id']}/").json()

    assert shown == listed
    assert (shown["table"], shown["record_id"]) == ("requests", request_.sync_id)
    assert (shown["device"], shown["kind"], shown["settled"]) == ("phone", "edit_edit", "open")
    assert (shown["fields"], shown["mine"]) == (["description"], {"description": "All day."})
    assert shown["theirs"]["description"] == "At night."


@pytest.mark.parametrize(
    ("told", "description"),
    [
        ({"resolution": "mine"}, "All day."),
        ({"resolution": "theirs"}, "At night."),
        ({"resolution": "merged", "values": {"description": "Always."}}, "Always."),
    ],
)
def test_what_is_chosen_reaches_all_devices(
    owner: User, request_: MaintenanceRequest, conflict: Any, told: Any, description: str
) -> None:
    answer = resolved(owner, conflict, **told)

    assert answer.status_code == 200, answer.content
    assert (answer.json()["settled"], answer.json()["resolution"]) == (
        "resolved",
        told["resolution"],
    )
    (row,) = Phone(owner, "third").pull()["changes"]["requests"]["rows"]
    assert row["description"] == description


def test_conflict_is_resolved_once(owner: User, conflict: Any) -> None:
    resolved(owner, conflict, resolution="mine")

    answer = resolved(owner, conflict, resolution="theirs")

    assert (answer.status_code, answer.json()["code"]) == (409, "sync.conflict_settled")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"resolution": "never"},
        {"resolution": "merged"},
        {"resolution": "merged", "values": {}},
        {"resolution": "mine", "values": {"description": "x"}},
        {"resolution": "merged", "values": {"author_id": "x"}},
        {"resolution": "merged", "values": {"__proto__": "x"}},
        {"resolution": "merged", "values": {"status": "broken"}},
    ],
)
def test_what_is_no_resolution_leaves_it_open(owner: User, conflict: Any, told: Any) -> None:
    assert resolved(owner, conflict, **told).status_code == 400
    assert SyncConflict.objects.get().settled == "open"


def test_conflicts_of_others_are_not_there(owner: User, stranger: User) -> None:
    known = ConflictFactory.create(user=owner)

    assert client_of(stranger).get(PATH).json()["items"] == []
    answer = resolved(stranger, {"conflict_id": known.public_id}, resolution="theirs")
    assert answer.status_code == 404


def test_conflicts_are_filtered(owner: User) -> None:
    for table in ("requests", "units"):
        ConflictFactory.create(user=owner, table=table)

    found = client_of(owner).get(PATH, {"table": "units", "kind": "edit_edit"}).json()["items"]

    assert [each["table"] for each in found] == ["units"]
