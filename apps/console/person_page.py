"""What a person's page shows to one operator: sections, timeline, and the actions they may take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from apps.console.ports import PersonAction, PersonSection, person_sections
from apps.console.timeline import page_of
from apps.console.types import Entry, Fact, Person


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry with the actions that this operator may take on it."""

    section: PersonSection
    entry: Entry
    actions: Sequence[PersonAction]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A section as it is now."""

    section: PersonSection
    facts: Sequence[Fact]
    rows: Sequence[Line]
    actions: Sequence[PersonAction]


def cards_of(request: HttpRequest, person: Person) -> list[Card]:
    """Return the sections that have something to show."""
    cards = [
        Card(
            section=section,
            facts=section.facts(person),
            rows=[_line(request, section, entry) for entry in section.rows(person)],
            actions=_allowed(request, section, section.offered(person)),
        )
        for section in sections_for(request)
    ]
    return [card for card in cards if card.facts or card.rows or card.actions]


def timeline_of(
    request: HttpRequest, person: Person, *, before: UUID | None
) -> tuple[list[Line], UUID | None]:
    """Return a page of the timeline, and the key of the page after it."""
    page = page_of(person, sections_for(request), before=before)
    lines = [_line(request, moment.section, moment.entry) for moment in page.moments]
    return lines, page.next_key


def sections_for(request: HttpRequest) -> list[PersonSection]:
    """Return the sections this operator may see, in their order."""
    user: Any = request.user
    ordered = sorted(person_sections, key=lambda section: (section.place, section.name))
    return [section for section in ordered if user.has_perm(section.permission)]


def may_act(request: HttpRequest, section: PersonSection, action: PersonAction) -> bool:
    """Tell whether this operator may see the section and take the action."""
    user: Any = request.user
    return bool(user.has_perm(section.permission) and user.has_perm(action.permission))


def _line(request: HttpRequest, section: PersonSection, entry: Entry) -> Line:
    return Line(section=section, entry=entry, actions=_allowed(request, section, entry.actions))


def _allowed(
    request: HttpRequest, section: PersonSection, names: Iterable[str]
) -> list[PersonAction]:
    offered = set(names)
    return [
        action
        for action in section.actions
        if action.name in offered and may_act(request, section, action)
    ]
