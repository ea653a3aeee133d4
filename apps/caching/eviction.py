"""Which entries go when there is no room for all: those worth least per byte.

Worth is what keeping an entry saves: how often it will be asked for, guessed from hits that fade
with time, times what it costs to make again. Per byte, since that is what it costs to keep. This is
GreedyDual-Size-Frequency (Cherkasova 1998) with fading in place of its inflating clock, which needs
a queue that every process of a host would have to share.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.caching.popularity import faded

# What takes less costs no less to make than this: a look-up, a lock and a write.
_LEAST_COST_SECONDS = 0.001
# A file takes whole blocks.
_LEAST_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An entry that may go."""

    address: str
    size_bytes: int
    cost_seconds: float
    # Hits by now, faded.
    score: float
    # Since it was made.
    age_seconds: float


def worth(candidate: Candidate) -> float:
    """Return what keeping it saves, in seconds of making per byte; having been made is a hit."""
    hits = candidate.score + faded(candidate.age_seconds)
    cost = max(candidate.cost_seconds, _LEAST_COST_SECONDS)
    return hits * cost / max(candidate.size_bytes, _LEAST_BYTES)


def victims(candidates: Iterable[Candidate], *, bytes_to_free: int) -> list[Candidate]:
    """Return those worth least, as many as it takes to free so many bytes."""
    chosen: list[Candidate] = []
    for candidate in sorted(candidates, key=worth):
        if bytes_to_free <= 0:
            break
        chosen.append(candidate)
        bytes_to_free -= candidate.size_bytes
    return chosen
