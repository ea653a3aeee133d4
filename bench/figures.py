"""What was measured of a peer: samples of rounds, and their medians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One cell of one peer in one round."""

    per_second: float
    cpu_ms: float
    # Requests that were refused or never answered.
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One cell of one peer: medians over the rounds."""

    per_second: float
    cpu_ms: float
    # What lies between the fastest and the slowest round, as a part of the median.
    spread: float = 0.0
    failures: int = 0


@dataclass(kw_only=True)
class PeerFigures:
    """What is known of one peer: its figures, or why there are none."""

    name: str
    about: str
    samples: dict[Cell, list[Sample]] = field(default_factory=dict)
    reasons: dict[Cell, str] = field(default_factory=dict)
    # Why it could not be installed, started or loaded to the end.
    unavailable: str = ""
    idle_mib: float = 0.0
    # Of the server's processes the largest alone: of Mainstay, its one web worker.
    idle_worker_mib: float = 0.0
    loaded_mib: float = 0.0

    def figure(self, cell: Cell) -> Figure | None:
        """Return the medians of a cell; None if it was not measured, or did not go well."""
        samples = self.samples.get(cell)
        figure = figure_of(samples) if samples else None
        return None if figure is None or figure.failures else figure

    def reason(self, cell: Cell) -> str:
        """Return why a cell has no figure."""
        samples = self.samples.get(cell)
        if samples and (failures := figure_of(samples).failures):
            return f"{failures} failed"
        return self.reasons.get(cell, self.unavailable)


def figure_of(samples: Sequence[Sample]) -> Figure:
    """Return the medians of some samples."""
    rates = [sample.per_second for sample in samples]
    middle = median(rates)
    return Figure(
        per_second=middle,
        cpu_ms=median(sample.cpu_ms for sample in samples),
        spread=(max(rates) - min(rates)) / middle if middle else 0.0,
        failures=sum(sample.failures for sample in samples),
    )
