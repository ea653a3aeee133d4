"""What sync came to: its goals, and its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.kernel.reference import markdown
from bench.goals import Goal
from bench.wording import shown, without_paths

PEER = "parse-server"
# Of the rows, changed since the checkpoint of each pull.
CHANGES = 100
# In one push: half of them new rows, half edits.
OPERATIONS = 100
PHONES = 1000


@dataclass(frozen=True, kw_only=True)
class Times:
    """Milliseconds of the same thing, done one after the other or by a crowd."""

    p50: float
    p95: float


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Phones that come every ten seconds, while a row changes each second."""

    times: Times
    pulls: int
    unanswered: int
    # Of the server's one core.
    cpu_share: float


@dataclass(frozen=True, kw_only=True)
class First:
    """A phone that has nothing yet."""

    rows: int
    rows_per_second: float
    mib_per_second: float


@dataclass(frozen=True, kw_only=True)
class Side:
    """Questions for what changed, from many phones at once."""

    per_second: float
    cpu_ms: float


@dataclass(frozen=True, kw_only=True)
class SyncFigures:
    """Medians, of one server process on one core."""

    rows: int
    # All statements of one pull together, with their ways to the database and back.
    database_ms: float
    changed: Times
    unchanged: Times
    push: Times
    first: First
    crowd: Crowd
    ours: Side
    # Or why there is nothing.
    theirs: Side | str

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of sync."""
        pulled = f"a pull of {CHANGES} changes of {self.rows:,} rows"
        yield _at_most(f"{pulled}: in the database", self.database_ms, limit=2)
        yield _at_most(pulled, self.changed.p50, limit=10)
        yield _at_most("a pull where nothing changed", self.unchanged.p50, limit=3)
        yield _at_most(f"a push of {OPERATIONS} operations", self.push.p50, limit=50)
        yield Goal(
            subject=f"the first sync of {self.first.rows:,} rows",
            wording="≥ 50,000 rows/s",
            limit=50_000,
            measured=self.first.rows_per_second,
            unit="rows/s",
        )
        yield Goal(
            subject=f"unanswered of {self.crowd.pulls:,} pulls by {PHONES:,} phones",
            wording="0",
            limit=0,
            measured=self.crowd.unanswered,
            is_ceiling=True,
        )
        yield Goal(
            subject=f"{CHANGES} changes since, of {self.rows:,} rows",
            wording=f"≥ 5 times {PEER}",
            limit=5,
            measured=self._ratio(),
            unit="times",
        )

    def _ratio(self) -> float | None:
        if isinstance(self.theirs, str) or not self.theirs.per_second:
            return None
        return self.ours.per_second / self.theirs.per_second


def paragraphs(figures: SyncFigures | str) -> Iterator[str]:
    """Yield the table of sync, and why there is nothing beside it."""
    if isinstance(figures, str):
        yield f"Not measured: {without_paths(figures)}."
        return
    yield _LEGEND
    yield markdown.table(("", ""), [*_alone(figures), *_crowded(figures)])
    if isinstance(figures.theirs, str):
        yield f"No {PEER}: {without_paths(figures.theirs)}"


_LEGEND = (
    "Our own protocol, over HTTP, without compression. Times are of one pull or push after the "
    f"other. {PEER} is asked for rows by `updatedAt`, with an index on it, in a table of as many."
)


def _alone(figures: SyncFigures) -> Iterator[tuple[str, str]]:
    first = figures.first
    yield (
        f"a pull of {CHANGES} changes of {figures.rows:,} rows: in the database",
        f"{shown(figures.database_ms)} ms",
    )
    yield "the same in all: p50, p95", _both(figures.changed)
    yield "a pull where nothing changed: p50, p95", _both(figures.unchanged)
    yield f"a push of {OPERATIONS} operations: p50, p95", _both(figures.push)
    yield (
        f"the first sync of {first.rows:,} rows",
        f"{shown(first.rows_per_second)} rows/s, {shown(first.mib_per_second)} MiB/s",
    )


def _crowded(figures: SyncFigures) -> Iterator[tuple[str, str]]:
    crowd = figures.crowd
    yield (
        f"{PHONES:,} phones, each every ten seconds, a row changed each second: p50, p95",
        _both(crowd.times),
    )
    yield "CPU for them", f"{crowd.cpu_share:.0%}"
    yield f"pulls of {CHANGES} changes, 32 at once", _side(figures.ours)
    if not isinstance(figures.theirs, str):
        yield f"the same of {PEER}", _side(figures.theirs)


def _both(times: Times) -> str:
    return f"{shown(times.p50)} ms, {shown(times.p95)} ms"


def _side(side: Side) -> str:
    return f"{shown(side.per_second)}/s, {side.cpu_ms:.3f} ms CPU"


def _at_most(subject: str, measured: float, *, limit: float) -> Goal:
    return Goal(
        subject=subject,
        wording=f"≤ {limit:g} ms",
        limit=limit,
        measured=measured,
        unit="ms",
        is_ceiling=True,
    )
