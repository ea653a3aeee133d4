"""The goals, and whether a run met them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.cells import Cell
from bench.figures import PeerFigures

MAINSTAY = "Mainstay"
POCKETBASE = "PocketBase"
FASTIFY = "fastify + pg"
STOCK_DRF = "stock DRF"
BARE_DJANGO = "bare Django"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One goal and the figure that decides it; None where there is no such figure."""

    subject: str
    wording: str
    limit: float
    measured: float | None
    unit: str = ""
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is met; None if that was not measured."""
        if self.measured is None:
            return None
        return self.measured <= self.limit if self.is_ceiling else self.measured >= self.limit


# Cell, peer, and how many times as many requests a second Mainstay must answer.
_RATIOS: Sequence[tuple[Cell, str, float]] = (
    (Cell.LIST, POCKETBASE, 1.5),
    (Cell.LIST, FASTIFY, 2.0),
    (Cell.LIST, STOCK_DRF, 8.0),
    (Cell.GET, POCKETBASE, 1.0),
    (Cell.GET, FASTIFY, 2.0),
    (Cell.CREATE, FASTIFY, 0.8),
    (Cell.CREATE, STOCK_DRF, 1.5),
)


def of_traffic(figures: Sequence[PeerFigures]) -> Iterator[Goal]:
    """Yield the goals of HTTP."""
    peers = {each.name: each for each in figures}
    for cell, peer, limit in _RATIOS:
        yield Goal(
            subject=cell.value,
            wording=f"≥ {limit:g} times {peer}",
            limit=limit,
            measured=ratio(_rate(peers, MAINSTAY, cell), _rate(peers, peer, cell)),
            unit="times",
        )
    yield Goal(
        subject=Cell.UNCHANGED.value,
        wording="≥ 1.5 times our get one",
        limit=1.5,
        measured=ratio(_rate(peers, MAINSTAY, Cell.UNCHANGED), _rate(peers, MAINSTAY, Cell.GET)),
        unit="times",
    )
    yield Goal(
        subject="/health/live",
        wording="≥ 10,000/s",
        limit=10_000,
        measured=_rate(peers, MAINSTAY, Cell.LIVE),
        unit="/s",
    )
    yield Goal(
        subject="the guard of a request",
        wording="≤ 0.15 ms CPU",
        limit=0.15,
        measured=_guard(peers),
        unit="ms",
        is_ceiling=True,
    )


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Return how many times theirs ours is; None where either is missing."""
    return ours / theirs if ours is not None and theirs else None


def _rate(peers: Mapping[str, PeerFigures], name: str, cell: Cell) -> float | None:
    figure = peers[name].figure(cell) if name in peers else None
    return figure.per_second if figure else None


def _guard(peers: Mapping[str, PeerFigures]) -> float | None:
    """Return what a view that does nothing costs more behind the guard than without it."""
    found = [peers[name].figure(Cell.NOTHING) for name in (MAINSTAY, BARE_DJANGO) if name in peers]
    guarded, bare = found if len(found) == 2 else (None, None)
    return guarded.cpu_ms - bare.cpu_ms if guarded and bare else None
