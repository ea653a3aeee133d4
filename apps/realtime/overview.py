"""Realtime as the operator's start page shows it: who is connected, and how far the nodes are."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count

from apps.console.selectors import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window
from apps.events.selectors import consumer_lags
from apps.realtime.models import Connection
from apps.realtime.types import Transport

_OPEN = "realtime.open."
_PEOPLE = "realtime.people"
_BEHIND = "realtime.behind_seconds"
_LATE_SECONDS = 5
_CONSUMER = "realtime"


def measured_connections(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure what is connected how, how many people that is, and how late the consumer is."""
    is_open = Connection.objects.filter(closed_at=None)
    counted = dict(is_open.order_by().values_list("transport").annotate(count=Count("*")))
    for transport in Transport:
        yield Sampled(_OPEN + transport, counted.get(transport, 0), Measure.LEVEL)
    people = is_open.aggregate(people=Count("user_id", distinct=True))["people"]
    yield Sampled(_PEOPLE, people, Measure.LEVEL)
    behind = max((lag.seconds for lag in consumer_lags() if lag.name == _CONSUMER), default=0.0)
    yield Sampled(_BEHIND, behind, Measure.LEVEL)


def connections_reading(window: Window) -> Reading:
    """Read how many were connected by how they were, and the latest figures."""
    kinds = [_OPEN + transport for transport in Transport]
    points = sampled([*kinds, _PEOPLE, _BEHIND], window, by=Sum.MOST)
    is_known = any(True for kind in kinds for _ in known(points[kind]))
    return Reading(
        figures=list(_figures(latest(points[_PEOPLE]), latest(points[_BEHIND]))),
        series=[
            Series(label=transport.label, points=points[_OPEN + transport])
            for transport in Transport
            if is_known
        ],
        missing="" if is_known else "Nothing is known of connections in this time.",
    )


def _figures(people: float | None, behind: float | None) -> Iterator[Figure]:
    if people is not None:
        yield Figure(label="People connected", text=f"{people:,.0f}")
    if behind is not None:
        yield Figure(
            label="Behind",
            text=f"{behind:,.0f} s",
            tone=Tone.WARN if behind > _LATE_SECONDS else Tone.CALM,
            note="How long the oldest event that was not published yet has waited.",
        )
