"""How often keys are asked for: counted by each process, gathered in the folder, fading with time.

A hit is worth one, and half as much every six hours: so what is asked for often and lately weighs
most, and yesterday's favourite is forgotten. Counting never touches the entries themselves.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from apps.caching.types import Popular
from apps.caching.whole_files import write_whole
from apps.kernel.ids import new_id_text

HALF_LIFE_SECONDS = 6 * 3600.0
# Keys beyond these are not told apart; what is told then is the worth of those most asked for.
_MOST_TALLIED = 10_000
_MOST_KEPT = 50_000
_ASKED, _GATHERED = "asked", "popularity.json"


@dataclass(frozen=True)
class Worth:
    """How much a key was asked for, as of a moment (seconds since 1970)."""

    namespace: str
    key: str
    score: float
    at: float

    def score_at(self, moment: float) -> float:
        """Return what is left of its score by then."""
        return self.score * faded(moment - self.at)


def faded(seconds: float) -> float:
    """Return what a hit is worth after so long."""
    return float(0.5 ** (max(0.0, seconds) / HALF_LIFE_SECONDS))


class Tally:
    """What one process was asked for since it last told; counted by many threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._names: dict[str, tuple[str, str]] = {}

    def count(self, address: str, namespace: str, key: str, *, times: int = 1) -> None:
        """Count that a key was asked for, once or more often."""
        with self._lock:
            if address in self._counts:
                self._counts[address] += times
            elif len(self._counts) < _MOST_TALLIED:
                self._counts[address] = times
                self._names[address] = (namespace, key)

    def take(self, moment: float) -> dict[str, Worth]:
        """Return what was counted, by address, and begin anew."""
        with self._lock:
            counts, names = self._counts, self._names
            self._counts, self._names = {}, {}
        return {
            address: Worth(*names[address], score=float(count), at=moment)
            for address, count in counts.items()
        }


def tell(folder: Path, counted: Mapping[str, Worth]) -> None:
    """Leave what a process counted for whoever gathers; raises OSError."""
    if counted:
        _write(folder / _ASKED / f"{new_id_text()}.json", counted)


def gather(folder: Path, moment: float) -> dict[str, Worth]:
    """Add what processes have told to what was known, keep it, and return it; raises OSError."""
    told = sorted((folder / _ASKED).glob("*.json"))
    known = gathered(folder)
    for path in told:
        for address, worth in _read(path).items():
            known[address] = _added(known.get(address), worth)
    if told:
        most = sorted(known.items(), key=lambda pair: -pair[1].score_at(moment))[:_MOST_KEPT]
        known = dict(most)
        _write(folder / _GATHERED, known)
    for path in told:
        path.unlink(missing_ok=True)
    return known


def gathered(folder: Path) -> dict[str, Worth]:
    """Return what was gathered last, by address; nothing where it cannot be read."""
    return _read(folder / _GATHERED)


def most_asked(known: Mapping[str, Worth], moment: float, *, limit: int) -> list[Popular]:
    """Return the keys that were asked for most, first those most so."""
    most = sorted(known.values(), key=lambda worth: -worth.score_at(moment))[:limit]
    return [
        Popular(namespace=worth.namespace, key=worth.key, score=worth.score_at(moment))
        for worth in most
    ]


def _added(known: Worth | None, more: Worth) -> Worth:
    if known is None:
        return more
    at = max(known.at, more.at)
    return Worth(more.namespace, more.key, known.score_at(at) + more.score_at(at), at)


def _read(path: Path) -> dict[str, Worth]:
    try:
        found = orjson.loads(path.read_bytes())
        return {address: Worth(*told) for address, told in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, told: Mapping[str, Worth]) -> None:
    rows = {a: (w.namespace, w.key, w.score, w.at) for a, w in told.items()}
    write_whole(path, orjson.dumps(rows))
