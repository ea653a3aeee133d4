"""What lies in the folder of files, told by names and times without opening a file."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from apps.caching.whole_files import HALF_WRITTEN

# An address: 64 letters of a SHA-256.
_ADDRESS = re.compile(r"[0-9a-f]{64}")
# Bytes of an entry that lie apart (`layers.bodies`).
_BODY = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One file below the folder, with the one that holds its bytes."""

    path: Path
    # Empty for what is no entry.
    namespace: str
    address: str
    # Of both files.
    size_bytes: int
    # Seconds since 1970.
    dead_at: float
    written_at: float
    # Where its bytes lie apart.
    body_path: Path | None = None

    @property
    def is_half_written(self) -> bool:
        """Tell whether it was never finished, or is not yet."""
        return self.path.name.endswith(HALF_WRITTEN)

    @property
    def is_entry(self) -> bool:
        """Tell whether it stands where an entry would, under its name."""
        return bool(self.namespace)

    @property
    def is_body(self) -> bool:
        """Tell whether it holds bytes that no entry names any more, or not yet."""
        return not self.namespace and bool(self.address)


def items(folder: Path) -> Iterator[Item]:
    """Return every file below a folder of entries; those that go meanwhile are left out."""
    for parent, _, names in os.walk(folder):
        yield from _paired(_items(Path(parent), names, folder))


def _items(parent: Path, names: Iterable[str], folder: Path) -> Iterator[Item]:
    for name in names:
        try:
            yield _item(parent / name, folder)
        except FileNotFoundError:
            continue


def _paired(found: Iterable[Item]) -> Iterator[Item]:
    """Put each entry and its bytes together; of two bodies it names the one written last."""
    entries: dict[str, Item] = {}
    bodies: dict[str, Item] = {}
    for item in found:
        if item.is_entry:
            entries[item.address] = item
        elif not item.is_body:
            yield item
        elif item.address not in bodies:
            bodies[item.address] = item
        else:
            older, newer = sorted((bodies[item.address], item), key=lambda each: each.written_at)
            bodies[item.address] = newer
            yield older
    for address, item in entries.items():
        body = bodies.pop(address, None)
        yield _with_body(item, body) if body else item
    yield from bodies.values()


def _with_body(item: Item, body: Item) -> Item:
    return replace(item, body_path=body.path, size_bytes=item.size_bytes + body.size_bytes)


def _item(path: Path, folder: Path) -> Item:
    told = path.stat(follow_symlinks=False)
    parts = path.relative_to(folder).parts
    name = parts[-1]
    is_placed = len(parts) == 3 and name.startswith(parts[1])
    is_entry = is_placed and bool(_ADDRESS.fullmatch(name))
    body = _BODY.fullmatch(name) if is_placed else None
    return Item(
        path=path,
        namespace=parts[0] if is_entry else "",
        address=name if is_entry else body[1] if body else "",
        # Whole blocks, which is what the disk has less of.
        size_bytes=max(told.st_size, told.st_blocks * 512),
        dead_at=told.st_mtime,
        written_at=told.st_ctime,
    )
