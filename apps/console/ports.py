"""What other apps plug into the operator's home: charts, samples, sections of a person's page.

Everything here is asked while somebody waits, so it must be bounded: at most a handful of queries
by index, whatever the number of rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.console.types import Entry, Fact, Kind, Order, Person, Reading, Sampled, Window
from apps.kernel.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One card of the start page."""

    name: str
    title: str
    # One sentence: what it shows, and where the figures come from.
    about: str
    kind: Kind
    # Of the values; empty for plain numbers.
    unit: str = ""
    # Charts stand in this order, then by name.
    place: int = 50
    # Read from PostgreSQL within a second; one that raises is shown as unreadable.
    read: Callable[[Window], Reading]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something the database does not remember by itself, measured every fifteen seconds."""

    name: str
    # Values of this moment, or what happened since the first time and before the second.
    measure: Callable[[datetime, datetime], Iterable[Sampled]]


@dataclass(frozen=True, kw_only=True)
class PersonAction:
    """Something an operator may do about a person or one of their rows."""

    name: str
    label: str
    # What will happen, said before it is confirmed.
    confirmation: str
    # What has happened, said afterwards.
    done: str
    # "<app>.<codename>", without which it is neither shown nor carried out.
    permission: str
    # Calls a service, within a transaction; an AppError it raises is shown to the operator.
    run: Callable[[Order], None]
    is_dangerous: bool = False


def _no_facts(_: Person) -> Sequence[Fact]:
    return ()


def _no_rows(_: Person) -> Sequence[Entry]:
    return ()


def _no_entries(_: Person, __: UUID | None, ___: int) -> Sequence[Entry]:
    return ()


def _no_actions(_: Person) -> Sequence[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class PersonSection:
    """What one app knows of a person, and what may be done about it."""

    name: str
    title: str
    # "<app>.<codename>", without which the section is not shown.
    permission: str
    place: int = 50
    facts: Callable[[Person], Sequence[Fact]] = _no_facts
    # What is there now: at most `MOST_ROWS`.
    rows: Callable[[Person], Sequence[Entry]] = _no_rows
    # What happened, newest first: entries with a key below the given one, so many at most.
    entries: Callable[[Person, UUID | None, int], Sequence[Entry]] = _no_entries
    # Names of the actions on the person, as they apply now.
    offered: Callable[[Person], Sequence[str]] = _no_actions
    actions: Sequence[PersonAction] = ()
    # Topics of events that its entries tell already, so that the log need not repeat them.
    told_topics: Sequence[str] = ()

    def action(self, name: str) -> PersonAction | None:
        """Return the action of that name, or None."""
        return next((action for action in self.actions if action.name == name), None)


charts: Registry[Chart] = Registry("chart")
sources: Registry[Source] = Registry("source of samples")
person_sections: Registry[PersonSection] = Registry("section of a person's page")
