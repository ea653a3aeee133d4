"""A person's devices and conflicts as the operator sees them."""

import pytest

from apps.accounts.models import User
from apps.console.ports import person_sections
from apps.console.types import Person, Tone
from apps.sync.person import SECTION
from apps.sync.types import ConflictState
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


def test_who_has_no_conflict_is_told_nothing_of_them(owner: User) -> None:
    assert SECTION.facts(_person(owner)) == ()
    assert "sync" in person_sections
