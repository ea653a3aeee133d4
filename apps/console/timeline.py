"""The timeline: entries of all sections in one order, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.console.ports import PersonSection
from apps.console.types import Entry, Person

PAGE_SIZE = 30


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An entry and the section it comes from."""

    section: PersonSection
    entry: Entry


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some moments, and the key to ask for those before them; None at the end."""

    moments: Sequence[Moment]
    next_key: UUID | None


def page_of(
    person: Person,
    sections: Sequence[PersonSection],
    *,
    before: UUID | None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the newest moments below a key, of all sections together.

    Keys are UUIDv7, so their order is that of time, and one key is a place in every section.
    """
    moments = [
        Moment(section=section, entry=entry)
        for section in sections
        for entry in section.entries(person, before, size + 1)
    ]
    moments.sort(key=lambda moment: moment.entry.key, reverse=True)
    has_more = len(moments) > size
    shown = moments[:size]
    return Page(moments=shown, next_key=shown[-1].entry.key if has_more else None)
