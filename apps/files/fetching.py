"""Fetching: bytes are read from their storage once, hashed and looked at as they come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

from apps.files.errors import ObjectMissing
from apps.files.sniffing import LOOKED_AT_BYTES, sniffed_type
from apps.files.types import Storage

STEP_BYTES = 256 * 1024


class LengthDiffers(Exception):
    """The storage holds more or fewer bytes than were announced."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """Bytes on this host, and what they are; they are gone with the context."""

    sha256: str
    size_bytes: int
    # As libmagic says of their beginning.
    content_type: str
    file: IO[bytes]
    # Called now and then, so that others see that somebody is at it.
    beat: Callable[[], None]

    def steps(self) -> Iterator[bytes]:
        """Yield the bytes from their beginning."""
        self.file.seek(0)
        while step := self.file.read(STEP_BYTES):
            self.beat()
            yield step

    def whole(self) -> bytes:
        """Return all bytes at once; only for what its purpose keeps small."""
        return b"".join(self.steps())


@contextmanager
def fetched(
    storage: Storage, name: str, *, size_bytes: int, beat: Callable[[], None]
) -> Iterator[Fetched]:
    """Have an object's bytes here, hashed and sniffed, while they are looked through.

    What lies on this host is read where it is; anything else goes into a file without a name, so
    that a killed process leaves nothing. Raises LengthDiffers, ObjectMissing, StorageUnavailable.
    """
    with _here(storage, name, size_bytes=size_bytes, beat=beat) as file:
        digest, first, length = sha256(), b"", 0
        while step := file.read(STEP_BYTES):
            beat()
            digest.update(step)
            length += len(step)
            if len(first) < LOOKED_AT_BYTES:
                first += step
        if length != size_bytes:
            raise LengthDiffers
        yield Fetched(
            sha256=digest.hexdigest(),
            size_bytes=length,
            content_type=sniffed_type(first),
            file=file,
            beat=beat,
        )


@contextmanager
def _here(
    storage: Storage, name: str, *, size_bytes: int, beat: Callable[[], None]
) -> Iterator[IO[bytes]]:
    path = storage.local_path(name)
    if path is not None:
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing(name) from error
        with file:
            yield file
        return
    settings.FILES_SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.FILES_SPOOL_DIR) as spool:
        _spool(storage.read(name), spool, size_bytes=size_bytes, beat=beat)
        yield spool


def _spool(
    content: Iterator[bytes], spool: IO[bytes], *, size_bytes: int, beat: Callable[[], None]
) -> None:
    """Write down what comes, but no more than was announced: that much room was reckoned with."""
    for step in content:
        beat()
        if spool.tell() + len(step) > size_bytes:
            raise LengthDiffers
        spool.write(step)
    spool.seek(0)
