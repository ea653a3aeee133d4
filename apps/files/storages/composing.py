"""Which pieces an object is composed of where pieces, but for the last, must not be small."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.files.types import Part

# What S3 asks of all pieces of an object but its last.
LEAST_PIECE_BYTES = 5 * 1024 * 1024
# What a storage copies in one call, and answers in time.
MOST_COPIED_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Slice:
    """Some bytes of an object."""

    object_name: str
    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many they are."""
        return self.end - self.start


# One slice is copied by the storage; several are read, and written together.
Piece = tuple[Slice, ...]


def pieces_of(parts: Sequence[Part]) -> Iterator[Piece]:
    """Yield the pieces; those of several slices have less than twice LEAST_PIECE_BYTES."""
    small: list[Slice] = []
    for part in parts:
        start = _needed(small, part)
        if start:
            small.append(Slice(part.object_name, 0, start))
        if _size(small) >= LEAST_PIECE_BYTES:
            yield tuple(small)
            small = []
        if start < part.size_bytes:
            yield from _copies(part, start)
    if small:
        yield tuple(small)


def _needed(small: list[Slice], part: Part) -> int:
    """Return how many bytes of a part go with the small slices before it."""
    needed = max(LEAST_PIECE_BYTES - _size(small), 0) if small else 0
    rest = part.size_bytes - needed
    return part.size_bytes if rest < LEAST_PIECE_BYTES else needed


def _copies(part: Part, start: int) -> Iterator[Piece]:
    rest = part.size_bytes - start
    count = -(-rest // MOST_COPIED_BYTES)
    for number in range(count):
        yield (
            Slice(
                part.object_name,
                start + rest * number // count,
                start + rest * (number + 1) // count,
            ),
        )


def _size(slices: list[Slice]) -> int:
    return sum(each.size_bytes for each in slices)
