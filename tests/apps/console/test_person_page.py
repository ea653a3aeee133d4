"""What one operator may see and do on a person's page."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from apps.accounts.models import User
from apps.console.person_page import cards_of, may_act, sections_for, timeline_of
from apps.console.ports import PersonAction, PersonSection
from apps.console.types import Entry, Fact, Person
from apps.kernel.clock import now
from tests.apps.console.conftest import allow

pytestmark = pytest.mark.django_db

ACTION = PersonAction(
    name="greet",
    label="Greet",
    confirmation="They are greeted.",
    done="Greeted.",
    permission="accounts.change_user",
    run=lambda _: None,
)


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.fixture
def section(plug_in: Callable[[PersonSection], None]) -> PersonSection:
    section = PersonSection(
        name="greetings",
        title="Greetings",
        permission="keyring.view_key",
        place=1,
        facts=lambda _: [Fact(label="Mood", text="good")],
        offered=lambda _: ["greet"],
        entries=lambda person, _, __: [
            Entry(key=person.public_id, at=now(), title="Arrived", actions=("greet", "unknown"))
        ],
        actions=(ACTION,),
    )
    plug_in(section)
    return section


def test_section_is_shown_to_whoever_may_see_it(
    section: PersonSection, clerk: User, staff: User
) -> None:
    assert sections_for(request_of(staff))[0] is section
    assert sections_for(request_of(clerk)) == []


def test_actions_are_offered_to_whoever_may_take_them(
    section: PersonSection, clerk: User, staff: User, person: Person
) -> None:
    allow(clerk, "keyring.view_key")
    seen, allowed = request_of(clerk), request_of(staff)

    (card,) = cards_of(seen, person)
    lines, next_key = timeline_of(seen, person, before=None)

    assert (list(card.facts), card.actions) == ([Fact(label="Mood", text="good")], [])
    assert (lines[0].entry.title, list(lines[0].actions), next_key) == ("Arrived", [], None)
    assert cards_of(allowed, person)[0].actions == [ACTION]
    assert may_act(allowed, section, ACTION)
    assert not may_act(seen, section, ACTION)
