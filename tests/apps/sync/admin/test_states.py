"""Devices in the admin, and the page that says why a row is not on one."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.buildings.services import add_unit, create_building
from apps.sync.models import SyncState
from tests.apps.sync.phones import Phone
from tests.factories.accounts import UserFactory
from tests.factories.sync import ConflictFactory, StateFactory

pytestmark = pytest.mark.django_db

DEVICES = "sync_syncstate_changelist"


def _page(operator: Client, name: str, **asked: object) -> str:
    query = {key: str(value) for key, value in asked.items()}
    answer = operator.get(reverse(f"admin:{name}"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_list_shows_how_each_device_stands(operator: Client, owner: User) -> None:
    state = StateFactory.create(
        user=owner, pending_operations=31, clock_offset_ms=-90_000, schema_version=7
    )
    ConflictFactory.create(state=state, user=state.user)

    shown = _page(operator, DEVICES)

    for text in (state.installation_id, "everything", "31", "90.0 s ahead", "7"):
        assert text in shown


@pytest.mark.parametrize(
    ("offset_ms", "told"), [(500, "right"), (-1999, "right"), (65_000, "65.0 s behind")]
)
def test_clock_is_told_as_people_say_it(operator: Client, offset_ms: int, told: str) -> None:
    StateFactory.create(clock_offset_ms=offset_ms)

    assert told in _page(operator, DEVICES)


@pytest.mark.django_db(transaction=True)
def test_page_of_a_device_says_what_waits_for_it(operator: Client, owner: User) -> None:
    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    phone = Phone(owner)
    phone.pull()
    for label in ("1", "2", "3"):
        add_unit(building_id=building_id, label=label)
    state = SyncState.objects.get()

    page = operator.get(reverse("admin:sync_syncstate_change", args=[state.pk]))

    assert page.status_code == 200
    text = page.content.decode()
    assert '<div class="readonly">3</div>' in text or ">3<" in text.replace("\n", "")
    assert f"/why/?device={state.public_id}" in text


def test_device_is_found_by_whose_it_is_and_by_its_id(operator: Client, owner: User) -> None:
    hers = StateFactory.create(user=owner, installation_id="at-home")
    StateFactory.create(installation_id="far-away")

    for term in (owner.email, owner.public_id, hers.public_id):
        found = _page(operator, DEVICES, q=term)
        assert "at-home" in found
        assert "far-away" not in found
    for term in ("nonsense", "nobody@example.com", "019abc00-0000-7000-8000-000000000000"):
        assert "at-home" not in _page(operator, DEVICES, q=term)
    assert "far-away" in _page(operator, DEVICES, q=" ")


def test_list_of_devices_costs_the_same_however_many_there_are(
    operator: Client, django_assert_max_num_queries: Any
) -> None:
    for state in StateFactory.create_batch(20):
        ConflictFactory.create(state=state, user=state.user)

    with django_assert_max_num_queries(10):
        assert operator.get(reverse(f"admin:{DEVICES}")).status_code == 200


def test_page_says_why_a_row_is_not_there(operator: Client, owner: User) -> None:
    state = StateFactory.create(user=owner)
    add_unit(building_id=create_building(owner_id=owner.pk, name="Lighthouse"), label="1")
    asked = {"device": state.public_id, "table": "units"}

    empty = _page(operator, "sync_why", device=state.public_id)
    answered = _page(operator, "sync_why", **asked, record=" nowhere ")

    assert str(state.public_id) in empty
    assert "data-fate" not in empty
    assert 'data-fate="never_existed"' in answered
    assert "There never was such a row." in answered


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"device": "x", "table": "units", "record": "y"}, "Enter a valid UUID"),
        (
            {
                "device": "019abc00-0000-7000-8000-000000000000",
                "table": "units",
                "record": "y",
            },
            "No device of this id",
        ),
        ({"table": "passwords", "record": "y"}, "not one of the available choices"),
    ],
)
def test_page_says_what_it_needs(
    operator: Client, asked: dict[str, object], complaint: str
) -> None:
    assert complaint in _page(operator, "sync_why", **asked)


@pytest.mark.parametrize(
    "name",
    [
        *("sync_why", "sync_syncstate_changelist", "sync_syncconflict_changelist"),
        "sync_pushedoperation_changelist",
    ],
)
def test_staff_without_permission_is_refused(client: Client, name: str) -> None:
    client.force_login(UserFactory.create(is_staff=True))

    assert client.get(reverse(f"admin:{name}")).status_code == 403
