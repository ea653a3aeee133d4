"""The layers of one process, one above the other: looked through from above, filled from below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from django.conf import settings

from apps.caching import metrics
from apps.caching.entries import Age, Entry
from apps.caching.layers.files import Files
from apps.caching.layers.memory import Memory
from apps.caching.layers.redis import Redis
from apps.caching.ledger import ledger
from apps.caching.popularity import Tally
from apps.caching.ports import Namespace
from apps.caching.types import LayerName
from apps.kernel import clock


class Layer(Protocol):
    """Keeps entries, or loses them; never raises."""

    @property
    def name(self) -> LayerName:
        """Which one it is."""

    def get(self, namespace: str, address: str) -> Entry | None:
        """Return the entry at an address, however old."""

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is for this layer."""

    def put(self, address: str, entry: Entry) -> None:
        """Keep an entry that it takes."""

    def delete(self, namespace: str, address: str) -> None:
        """Let go of an entry."""

    def clear(self, namespace: str) -> None:
        """Let go of all entries of a namespace."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry that counts, what may be done with it, and where it was."""

    entry: Entry
    age: Age
    # None where it was just made.
    layer: LayerName | None

    @property
    def is_over(self) -> bool:
        """Tell whether its time is over; what is merely in doubt is not made anew for that."""
        return self.age is not Age.FRESH and self.entry.fresh_until <= clock.now().timestamp()


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """An entry that counts, and where its bytes lie."""

    found: Found
    path: Path


class Stack:
    """Memory above Redis above files."""

    def __init__(self, memory: Memory, redis: Redis, files: Files) -> None:
        self.memory, self.redis, self.files = memory, redis, files
        self.tally = Tally()

    def find(self, namespace: Namespace, key: str, *, is_counted: bool = True) -> Found | None:
        """Return a fresh entry from the uppermost layer that has one, else the latest that counts.

        A layer below may hold what another process has made since.
        """
        address = address_of(namespace.name, key)
        latest: Found | None = None
        above: list[Layer] = []
        for layer in self._of(namespace):
            found = self._look(layer, namespace, key, address)
            if is_counted:
                _count(layer.name, namespace.name, found)
            if found and found.age is Age.FRESH:
                _fill(above, address, found.entry)
                return found
            if found and (latest is None or found.entry.made_at > latest.entry.made_at):
                latest = found
            above.append(layer)
        return latest

    def find_file(self, namespace: Namespace, key: str) -> FoundFile | None:
        """Return where the bytes under a key lie on this host, by the same rules as `find`.

        Only of what is fresh or stale, and lies in a file of its own.
        """
        if LayerName.FILES not in namespace.layers:
            return None
        address = address_of(namespace.name, key)
        entry = self.files.head(namespace.name, address)
        found = self._judged(self.files, namespace, key, entry) if entry else None
        is_served = found is not None and found.age is not Age.RESERVE
        _count(LayerName.FILES, namespace.name, found)
        if found is None or not is_served:
            return None
        return FoundFile(found=found, path=self.files.body_path(found.entry, address))

    def put(self, namespace: Namespace, entry: Entry) -> None:
        """Keep an entry in every layer of its namespace that takes it, and none before it."""
        address, layers = address_of(entry.namespace, entry.key), self._of(namespace)
        _fill(layers, address, entry)
        for layer in layers:
            if not layer.takes(entry):
                layer.delete(entry.namespace, address)

    def used(self, namespace: Namespace, key: str, *, times: int = 1) -> None:
        """Note that somebody asked for a key."""
        self.tally.count(address_of(namespace.name, key), namespace.name, key, times=times)

    def clear(self, namespace: str) -> None:
        """Let go of all entries of a namespace, here and in what is shared."""
        for layer in (self.memory, self.redis, self.files):
            layer.clear(namespace)

    def _of(self, namespace: Namespace) -> Sequence[Layer]:
        every: tuple[Layer, ...] = (self.memory, self.redis, self.files)
        return [layer for layer in every if layer.name in namespace.layers]

    def _look(self, layer: Layer, namespace: Namespace, key: str, address: str) -> Found | None:
        entry = layer.get(namespace.name, address)
        return self._judged(layer, namespace, key, entry) if entry else None

    def _judged(self, layer: Layer, namespace: Namespace, key: str, entry: Entry) -> Found | None:
        """Return what may be done with an entry of a layer; what counts no more is let go of."""
        address = address_of(namespace.name, key)
        age = entry.age(clock.now().timestamp())
        is_ours = (entry.namespace, entry.key) == (namespace.name, key)
        if not is_ours or age is Age.DEAD or ledger.has_forgotten(entry):
            layer.delete(namespace.name, address)
            return None
        if age is Age.FRESH and not ledger.is_trusted():
            # Nobody knows whether it was forgotten.
            if not namespace.allows_stale:
                return None
            age = Age.STALE
        return Found(entry=entry, age=age, layer=layer.name)


def stack() -> Stack:
    """Return the layers of this process."""
    return _stack(
        settings.CACHING_DIR,
        settings.CACHING_MEMORY_BYTES,
        settings.CACHING_REDIS_BYTES,
        settings.CACHING_LEAST_FREE_BYTES,
    )


def forget_here() -> None:
    """Forget what this process has in memory, as one that has just started."""
    _stack.cache_clear()


def address_of(namespace: str, key: str) -> str:
    """Return where an entry is kept: any key becomes a name that every layer can bear."""
    return sha256(f"{namespace}\0{key}".encode()).hexdigest()


@lru_cache(maxsize=8)
def _stack(folder: Path, memory_bytes: int, redis_bytes: int, least_free_bytes: int) -> Stack:
    return Stack(
        Memory(memory_bytes),
        Redis(redis_bytes),
        Files(folder, least_free_bytes=least_free_bytes),
    )


def _fill(layers: Iterable[Layer], address: str, entry: Entry) -> None:
    for layer in layers:
        if layer.takes(entry):
            layer.put(address, entry)


def _count(layer: LayerName, namespace: str, found: Found | None) -> None:
    is_hit = found is not None and found.age is Age.FRESH
    (metrics.HITS if is_hit else metrics.MISSES).labels(layer, namespace).inc()
