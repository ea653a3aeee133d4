"""The words of caching: layers, what was remembered, how layers and their storage fare."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from django.db.models import TextChoices

T = TypeVar("T")


class LayerName(StrEnum):
    """Where entries are kept, from the fastest to the most lasting."""

    MEMORY = "memory"
    REDIS = "redis"
    FILES = "files"


class Scope(TextChoices):
    """Which entries an invalidation meets."""

    KEY = "key", "One key"
    # Shell-style wildcards, matched against whole keys.
    PATTERN = "pattern", "Keys like a pattern"
    # Tags belong to all namespaces.
    TAG = "tag", "A tag"
    ALL = "all", "A whole namespace"


@dataclass(frozen=True, kw_only=True)
class Remembered(Generic[T]):
    """An answer, and how far it can be trusted."""

    value: T
    # Its time is over, or nobody knows whether it was forgotten.
    is_stale: bool
    age_seconds: float
    # None where it was made for this call.
    layer: LayerName | None


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """Bytes that a server in front can send by itself, and how far they can be trusted.

    They may be swept away before it does: it must then ask for the whole answer again.
    """

    path: Path
    # Below the folder of entries, with "/"; what nginx is told (`X-Accel-Redirect`).
    name: str
    size_bytes: int
    # As `Remembered`.
    is_stale: bool
    age_seconds: float


@dataclass(frozen=True, kw_only=True)
class LayerState:
    """How a layer is filled now, as this process sees it."""

    name: LayerName
    entries: int
    size_bytes: int
    limit_bytes: int
    # It failed a moment ago and is left alone.
    is_resting: bool = False

    @property
    def share(self) -> float:
        """How much of its limit is used, from 0 to 1 and beyond."""
        return self.size_bytes / self.limit_bytes if self.limit_bytes else 1.0


class Pressure(StrEnum):
    """How close the folder of files is to its limits."""

    CALM = "calm"
    # Above 80 % of its limit.
    WARNING = "warning"
    # At its limit: entries are evicted.
    CRITICAL = "critical"
    # The disk has less space left than it must have: nothing is written.
    FULL = "full"


class Removal(StrEnum):
    """Why a file was, or would be, removed."""

    EXPIRED = "expired"
    UNUSED = "unused"
    LEFTOVER = "leftover"
    STRAY = "stray"
    EVICTED = "evicted"


@dataclass(frozen=True, kw_only=True)
class Removed:
    """How much was removed for one reason."""

    files: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Storage:
    """What a sweep of the folder found and did."""

    at: datetime
    pressure: Pressure
    entries: int
    size_bytes: int
    limit_bytes: int
    free_bytes: int
    by_namespace: Mapping[str, int]
    removed: Mapping[Removal, Removed]


@dataclass(frozen=True, kw_only=True)
class Popular:
    """A key that is asked for often."""

    namespace: str
    key: str
    # Hits, each worth half after six hours.
    score: float
