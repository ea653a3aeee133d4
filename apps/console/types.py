"""The words of the console: what a chart shows, what is sampled, what a person's page tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# What a section of a person's page shows of what is there now.
MOST_ROWS = 20


class Kind(StrEnum):
    """How a chart is drawn."""

    LINE = "line"
    # Stacked, so that the series add up.
    BAR = "bar"
    # Figures only.
    NUMBER = "number"


class Tone(StrEnum):
    """What a figure or a line means; decides its colour."""

    PLAIN = "plain"
    CALM = "calm"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Window:
    """The time a chart shows, in whole steps."""

    since: datetime
    until: datetime
    step: timedelta

    @property
    def steps(self) -> int:
        """How many points a series has."""
        return int((self.until - self.since) / self.step)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number beside its name, ready to be read."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN
    # A sentence for whoever wants to know more.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a chart: a value for each step of the window, None where nothing is known."""

    label: str
    points: Sequence[float | None]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a chart shows now."""

    figures: Sequence[Figure] = ()
    series: Sequence[Series] = ()
    # Why there is nothing to show, and what to do; empty where there is something.
    missing: str = ""


class Measure(StrEnum):
    """What a sampled value is."""

    # A state of this moment.
    LEVEL = "level"
    # What happened between the sample before and this one.
    AMOUNT = "amount"
    # A counter that only grows until its process starts anew; what it grew by is kept.
    TOTAL = "total"


@dataclass(frozen=True)
class Sampled:
    """One value of one series."""

    series: str
    value: float
    measure: Measure


class Sum(StrEnum):
    """How the samples within one step become one point."""

    SUM = "sum"
    MEAN = "avg"
    MOST = "max"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom a page is about, as sections know them."""

    id: int
    public_id: UUID
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that is so now, in the head of a section."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of a section or a moment of the timeline, with what may be done about it."""

    # Public id (UUIDv7): its place in the timeline, and the target of its actions.
    key: UUID
    at: datetime
    title: str
    detail: str = ""
    # A name of Material Symbols.
    icon: str = "circle"
    tone: Tone = Tone.PLAIN
    # A page of the admin that tells all.
    url: str = ""
    # Names of the section's actions that apply to it now.
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an operator asked for: about whom, about which row, and who asked."""

    person: Person
    # None for an action on the person.
    target: UUID | None
    # Internal id of the operator.
    by: int
