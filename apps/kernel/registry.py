"""Typed registries: how guests plug into a host without the host knowing them."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything that can be registered: it has a name."""

    @property
    def name(self) -> str:
        """The name it is found by."""


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """A set of named objects of one kind, filled by ``plugs`` modules at start-up."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> T:
        """Add an entry; raises ValueError where the name is taken."""
        if entry.name in self._entries:
            raise ValueError(f"A {self._kind} named {entry.name!r} is already registered.")
        self._entries[entry.name] = entry
        return entry

    def get(self, name: str) -> T | None:
        """Return the entry of that name, or None."""
        return self._entries.get(name)

    def __iter__(self) -> Iterator[T]:
        """Walk the entries in order of their names."""
        return iter(sorted(self._entries.values(), key=lambda entry: entry.name))

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)
