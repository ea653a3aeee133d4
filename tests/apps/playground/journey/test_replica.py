"""The phones' replicas of the journey converge, whatever was edited without a network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.buildings.models import MaintenanceRequest, Unit
from apps.playground.journey.phone import Phone
from apps.playground.journey.replica import Replica, new_row_id
from apps.sync.hinting import device_tag
from apps.sync.models import Checkpoint
from tests.factories.buildings import BuildingFactory, RequestFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class NearPhone:
    """Calls the house in this process instead of over HTTP."""

    client: APIClient

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer's JSON."""
        ask: Callable[..., Any] = getattr(self.client, method.lower())
        answer = await sync_to_async(ask)(path, body, format="json")
        assert answer.status_code == 200, answer.content
        return answer.json()


def replica_of(user: User) -> Replica:
    return Replica(cast("Phone", NearPhone(client_of(user))))


def synced(replica: Replica) -> list[str]:
    return [result["outcome"] for result in async_to_sync(replica.sync)()]


@pytest.fixture
def request_of_owner(owner: User) -> MaintenanceRequest:
    """A request in the owner's building."""
    building = BuildingFactory.create(owner__user=owner)
    return RequestFactory.create(building=building, author=owner, title="Tap", description="")


def test_edit_is_shown_before_anybody_is_told(
    owner: User, request_of_owner: MaintenanceRequest
) -> None:
    phone = replica_of(owner)
    synced(phone)

    phone.edit("requests", request_of_owner.sync_id, title="The tap drips")

    assert phone.rows("requests")[request_of_owner.sync_id]["title"] == "The tap drips"
    request_of_owner.refresh_from_db()
    assert request_of_owner.title == "Tap"


def test_both_have_the_same_after_edits_of_the_same_row_and_a_new_one(
    owner: User, request_of_owner: MaintenanceRequest
) -> None:
    phone, tablet = replica_of(owner), replica_of(owner)
    synced(phone), synced(tablet)
    met, made = request_of_owner.sync_id, new_row_id()

    phone.edit("requests", met, title="The tap drips")
    phone.edit("requests", met, description="Since Monday.")
    house = request_of_owner.building.sync_id
    phone.edit("requests", made, building_id=house, title="New", description="", priority="low")
    tablet.edit("requests", met, priority="high", description="Since Sunday.")

    assert synced(tablet) == ["applied"]
    assert synced(phone) == ["merged", "conflict", "applied"]
    assert synced(tablet) == []
    assert phone.rows("requests") == tablet.rows("requests")
    row = phone.rows("requests")[met]
    assert (row["title"], row["priority"]) == ("The tap drips", "high")
    assert row["description"] == "Since Sunday."
    assert made in tablet.rows("requests")


def test_push_without_an_answer_is_done_once(
    owner: User, request_of_owner: MaintenanceRequest
) -> None:
    phone = replica_of(owner)
    synced(phone)
    phone.edit("requests", request_of_owner.sync_id, title="The tap drips")

    async_to_sync(phone.send)()

    [result] = async_to_sync(phone.push)()
    assert (result["outcome"], result["is_repeated"]) == ("applied", True)
    assert phone.outbox == []


def test_full_set_takes_the_place_of_what_was_there(
    owner: User, request_of_owner: MaintenanceRequest
) -> None:
    phone = replica_of(owner)
    synced(phone)
    unit = Unit.objects.create(building=request_of_owner.building, label="2 left")
    synced(phone)
    assert set(phone.rows("units")) == {unit.sync_id}
    Checkpoint.objects.all().delete()
    MaintenanceRequest.objects.all().delete()

    synced(phone)

    assert phone.rows("requests") == {}
    assert set(phone.rows("units")) == {unit.sync_id}


def test_phone_knows_its_own_hints(owner: User) -> None:
    phone = replica_of(owner)

    assert phone.tag == device_tag(phone.device)
