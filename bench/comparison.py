"""The tables that put Mainstay beside its peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apps.kernel.reference import markdown
from bench.cells import Cell
from bench.figures import Figure, PeerFigures
from bench.goals import MAINSTAY, ratio
from bench.wording import shown, without_paths

COLUMNS = (Cell.LIST, Cell.GET, Cell.CREATE, Cell.UNCHANGED, Cell.LIVE)
_LEGEND = (
    "Requests per second / milliseconds of CPU per request, of one server process on one core; "
    "memory idle → after the load."
)


def paragraphs(peers: Sequence[PeerFigures]) -> Iterator[str]:
    """Yield the figures, why some peers have none, and the ratios."""
    if not peers:
        yield "Not measured: left out."
        return
    head = [cell.value for cell in COLUMNS]
    loaded = [peer for peer in peers if _answered_any(peer)]
    yield _LEGEND
    yield markdown.table(("", *head, "MiB"), map(_figures, loaded))
    yield from (
        f"No {peer.name}: {without_paths(peer.unavailable)}" for peer in peers if peer.unavailable
    )
    yield "How many times as many requests a second Mainstay answers:"
    yield markdown.table(("Mainstay to", *head), _ratios(loaded))
    yield from (
        f"A view that does nothing, {peer.name}{where}: {_shown(figure)}."
        for peer in peers
        for cell, where in ((Cell.NOTHING, ""), (Cell.NOTHING_IN_DJANGO, " past its lane"))
        if (figure := peer.figure(cell))
    )


def _answered_any(peer: PeerFigures) -> bool:
    """Tell whether a peer has a row: not one that failed, or that only does nothing."""
    return any(cell in peer.samples for cell in COLUMNS)


def _figures(peer: PeerFigures) -> Sequence[str]:
    memory = f"{peer.idle_mib:.0f} → {peer.loaded_mib:.0f}"
    return (peer.name, *(_cell(peer, cell) for cell in COLUMNS), memory)


def _cell(peer: PeerFigures, cell: Cell) -> str:
    figure = peer.figure(cell)
    return _shown(figure) if figure else without_paths(peer.reason(cell))


def _shown(figure: Figure) -> str:
    return f"{shown(figure.per_second)} / {figure.cpu_ms:.3f}"


def _ratios(peers: Sequence[PeerFigures]) -> Iterator[Sequence[str]]:
    """Yield a row for each peer but Mainstay."""
    ours = {cell: peer.figure(cell) for peer in peers if peer.name == MAINSTAY for cell in COLUMNS}
    for peer in peers:
        if peer.name != MAINSTAY:
            theirs = (peer.figure(cell) for cell in COLUMNS)
            cells = zip((ours.get(cell) for cell in COLUMNS), theirs, strict=True)
            yield (peer.name, *(_times(our, their) for our, their in cells))


def _times(ours: Figure | None, theirs: Figure | None) -> str:
    times = ratio(ours, theirs)
    return "" if times is None else f"{times:.2f}"
