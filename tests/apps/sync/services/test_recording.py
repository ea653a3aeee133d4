"""Recording: one open conflict for a row and device, and decisions beside it."""

from typing import Any

import pytest
from django.db import transaction

from apps.sync.models import SyncConflict
from apps.sync.services.recording import keep_decision, open_conflict, open_conflicts
from apps.sync.types import Caller, ConflictKind, ConflictState
from tests.apps.sync.pushes import upsert

pytestmark = pytest.mark.django_db


def recorded(phone: Caller, known: SyncConflict | None, **mine: Any) -> SyncConflict:
    """Record what the phone wanted."""
    with transaction.atomic():
        return open_conflict(
            phone,
            upsert("requests", "r1", 1, **mine),
            ConflictKind.EDIT_EDIT,
            known=known,
            scope="building:x",
            mine=mine,
            theirs={"title": "Theirs"},
            revision=2,
        )


def test_newest_wish_joins_the_open_conflict(phone: Caller) -> None:
    first = recorded(phone, None, title="Mine")

    recorded(phone, open_conflicts(phone.state_id, ["r1"])["requests", "r1"], description="Too")

    again = SyncConflict.objects.get()
    assert (again.pk, again.fields) == (first.pk, ["description", "title"])
    assert again.mine == {"title": "Mine", "description": "Too"}


def test_decision_is_kept_and_waits_for_nobody(phone: Caller) -> None:
    keep_decision(
        phone,
        upsert("requests", "r1", 1, title="Mine"),
        ConflictKind.EDIT_EDIT,
        scope="building:x",
        mine={"title": "Mine"},
        theirs={"title": "Theirs"},
        revision=2,
    )

    assert SyncConflict.objects.get().settled == ConflictState.DECIDED
    assert open_conflicts(phone.state_id, ["r1"]) == {}
