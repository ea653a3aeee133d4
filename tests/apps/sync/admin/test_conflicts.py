"""Conflicts in the admin: both versions beside each other, and deciding between them."""

import pytest
from django.contrib.admin.models import LogEntry
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


def _asked(operator: Client, conflict: SyncConflict, **said: str) -> str:
    answer = operator.post(reverse("admin:sync_decide", args=[conflict.pk]), said, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_open_one_leads_to_where_it_is_decided(operator: Client) -> None:
    is_open = ConflictFactory.create()
    decided = ConflictFactory.create(settled=ConflictState.DECIDED)

    for conflict, is_led in ((is_open, True), (decided, False)):
        page = reverse("admin:sync_decide", args=[conflict.pk])
        assert (page in _shown(operator, conflict)) is is_led
    asked = operator.get(reverse("admin:sync_decide", args=[is_open.pk])).content.decode()
    assert "At night only." in asked
    assert "All day." in asked


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ({"resolution": "mine"}, "Mine"),
        ({"resolution": "theirs", "values": '{"description": "Ignored"}'}, "Theirs"),
        ({"resolution": "merged", "values": '{"description": "Both"}'}, "Both"),
    ],
)
def test_operator_decides_on_the_page_of_a_conflict(
    operator: Client, staff: User, conflict: SyncConflict, said: dict[str, str], stays: str
) -> None:
    told = _asked(operator, conflict, **said)

    conflict.refresh_from_db()
    assert "Decided; all devices pull" in told
    assert (conflict.settled, conflict.resolution) == (ConflictState.RESOLVED, said["resolution"])
    assert MaintenanceRequest.objects.get().description == stays
    entry = LogEntry.objects.get(user=staff, object_id=str(conflict.pk))
    assert entry.get_change_message().startswith("Decided: ")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({}, "This field is required"),
        ({"resolution": "merged"}, "is expected"),
        ({"resolution": "merged", "values": "[1]"}, "is expected"),
        ({"resolution": "merged", "values": "{"}, "Enter a valid JSON"),
        ({"resolution": "merged", "values": '{"sync_xid": 1}'}, "sync_xid"),
    ],
)
def test_what_cannot_be_decided_so_is_told_and_leaves_it_open(
    operator: Client, conflict: SyncConflict, said: dict[str, str], complaint: str
) -> None:
    told = _asked(operator, conflict, **said)

    conflict.refresh_from_db()
    assert complaint in told
    assert conflict.settled == ConflictState.OPEN
    assert not LogEntry.objects.exists()


def test_page_that_decides_says_that_another_was_first(operator: Client) -> None:
    conflict = ConflictFactory.create(settled=ConflictState.RESOLVED)

    assert "The conflict is settled" in _asked(operator, conflict, resolution="theirs")


def test_page_that_decides_takes_no_post_without_its_token(staff: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    conflict = ConflictFactory.create()

    page = reverse("admin:sync_decide", args=[conflict.pk])
    assert client.post(page, {"resolution": "theirs"}).status_code == 403
    conflict.refresh_from_db()
    assert conflict.settled == ConflictState.OPEN


def test_who_may_only_look_decides_nothing(client: Client) -> None:
    watcher = UserFactory.create(is_staff=True)
    may_look = Permission.objects.get(codename="view_syncconflict")
    watcher.user_permissions.add(may_look)
    client.force_login(watcher)
    conflict = ConflictFactory.create()

    _decide(client, conflict, "take_theirs", confirmed="yes")
    page = reverse("admin:sync_decide", args=[conflict.pk])

    assert client.get(page).status_code == 403
    assert client.post(page, {"resolution": "theirs"}).status_code == 403
    conflict.refresh_from_db()
    assert conflict.settled == ConflictState.OPEN
