"""Memory: the entries that were used last, up to so many bytes; of one process, for its threads.

Why not cachetools: decision 0017.
"""

import threading
from collections import OrderedDict

from apps.caching import metrics
from apps.caching.entries import Entry
from apps.caching.types import LayerName, LayerState

# One entry may take this part of the whole; a larger one would drive out too many others.
_LARGEST_PART = 8


class Memory:
    """An LRU bounded by bytes."""

    name = LayerName.MEMORY

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._size = 0

    def get(self, namespace: str, address: str) -> Entry | None:
        """Return the entry at an address, which counts as used now."""
        with self._lock:
            entry = self._entries.get(address)
            if entry is not None:
                self._entries.move_to_end(address)
            return entry

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry leaves room for others."""
        return entry.size_bytes <= self._limit // _LARGEST_PART

    def put(self, address: str, entry: Entry) -> None:
        """Keep an entry; what was used longest ago goes for it."""
        with self._lock:
            self._remove(address)
            self._entries[address] = entry
            self._size += entry.size_bytes
            metrics.MEMORY_BYTES.inc(entry.size_bytes)
            while self._size > self._limit:
                self._remove(next(iter(self._entries)))
                metrics.EVICTIONS.labels(self.name).inc()

    def delete(self, namespace: str, address: str) -> None:
        """Let go of an entry, if it is there."""
        with self._lock:
            self._remove(address)

    def clear(self, namespace: str) -> None:
        """Let go of all entries of a namespace."""
        with self._lock:
            gone = [at for at, entry in self._entries.items() if entry.namespace == namespace]
            for address in gone:
                self._remove(address)

    def state(self) -> LayerState:
        """Return how full it is in this process."""
        return LayerState(
            name=self.name,
            entries=len(self._entries),
            size_bytes=self._size,
            limit_bytes=self._limit,
        )

    def _remove(self, address: str) -> None:
        entry = self._entries.pop(address, None)
        if entry is not None:
            self._size -= entry.size_bytes
            metrics.MEMORY_BYTES.dec(entry.size_bytes)
