"""Conflicts in the admin: both versions beside each other, and deciding between them."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest
from apps.sync.models import SyncConflict
from apps.sync.services import push_changes
from apps.sync.types import Caller, ConflictKind, ConflictState, Resolution
from tests.apps.sync.pushes import upsert
from tests.factories.accounts import UserFactory
from tests.factories.sync import ConflictFactory

pytestmark = pytest.mark.django_db
LIST = "admin:sync_syncconflict_changelist"


@pytest.fixture
def conflict(phone: Caller, tablet: Caller, house: Building) -> SyncConflict:
    """The phone and the tablet have described a request each in its way."""
    push_changes(phone, [upsert("requests", "lift", building_id=house.sync_id, title="Lift")])
    push_changes(tablet, [upsert("requests", "lift", 1, description="Theirs")])
    push_changes(phone, [upsert("requests", "lift", 1, description="Mine")])
    return SyncConflict.objects.get()


def _decide(operator: Client, conflict: SyncConflict, action: str, **more: str) -> str:
    asked = {"action": action, "_selected_action": [conflict.pk], **more}
    answer = operator.post(reverse(LIST), asked, follow=True)
    return str(answer.content.decode())


def _shown(operator: Client, conflict: SyncConflict) -> str:
    page = operator.get(reverse("admin:sync_syncconflict_change", args=[conflict.pk]))
    assert page.status_code == 200
    return str(page.content.decode())


def test_both_versions_stand_beside_each_other_field_by_field(operator: Client) -> None:
    conflict = ConflictFactory.create(
        fields=["title"],
        mine={"title": "<b>Stuck</b>", "floor": 3},
        theirs={"title": "Repaired", "floor": 3},
    )

    shown = _shown(operator, conflict)

    assert "&lt;b&gt;Stuck&lt;/b&gt;" in shown
    met = shown[shown.index("data-met") :]
    assert met.index("Stuck") < met.index("Repaired")
    assert shown.count("data-met") == 1
    assert shown.index(">title<") < shown.index(">floor<")


def test_deleted_version_is_said_to_be(operator: Client) -> None:
    edited = ConflictFactory.create(kind=ConflictKind.EDIT_DELETED, theirs=None)
    deleted = ConflictFactory.create(kind=ConflictKind.DELETE_EDITED, mine={}, theirs={})

    assert "Deleted on the server" in _shown(operator, edited)
    assert "The device wants to delete the row." in _shown(operator, deleted)


def test_conflict_is_found_by_its_device(operator: Client) -> None:
    conflict, other = ConflictFactory.create(), ConflictFactory.create()
    assert conflict.state is not None
    listed = reverse("admin:sync_syncconflict_changelist")

    found = operator.get(listed, {"q": str(conflict.state.public_id)}).content.decode()

    assert conflict.record_id in found
    assert other.record_id not in found


@pytest.mark.parametrize(
    ("action", "resolution", "stays"),
    [("take_mine", Resolution.MINE, "Mine"), ("take_theirs", Resolution.THEIRS, "Theirs")],
)
def test_operator_decides_once_it_is_confirmed(
    operator: Client,
    staff: User,
    conflict: SyncConflict,
    action: str,
    resolution: Resolution,
    stays: str,
) -> None:
    asked = _decide(operator, conflict, action)
    conflict.refresh_from_db()
    assert "Yes, do it" in asked
    assert conflict.settled == ConflictState.OPEN

    told = _decide(operator, conflict, action, confirmed="yes")

    conflict.refresh_from_db()
    assert "1 decided" in told
    assert (conflict.settled, conflict.resolution) == (ConflictState.RESOLVED, resolution)
    assert conflict.resolved_by_id == staff.pk
    assert MaintenanceRequest.objects.get().description == stays


def test_conflict_that_is_decided_already_says_so(operator: Client) -> None:
    conflict = ConflictFactory.create(settled=ConflictState.RESOLVED)

    told = _decide(operator, conflict, "take_theirs", confirmed="yes")

    assert "The conflict is settled" in told


def test_open_one_leads_to_where_it_is_decided(operator: Client) -> None:
    is_open = ConflictFactory.create()
    decided = ConflictFactory.create(settled=ConflictState.DECIDED)

    assert f"?q={is_open.public_id}" in _shown(operator, is_open)
    assert f"?q={decided.public_id}" not in _shown(operator, decided)


def test_who_may_only_look_decides_nothing(client: Client) -> None:
    watcher = UserFactory.create(is_staff=True)
    may_look = Permission.objects.get(codename="view_syncconflict")
    watcher.user_permissions.add(may_look)
    client.force_login(watcher)
    conflict = ConflictFactory.create()

    _decide(client, conflict, "take_theirs", confirmed="yes")

    conflict.refresh_from_db()
    assert conflict.settled == ConflictState.OPEN
