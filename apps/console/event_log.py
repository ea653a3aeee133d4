"""The event log in the operator's home: how far its consumers are, and a person's events."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from apps.console.ports import person_sections
from apps.console.selectors import known, sampled, series_like
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
from apps.events.selectors import consumer_lags, events_about, horizon_age_seconds
from apps.events.types import ConsumerLag, LoggedEvent

_LAG = "events.lag_seconds."
_LATE_SECONDS = 30
_STALE_HORIZON_SECONDS = 10


def measured_lags(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure how late each consumer is."""
    for lag in consumer_lags():
        yield Sampled(f"{_LAG}{lag.name}", lag.seconds, Measure.LEVEL)


def lag_reading(window: Window) -> Reading:
    """Read how late the consumers were, and where they stand now."""
    lags = consumer_lags()
    if not lags:
        return Reading(missing="No consumer has read anything yet: does a dispatcher run?")
    points = sampled(series_like(_LAG, window), window, by=Sum.MOST)
    tones = {lag.name: _tone(lag) for lag in lags}
    return Reading(
        figures=[*map(_figure, lags), _horizon_figure(horizon_age_seconds())],
        series=[
            Series(label=name, points=line, tone=tones.get(name, Tone.CALM))
            for series, line in points.items()
            if any(True for _ in known(line)) and (name := series.removeprefix(_LAG))
        ],
    )


def moments_of(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    """Return what the log tells of a person: what they did, what was meant for them."""
    told = [topic for section in person_sections for topic in section.told_topics]
    events = events_about(person.public_id, before=before, limit=limit, without=told)
    return [_entry(event, person) for event in events]


def _tone(lag: ConsumerLag) -> Tone:
    if lag.state == "stopped":
        return Tone.BAD
    return Tone.WARN if lag.seconds > _LATE_SECONDS else Tone.PLAIN


def _figure(lag: ConsumerLag) -> Figure:
    behind = f"{lag.events:,} behind" if lag.events else "up to date"
    text = "stopped" if lag.state == "stopped" else behind
    return Figure(label=lag.name, text=text, tone=_tone(lag), note=lag.error[-300:])


def _horizon_figure(seconds: float) -> Figure:
    return Figure(
        label="Oldest writer",
        text=f"{seconds:,.0f} s",
        tone=Tone.WARN if seconds > _STALE_HORIZON_SECONDS else Tone.CALM,
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
