"""Attempts of an app that sends something: what came of them, and what waits to be tried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from apps.console.samples import known, latest, sampled
from apps.console.types import Figure, Measure, Reading, Sampled, Series, Sum, Tone, Window

_WAITING = "waiting"
_OVERDUE = "overdue_seconds"
_LATE_SECONDS = 60


def attempts_sampled(app: str, counted: Mapping[str, float], **levels: float) -> Iterator[Sampled]:
    """The samples that `attempts_reading` reads: attempts counted by outcome, and levels.

    Levels are ``waiting`` deliveries, ``overdue_seconds`` of the one due longest, and troubles.
    """
    for outcome, total in counted.items():
        yield Sampled(_attempts(app, outcome), total, Measure.TOTAL)
    for name, level in levels.items():
        yield Sampled(_level(app, name), level, Measure.LEVEL)


def attempts_reading(
    app: str,
    outcomes: Mapping[str, tuple[str, Tone]],
    window: Window,
    *,
    missing: str,
    troubles: Mapping[str, Figure] | None = None,
) -> Reading:
    """Attempts of an app per minute by outcome, what waited last, and troubles there were last.

    Outcomes are called and coloured as told, the usual one first, whose figure alone is shown
    also where it is nought. ``missing`` says that nothing is known of the time; ``troubles`` are
    levels by name, each with its figure but for the number, shown where there are any.
    """
    points = sampled([_attempts(app, outcome) for outcome in outcomes], window)
    lines = {outcome: points[_attempts(app, outcome)] for outcome in outcomes}
    totals = {outcome: sum(known(line)) for outcome, line in lines.items()}
    is_known = any(True for line in lines.values() for _ in known(line))
    minutes = window.step.total_seconds() / 60
    return Reading(
        figures=[*_figures(outcomes, totals), *_level_figures(app, window, troubles or {})],
        series=[
            Series(label=label, tone=tone, points=_per_minute(lines[outcome], minutes))
            for outcome, (label, tone) in outcomes.items()
            if is_known and (totals[outcome] or not any(totals.values()))
        ],
        missing="" if is_known else missing,
    )


def _figures(
    outcomes: Mapping[str, tuple[str, Tone]], totals: Mapping[str, float]
) -> Iterator[Figure]:
    usual = next(iter(outcomes))
    for outcome, (label, tone) in outcomes.items():
        amount = totals[outcome]
        if amount or outcome == usual:
            yield Figure(label=label, text=f"{amount:,.0f}", tone=tone if amount else Tone.CALM)


def _per_minute(points: Sequence[float | None], minutes: float) -> list[float | None]:
    return [None if point is None else point / minutes for point in points]


def _level_figures(app: str, window: Window, troubles: Mapping[str, Figure]) -> Iterator[Figure]:
    names = {_level(app, name): name for name in (_WAITING, _OVERDUE, *troubles)}
    points = sampled(names, window, by=Sum.MOST)
    last = {names[series]: latest(line) for series, line in points.items()}
    waiting, overdue = last[_WAITING], last[_OVERDUE]
    if waiting is None or overdue is None:
        return
    yield Figure(label="Waiting", text=f"{waiting:,.0f}")
    yield Figure(
        label="Overdue",
        text=f"{overdue:,.0f} s",
        tone=Tone.WARN if overdue > _LATE_SECONDS else Tone.CALM,
        note="How long the longest waiting delivery has been due.",
    )
    for name, figure in troubles.items():
        if amount := last[name]:
            yield replace(figure, text=f"{amount:,.0f}")


def _attempts(app: str, outcome: str) -> str:
    return f"{app}.attempts.{outcome}"


def _level(app: str, name: str) -> str:
    return f"{app}.{name}"
