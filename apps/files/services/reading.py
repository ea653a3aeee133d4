"""Reading what is served, in steps: no more than one of them is in memory."""

from collections.abc import Iterator

import structlog

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.storages import storage_named
from apps.files.types import Content

log = structlog.get_logger("files")


def read_content(content: Content, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Return the bytes from ``start`` up to, not including, ``end``; all that follow without one.

    The first of them is read at once, so that what cannot be read fails before anything is
    answered. Raises StorageUnavailable, also where the object is gone: the sweep reports that.
    """
    storage = storage_named(content.storage)
    steps = storage.read(content.object_name, start=start, end=end)
    try:
        first = next(steps, b"")
    except ObjectMissing:
        log.exception("object.missing", object=content.object_name, storage=content.storage)
        raise StorageUnavailable("The bytes of this file cannot be read at the moment.") from None
    return _whole(first, steps)


def _whole(first: bytes, steps: Iterator[bytes]) -> Iterator[bytes]:
    # Closed with the answer, so is what the storage holds open.
    yield first
    yield from steps
