"""How the bytes of one request lie down in a storage: in a part that grows, or in whole objects."""

from io import BytesIO
from typing import Protocol

from typing_extensions import override

from apps.files.errors import TooManyParts
from apps.files.models import Upload
from apps.files.names import part_name
from apps.files.types import Part, Storage

# What is lost at most when a process dies, and what an object takes of memory.
PART_BYTES = 8 * 1024 * 1024
# Each request makes one at least, which is an object to be kept, read and removed.
MOST_PARTS = 10_000


def refuse_many_parts(count: int) -> None:
    """Raise TooManyParts where an upload would have more parts than are kept for one."""
    if count > MOST_PARTS:
        raise TooManyParts(f"An upload has at most {MOST_PARTS} parts; send more bytes at once.")


class PartWriter(Protocol):
    """Writes the bytes of one request; none of them count before they are recorded."""

    def write(self, block: bytes) -> None:
        """Take more bytes; raises StorageUnavailable."""

    def written(self) -> list[Part]:
        """Return the parts that lie in the storage by now, in order."""

    def finish(self) -> list[Part]:
        """Write what is left, and return all parts."""


class GrowingPart(PartWriter):
    """One file for all bytes of a request: each is there as soon as it was written."""

    def __init__(self, storage: Storage, upload: Upload, first_number: int) -> None:
        self._storage = storage
        self._name = part_name(upload.public_id, first_number, upload.generation)
        self._size = 0

    @override
    def write(self, block: bytes) -> None:
        self._storage.append(self._name, block, at=self._size)
        self._size += len(block)

    @override
    def written(self) -> list[Part]:
        return [Part(object_name=self._name, size_bytes=self._size)] if self._size else []

    @override
    def finish(self) -> list[Part]:
        return self.written()


class WholeParts(PartWriter):
    """An object for every few MiB: no more of a request than that is ever in memory."""

    def __init__(self, storage: Storage, upload: Upload, first_number: int) -> None:
        self._storage = storage
        self._upload = upload
        self._first_number = first_number
        self._waiting = bytearray()
        self._parts: list[Part] = []

    @override
    def write(self, block: bytes) -> None:
        self._waiting += block
        while len(self._waiting) >= PART_BYTES:
            self._put(PART_BYTES)

    @override
    def written(self) -> list[Part]:
        return list(self._parts)

    @override
    def finish(self) -> list[Part]:
        if self._waiting:
            self._put(len(self._waiting))
        return self.written()

    def _put(self, size: int) -> None:
        number = self._first_number + len(self._parts)
        name = part_name(self._upload.public_id, number, self._upload.generation)
        self._storage.put(name, BytesIO(bytes(self._waiting[:size])))
        del self._waiting[:size]
        self._parts.append(Part(object_name=name, size_bytes=size))


def part_writer(storage: Storage, upload: Upload, *, first_number: int) -> PartWriter:
    """Return a writer of an upload's next parts, as its storage takes them."""
    kind = GrowingPart if storage.can_append else WholeParts
    return kind(storage, upload, first_number)
