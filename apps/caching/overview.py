"""The cache as the operator's start page shows it: where answers came from, and how full it is."""

from collections.abc import Iterator
from datetime import datetime

from apps.caching.selectors import layers
from apps.caching.types import LayerState
from apps.console.selectors import known, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Tone, Window
from apps.observability.selectors import counted_by

_ANSWERS = "caching.answers."
_HITS = "caching.hits."
_OUTCOMES = {
    "fresh": ("Found fresh", Tone.GOOD),
    "stale": ("Served stale", Tone.WARN),
    "made": ("Made", Tone.CALM),
    "absent": ("Known to be absent", Tone.PLAIN),
    "error": ("Failed", Tone.BAD),
}
_LAYERS = {
    "memory": ("Memory", Tone.GOOD),
    "redis": ("Redis", Tone.CALM),
    "files": ("Files", Tone.PLAIN),
}
_MISSING = "Nothing was asked of the cache in this time."
# "reserve" is the stale answer where making it failed.
_COUNTED_AS = {"reserve": "stale"}
_NEARLY_FULL = 0.95


def measured_answers(_: datetime, __: datetime) -> Iterator[Sampled]:
    """Measure what callers got, and which layers had it; nothing without a shared folder."""
    totals = dict.fromkeys(_OUTCOMES, 0.0)
    for outcome, total in counted_by("outcome", metric="mainstay_caching_answers_total").items():
        totals[_COUNTED_AS.get(outcome, outcome)] += total
    for outcome, total in totals.items():
        yield Sampled(_ANSWERS + outcome, total, Measure.TOTAL)
    for layer, total in counted_by("layer", metric="mainstay_caching_hits_total").items():
        yield Sampled(_HITS + layer, total, Measure.TOTAL)


def answers_reading(window: Window) -> Reading:
    """Read answers per minute by what came of them, and how full the layers are now."""
    points = sampled([_ANSWERS + outcome for outcome in _OUTCOMES], window)
    amounts = {outcome: sum(known(points[_ANSWERS + outcome])) for outcome in _OUTCOMES}
    asked = sum(amounts.values())
    if not asked:
        return Reading(missing=_MISSING, figures=_fillings())
    share = 100 * amounts["fresh"] / asked
    return Reading(
        figures=[Figure(label="Found fresh", text=f"{share:.1f} %"), *_fillings()],
        series=_lines(points, _ANSWERS, _OUTCOMES, window),
    )


def hits_reading(window: Window) -> Reading:
    """Read hits per minute by layer."""
    points = sampled([_HITS + layer for layer in _LAYERS], window)
    if not any(sum(known(line)) for line in points.values()):
        return Reading(missing=_MISSING)
    return Reading(series=_lines(points, _HITS, _LAYERS, window))


def _lines(
    points: dict[str, list[float | None]],
    prefix: str,
    kinds: dict[str, tuple[str, Tone]],
    window: Window,
) -> list[Series]:
    minutes = window.step.total_seconds() / 60
    return [
        Series(
            label=label,
            tone=tone,
            points=[None if point is None else point / minutes for point in points[prefix + kind]],
        )
        for kind, (label, tone) in kinds.items()
    ]


def _fillings() -> list[Figure]:
    return [_filling(layer) for layer in layers()]


def _filling(layer: LayerState) -> Figure:
    if layer.is_resting:
        return Figure(
            label=layer.name.capitalize(),
            text="fails",
            tone=Tone.BAD,
            note="It failed a moment ago; answers come from the other layers.",
        )
    return Figure(
        label=layer.name.capitalize(),
        text=f"{100 * layer.share:.0f} %",
        tone=Tone.WARN if layer.share > _NEARLY_FULL else Tone.CALM,
        note=f"{layer.size_bytes:,} of {layer.limit_bytes:,} bytes, as this process sees it.",
    )
