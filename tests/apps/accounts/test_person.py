"""A person as the operator sees them; the actions are tested with the console's views."""

import pytest

from apps.accounts.models import User
from apps.accounts.person import SECTIONS
from apps.console.ports import PersonSection
from apps.console.types import Person, Tone
from apps.kernel.clock import now
from tests.factories.accounts import DeviceFactory, SessionFactory

pytestmark = pytest.mark.django_db

SECTION = {section.name: section for section in SECTIONS}


def entries(section: PersonSection, user: User) -> list[str]:
    person = Person(id=user.pk, public_id=user.public_id)
    return [entry.title for entry in section.entries(person, None, 9)]


@pytest.mark.parametrize(
    ("fields", "rights"),
    [
        ({}, "none"),
        ({"is_staff": True}, "operator"),
        ({"is_superuser": True}, "operator, everything"),
    ],
)
def test_profile_tells_state_and_rights(owner: User, fields: dict[str, bool], rights: str) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False, **fields)
    person = Person(id=owner.pk, public_id=owner.public_id, is_active=False)

    facts = {fact.label: fact for fact in SECTION["profile"].facts(person)}

    assert (facts["Account"].text, facts["Account"].tone) == ("disabled", Tone.BAD)
    assert facts["Rights"].text == rights
    assert SECTION["profile"].offered(person) == ("enable",)


def test_guest_is_named_as_such() -> None:
    guest = User.objects.create_user(None)

    facts = SECTION["profile"].facts(Person(id=guest.pk, public_id=guest.public_id))

    assert "a guest" in {fact.label: fact.text for fact in facts}["E-mail"]


def test_live_sessions_may_be_ended_and_ended_ones_tell_why(owner: User) -> None:
    person = Person(id=owner.pk, public_id=owner.public_id)
    SessionFactory.create(user=owner, ended_at=now(), end_reason="signed_out")
    live = SessionFactory.create(user=owner)
    SessionFactory.create()

    rows = SECTION["sessions"].rows(person)
    newest, oldest = SECTION["sessions"].entries(person, None, 9)

    assert [row.key for row in rows] == [live.public_id]
    assert newest.actions == ("end",)
    assert oldest.actions == ()
    assert "Signed out" in oldest.detail
    assert SECTION["sessions"].entries(person, newest.key, 9) == [oldest]


def test_devices_are_shown_as_they_are_and_when_they_came(owner: User) -> None:
    DeviceFactory.create(user=owner, name="Nokia", app_version="1.2")

    (row,) = SECTION["devices"].rows(Person(id=owner.pk, public_id=owner.public_id))

    assert row.title == "Nokia"
    assert "version 1.2" in row.detail
    assert entries(SECTION["devices"], owner) == ["Nokia was registered"]
