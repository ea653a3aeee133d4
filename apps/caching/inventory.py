"""What lies in the folder of files, told by names and times without opening a file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from apps.caching.whole_files import HALF_WRITTEN

# An address: 64 letters of a SHA-256.
_ADDRESS_LETTERS = 64


@dataclass(frozen=True, kw_only=True)
class Item:
    """One file below the folder."""

    path: Path
    # Empty for what is no entry.
    namespace: str
    address: str
    size_bytes: int
    # Seconds since 1970.
    dead_at: float
    written_at: float

    @property
    def is_half_written(self) -> bool:
        """Tell whether it was never finished, or is not yet."""
        return self.path.name.endswith(HALF_WRITTEN)

    @property
    def is_entry(self) -> bool:
        """Tell whether it stands where an entry would, under its name."""
        return bool(self.namespace)


def items(folder: Path) -> Iterator[Item]:
    """Return every file below a folder of entries; those that go meanwhile are left out."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            try:
                yield _item(path, folder)
            except FileNotFoundError:
                continue


def _item(path: Path, folder: Path) -> Item:
    told = path.stat(follow_symlinks=False)
    parts = path.relative_to(folder).parts
    is_entry = (
        len(parts) == 3 and len(parts[2]) == _ADDRESS_LETTERS and parts[2].startswith(parts[1])
    )
    return Item(
        path=path,
        namespace=parts[0] if is_entry else "",
        address=parts[2] if is_entry else "",
        # Whole blocks, which is what the disk has less of.
        size_bytes=max(told.st_size, told.st_blocks * 512),
        dead_at=told.st_mtime,
        written_at=told.st_ctime,
    )
