"""A sweep of the folder: what is to go and why, and letting it go."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.caching.entries import cost_of
from apps.caching.eviction import Candidate, victims
from apps.caching.inventory import Item
from apps.caching.popularity import Worth
from apps.caching.ports import namespaces
from apps.caching.types import Pressure, Removal, Removed

# From here on an operator is warned; once the limit is reached, entries go until this is left.
WARNING_SHARE = 0.8
# A file that has been written for longer never will be.
_HALF_WRITTEN_SECONDS = 3600.0
# The entry that names bytes follows at once; a server in front may still send the former ones.
_UNNAMED_SECONDS = 60.0
# Enough for the digest, the length and a header of any entry with a key of ordinary length.
_BEGINNING_BYTES = 4096

Plan = Mapping[Removal, Sequence[Item]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the folder may take, and the disk must have left."""

    limit_bytes: int
    least_free_bytes: int


def plan(
    found: Sequence[Item],
    known: Mapping[str, Worth],
    limits: Limits,
    *,
    free_bytes: int,
    moment: float,
) -> Plan:
    """Return which files are to go, by why."""
    going = defaultdict[Removal, list[Item]](list)
    staying: list[Item] = []
    for item in found:
        reason = _reason(item, known, moment)
        (going[reason] if reason else staying).append(item)
    freed = sum(item.size_bytes for items in going.values() for item in items)
    missing = bytes_to_free(staying, limits, free_bytes=free_bytes + freed)
    if missing:
        going[Removal.EVICTED] = _evicted(staying, known, missing, moment)
    return {reason: items for reason, items in going.items() if items}


def bytes_to_free(staying: Sequence[Item], limits: Limits, *, free_bytes: int) -> int:
    """Return how much has to be evicted: at the limit down to 80 %, and what the disk lacks."""
    size = sum(item.size_bytes for item in staying)
    over = size - int(limits.limit_bytes * WARNING_SHARE) if size >= limits.limit_bytes else 0
    return max(0, over, min(size, limits.least_free_bytes - free_bytes))


def carry_out(planned: Plan) -> dict[Removal, Removed]:
    """Remove files, and return how many were; raises OSError but for those that are gone."""
    return {reason: _removed(items) for reason, items in planned.items()}


def told(planned: Plan) -> dict[Removal, Removed]:
    """Return how many files would be removed."""
    return {
        reason: Removed(files=len(items), size_bytes=sum(item.size_bytes for item in items))
        for reason, items in planned.items()
    }


def pressure(size_bytes: int, limits: Limits, *, free_bytes: int) -> Pressure:
    """Return how close a folder of this size is to its limits."""
    if free_bytes < limits.least_free_bytes:
        return Pressure.FULL
    share = size_bytes / max(limits.limit_bytes, 1)
    if share >= 1:
        return Pressure.CRITICAL
    return Pressure.WARNING if share >= WARNING_SHARE else Pressure.CALM


def sizes_by_namespace(items: Sequence[Item]) -> dict[str, int]:
    """Return how many bytes each namespace takes."""
    sizes = Counter[str]()
    for item in items:
        sizes[item.namespace] += item.size_bytes
    return dict(sizes)


def _reason(item: Item, known: Mapping[str, Worth], moment: float) -> Removal | None:
    if item.is_half_written:
        return _left_over(item, moment, _HALF_WRITTEN_SECONDS)
    if item.is_body:
        return _left_over(item, moment, _UNNAMED_SECONDS)
    namespace = namespaces.get(item.namespace)
    if namespace is None:
        # Of a namespace that is no more, or put here by somebody else.
        return Removal.STRAY
    if item.dead_at <= moment:
        return Removal.EXPIRED
    asked_at = known[item.address].at if item.address in known else 0.0
    unused_seconds = moment - max(item.written_at, asked_at)
    is_unused = unused_seconds > namespace.keeps_unused.total_seconds()
    return Removal.UNUSED if is_unused else None


def _left_over(item: Item, moment: float, seconds: float) -> Removal | None:
    return Removal.LEFTOVER if moment - item.written_at > seconds else None


def _evicted(
    staying: Sequence[Item], known: Mapping[str, Worth], missing: int, moment: float
) -> list[Item]:
    by_address = {item.address: item for item in staying if item.is_entry}
    candidates = _candidates(by_address.values(), known, moment)
    return [by_address[each.address] for each in victims(candidates, bytes_to_free=missing)]


def _candidates(
    items: Iterable[Item], known: Mapping[str, Worth], moment: float
) -> Iterator[Candidate]:
    for item in items:
        worth = known.get(item.address)
        yield Candidate(
            address=item.address,
            size_bytes=item.size_bytes,
            cost_seconds=_cost(item.path),
            score=worth.score_at(moment) if worth else 0.0,
            age_seconds=moment - item.written_at,
        )


def _cost(path: Path) -> float:
    try:
        with path.open("rb") as file:
            return cost_of(file.read(_BEGINNING_BYTES))
    except OSError:
        return 0.0


def _removed(items: Sequence[Item]) -> Removed:
    files = size = 0
    for item in items:
        try:
            item.path.unlink()
            if item.body_path:
                item.body_path.unlink()
        except FileNotFoundError:
            continue
        files, size = files + 1, size + item.size_bytes
    return Removed(files=files, size_bytes=size)
