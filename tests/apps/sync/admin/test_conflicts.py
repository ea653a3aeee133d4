"""Conflicts in the admin: both versions beside each other."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.sync.models import SyncConflict
from apps.sync.types import ConflictKind
from tests.factories.sync import ConflictFactory

pytestmark = pytest.mark.django_db


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
