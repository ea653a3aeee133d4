"""Rounds become medians, and failures no figures."""

from bench.cells import Cell
from bench.figures import PeerFigures, Sample, figure_of


def _samples(*rates: float, failures: int = 0) -> list[Sample]:
    return [Sample(per_second=rate, cpu_ms=1000 / rate, failures=failures) for rate in rates]


def test_figure_is_the_median_of_its_rounds() -> None:
    figure = figure_of(_samples(100, 400, 200))

    assert (figure.per_second, figure.cpu_ms) == (200, 5)
    assert figure.spread == 1.5


def test_cell_with_failures_has_no_figure_but_a_reason() -> None:
    peer = PeerFigures(name="p", about="", samples={Cell.GET: _samples(100, failures=3)})

    assert peer.figure(Cell.GET) is None
    assert peer.reason(Cell.GET) == "3 failed"


def test_cell_that_was_not_measured_says_why() -> None:
    peer = PeerFigures(name="p", about="", reasons={Cell.UNCHANGED: "no ETag"}, unavailable="gone")

    assert peer.reason(Cell.UNCHANGED) == "no ETag"
    assert peer.reason(Cell.GET) == "gone"
