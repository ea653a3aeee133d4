"""What other apps plug in: namespaces to remember in, and ways to make popular keys anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from apps.caching.types import LayerName
from apps.kernel.registry import Registry

# Invalidations older than this meet no entry any more, and are deleted.
LONGEST_LIFE = timedelta(days=30)
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_NOT = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """One kind of things to remember. Keys and tags hold ids, never names of people."""

    # "<app>.<what>".
    name: str
    # For operators.
    title: str
    # Fresh for so long after it was made.
    ttl: timedelta
    # Then served as stale for so long, while one caller makes it anew.
    stale_while_revalidate: timedelta = _NOT
    # Then served as stale for so long where making it anew fails.
    stale_if_error: timedelta = _NOT
    # How long `Absent` is remembered.
    absent_ttl: timedelta = timedelta(seconds=60)
    layers: tuple[LayerName, ...] = tuple(LayerName)
    # Who takes longer is taken for dead, and another one begins.
    makes_within: timedelta = timedelta(seconds=10)
    waits_at_most: timedelta = timedelta(seconds=15)
    # Files that nobody asked for in this time are removed.
    keeps_unused: timedelta = LONGEST_LIFE

    def __post_init__(self) -> None:
        """Refuse names that cannot be folders, and lives too long to be remembered."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no namespace: expected <app>.<what>.")
        if self.ttl + max(self.stale_while_revalidate, self.stale_if_error) > LONGEST_LIFE:
            raise ValueError(f"{self.name} would keep entries for over {LONGEST_LIFE.days} days.")

    @property
    def allows_stale(self) -> bool:
        """Tell whether a marked answer is better than none."""
        return bool(self.stale_while_revalidate or self.stale_if_error)


@dataclass(frozen=True, kw_only=True)
class Warmer:
    """Makes popular keys of one namespace anew, before somebody asks for them."""

    # The namespace's.
    name: str
    # Remembers what belongs to a key, as a request for it would.
    warm: Callable[[str], object]


namespaces: Registry[Namespace] = Registry("namespace of the cache")
warmers: Registry[Warmer] = Registry("warmer of the cache")
