"""The event log in the operator's home: how far its consumers are, and a person's events."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from apps.console.ports import person_sections
from apps.console.selectors import latest, sampled
from apps.console.types import (
    Entry,
    Figure,
    Measure,
    Person,
    Reading,
    Sampled,
    Series,
    Sum,
    Tone,
    Window,
)
from apps.events.ports import consumers
from apps.events.selectors import (
    consumer_lags,
    events_about,
    horizon_age_seconds,
    stopped_consumers,
)
from apps.events.types import LoggedEvent

_LAG = "events.lag_seconds."
_BEHIND = "events.lag_events."
_HORIZON = "events.horizon_seconds"
_STALE_HORIZON_SECONDS = 10


def measured_lags(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how far each consumer is behind, and how old the oldest writer is."""
    for lag in consumer_lags():
        yield Sampled(f"{_LAG}{lag.name}", lag.seconds, Measure.LEVEL)
        yield Sampled(f"{_BEHIND}{lag.name}", lag.events, Measure.LEVEL)
    yield Sampled(_HORIZON, horizon_age_seconds(), Measure.LEVEL)


def lag_reading(window: Window) -> Reading:
    """Read how late the consumers were; which of them stopped is asked now."""
    names = [consumer.name for consumer in consumers]
    wanted = [prefix + name for name in names for prefix in (_LAG, _BEHIND)]
    points = sampled([*wanted, _HORIZON], window, by=Sum.MOST)
    stopped = stopped_consumers()
    return Reading(
        figures=[
            *(_figure(name, points[_BEHIND + name], stopped.get(name)) for name in names),
            _horizon_figure(points[_HORIZON]),
        ],
        series=[
            Series(
                label=name,
                points=points[_LAG + name],
                tone=Tone.BAD if name in stopped else Tone.PLAIN,
            )
            for name in names
        ],
    )


def moments_of(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    """Return what the log tells of a person: what they did, what was meant for them."""
    told = [topic for section in person_sections for topic in section.told_topics]
    events = events_about(person.public_id, before=before, limit=limit, without=told)
    return [_entry(event, person) for event in events]


def _figure(name: str, behind: Sequence[float | None], error: str | None) -> Figure:
    if error is not None:
        return Figure(label=name, text="stopped", tone=Tone.BAD, note=error[-300:])
    last = latest(behind)
    if last is None:
        return Figure(label=name, text="not known", tone=Tone.CALM)
    return Figure(label=name, text=f"{last:,.0f} behind" if last else "up to date")


def _horizon_figure(seconds: Sequence[float | None]) -> Figure:
    last = latest(seconds)
    is_stale = last is not None and last > _STALE_HORIZON_SECONDS
    return Figure(
        label="Oldest writer",
        text="not known" if last is None else f"{last:,.0f} s",
        tone=Tone.WARN if is_stale else Tone.CALM,
        note="Age of the oldest writing transaction; all consumers wait for it.",
    )


def _entry(event: LoggedEvent, person: Person) -> Entry:
    is_operators = event.topic == "console.operator.acted"
    told = ", ".join(f"{name}: {value}" for name, value in event.payload.items() if value)
    by = "" if event.actor == str(person.public_id) else f" · by {event.actor or 'nobody known'}"
    return Entry(
        key=event.event_id,
        at=event.recorded_at,
        title=event.topic,
        detail=f"{told}{by}",
        icon="shield_person" if is_operators else "bolt",
        tone=Tone.WARN if is_operators else Tone.CALM,
        url=reverse("admin:events_logentry_change", args=[event.position]),
    )
