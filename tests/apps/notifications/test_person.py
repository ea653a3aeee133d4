"""A person's devices and notifications as the operator sees them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.console.types import Order, Person, Tone
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.person import SECTION
from apps.notifications.services import set_quiet_hours
from tests.apps.notifications.asking import category, send
from tests.factories.notifications import InboxItemFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(owner: User) -> Person:
    return Person(id=owner.pk, public_id=owner.public_id)


def test_devices_tell_how_they_are_reached(owner: User, person: Person) -> None:
    RegistrationFactory.create(user=owner, last_accepted_at=now())
    RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner, retired_at=now())
    RegistrationFactory.create()

    silent, taken = SECTION.rows(person)

    assert (taken.tone, silent.tone) == (Tone.GOOD, Tone.PLAIN)
    assert taken.title == "Reached by Firebase Cloud Messaging"
    assert "no push taken yet" in silent.detail


def test_facts_tell_of_the_inbox_and_of_quiet_hours(owner: User, person: Person) -> None:
    InboxItemFactory.create_batch(2, user=owner)
    before = {fact.label: fact.text for fact in SECTION.facts(person)}
    set_quiet_hours(user_id=owner.pk, is_enabled=True, starts_at=_time(22), ends_at=_time(7))

    after = {fact.label: fact.text for fact in SECTION.facts(person)}

    assert before == {"Unread in the inbox": "2"}
    assert after["Quiet hours"] == "22:00 to 07:00"


def test_notifications_are_paged_and_say_what_held_them_back(owner: User, person: Person) -> None:
    category()
    for _ in range(3):
        send(owner)

    newest, *older = SECTION.entries(person, None, 9)

    assert newest.title == "notification of news: sent"
    assert newest.detail.startswith("Push: No device of the person's is registered for push.")
    assert newest.detail.endswith("Inbox")
    assert SECTION.entries(person, newest.key, 9) == older
    assert len(SECTION.entries(person, None, 2)) == 2


def test_device_is_retired_for_a_person_and_no_other(
    owner: User, stranger: User, person: Person
) -> None:
    device = RegistrationFactory.create(user=owner)
    action = SECTION.action("retire")
    assert action is not None
    theirs = Person(id=stranger.pk, public_id=stranger.public_id)

    with pytest.raises(NotFound):
        action.run(Order(person=theirs, target=device.public_id, by=0))
    action.run(Order(person=person, target=device.public_id, by=0))

    assert SECTION.rows(person) == []


def test_page_of_a_person_shows_the_section(staff: User, owner: User) -> None:
    category()
    RegistrationFactory.create(user=owner)
    send(owner)
    client = Client()
    client.force_login(staff)

    page = client.get(reverse("console:person", args=[owner.pk])).content.decode()

    assert "Reached by Firebase Cloud Messaging" in page
    assert "notification of news: sent" in page
    assert "notifications.inbox_item.added" not in page, "which would tell it twice"


def _time(hour: int) -> Any:
    return now().time().replace(hour=hour, minute=0, second=0, microsecond=0)
