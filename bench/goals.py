"""The goals, and whether a run met them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.cells import Cell
from bench.figures import Figure, PeerFigures

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
    ours = {cell: _figure(peers, MAINSTAY, cell) for cell in Cell}
    for cell, peer, limit in _RATIOS:
        yield Goal(
            subject=cell.value,
            wording=f"≥ {limit:g} times {peer}",
            limit=limit,
            measured=ratio(ours[cell], _figure(peers, peer, cell)),
            unit="times",
        )
    yield Goal(
        subject=Cell.UNCHANGED.value,
        wording="≥ 1.5 times our get one",
        limit=1.5,
        measured=ratio(ours[Cell.UNCHANGED], ours[Cell.GET]),
        unit="times",
    )
    live, nothing = ours[Cell.LIVE], _figure(peers, BARE_DJANGO, Cell.NOTHING)
    yield Goal(
        subject="/health/live",
        wording="≥ 10,000/s",
        limit=10_000,
        measured=live.per_second if live else None,
        unit="/s",
    )
    for cell, where in ((Cell.NOTHING, "lane"), (Cell.NOTHING_IN_DJANGO, "Django")):
        yield Goal(
            subject=f"the guard of a request in {where}",
            wording="≤ 0.15 ms CPU",
            limit=0.15,
            measured=_difference(ours[cell], nothing),
            unit="ms",
            is_ceiling=True,
        )


def ratio(ours: Figure | None, theirs: Figure | None) -> float | None:
    """Return how many times as many requests a second ours answers; None if either is missing."""
    if ours is None or theirs is None or not theirs.per_second:
        return None
    return ours.per_second / theirs.per_second


def _difference(guarded: Figure | None, bare: Figure | None) -> float | None:
    return guarded.cpu_ms - bare.cpu_ms if guarded and bare else None


def _figure(peers: Mapping[str, PeerFigures], name: str, cell: Cell) -> Figure | None:
    return peers[name].figure(cell) if name in peers else None
