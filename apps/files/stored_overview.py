"""Files as the operator's start page shows them: what is stored, and how much comes in."""

from collections.abc import Iterator
from datetime import datetime
from itertools import cycle

from django.core.cache import cache
from django.db.models import Count
from django.db.models import Sum as SumOf
from django.template.defaultfilters import filesizeformat

from apps.console.selectors import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window
from apps.files.models import File, Upload
from apps.files.ports import purposes
from apps.files.types import FileState, Transport
from apps.kernel.ids import first_id_at

_BYTES = "files.bytes."
_COUNT = "files.count."
_UPLOADS = "files.uploads."
_MEBIBYTE = 1024 * 1024
# Adding all files up reads all of them.
_ADDED_UP_EVERY_SECONDS = 60
_KEY = "files:stored"
# Lines that mean neither good nor bad still have to be told apart.
_APART = (Tone.PLAIN, Tone.GOOD, Tone.CALM, Tone.WARN)
_TONES = {
    FileState.PENDING: Tone.WARN,
    FileState.CLEAN: Tone.GOOD,
    FileState.INFECTED: Tone.BAD,
    FileState.REFUSED: Tone.CALM,
    FileState.ERROR: Tone.BAD,
}


def measured_files(since: datetime, until: datetime) -> Iterator[Sampled]:
    """Measure bytes by purpose, files by state, and what uploads were begun."""
    stored = cache.get(_KEY)
    if stored is None:
        stored = _added_up()
        cache.set(_KEY, stored, _ADDED_UP_EVERY_SECONDS)
    by_purpose, by_state = stored
    for purpose in purposes:
        yield Sampled(_BYTES + purpose.name, by_purpose.get(purpose.name, 0), Measure.LEVEL)
    for state in FileState:
        yield Sampled(_COUNT + state, by_state.get(state, 0), Measure.LEVEL)
    # By the index of public ids, which begin with their time.
    begun = Upload.objects.filter(
        public_id__gte=first_id_at(since), public_id__lt=first_id_at(until)
    )
    counted = dict(begun.order_by().values_list("transport").annotate(count=Count("*")))
    for transport in Transport:
        yield Sampled(_UPLOADS + transport, counted.get(transport, 0), Measure.AMOUNT)


def storage_reading(window: Window) -> Reading:
    """Read how much is stored for each purpose."""
    names = {_BYTES + purpose.name: purpose.title for purpose in purposes}
    points = sampled(list(names), window, by=Sum.MOST)
    lines = [
        Series(
            label=title,
            tone=tone,
            points=[None if point is None else point / _MEBIBYTE for point in points[name]],
        )
        for (name, title), tone in zip(names.items(), cycle(_APART), strict=False)
        if any(known(points[name]))
    ]
    total = sum(latest(points[name]) or 0 for name in names)
    return Reading(
        figures=[Figure(label="Stored", text=filesizeformat(total))],
        series=lines,
        missing="" if lines else "Nothing is stored, or not known yet.",
    )


def states_reading(window: Window) -> Reading:
    """Read how many files were in which state."""
    points = sampled([_COUNT + state for state in FileState], window, by=Sum.MOST)
    lines = [
        Series(label=state.label, points=points[_COUNT + state], tone=_TONES[state])
        for state in FileState
        if any(known(points[_COUNT + state]))
    ]
    figures = [
        Figure(
            label=state.label,
            text=f"{latest(points[_COUNT + state]) or 0:,.0f}",
            tone=_TONES[state],
        )
        for state in FileState
        if latest(points[_COUNT + state])
    ]
    missing = "" if lines else "There are no files, or nothing is known of them yet."
    return Reading(figures=figures, series=lines, missing=missing)


def uploads_reading(window: Window) -> Reading:
    """Read how many uploads were begun per minute, by the way they come."""
    minutes = window.step.total_seconds() / 60
    points = sampled([_UPLOADS + transport for transport in Transport], window)
    if not any(sum(known(line)) for line in points.values()):
        return Reading(missing="No upload was begun in this time.")
    return Reading(
        series=[
            Series(
                label=transport.label,
                tone=tone,
                points=[
                    None if point is None else point / minutes
                    for point in points[_UPLOADS + transport]
                ],
            )
            for transport, tone in zip(Transport, cycle(_APART), strict=False)
        ]
    )


def _added_up() -> tuple[dict[str, int], dict[str, int]]:
    rows = File.objects.order_by()
    by_purpose = rows.filter(state=FileState.CLEAN).values_list("purpose")
    by_state = rows.values_list("state").annotate(count=Count("*"))
    return dict(by_purpose.annotate(bytes=SumOf("size_bytes"))), dict(by_state)
