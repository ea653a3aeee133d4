"""Objects as files below FILES_ROOT, on this host or on a file system that all hosts share."""

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from apps.files.errors import StorageUnavailable
from apps.files.names import INCOMING, checked_name
from apps.files.storages import disk
from apps.files.storages.dialect import Dialect, Failure
from apps.files.storages.steps import STEP_BYTES, steps_of
from apps.files.types import ByteSource, Part, SignedRequest, StoredObject
from apps.kernel.ids import new_id_text


class LocalStorage:
    """Files; what a process that was killed left half-written has a name under `incoming/`."""

    name = "local"
    can_append = True
    least_part_bytes = 1

    def __init__(self) -> None:
        self._dialect = Dialect(self.name, (OSError,), _meaning)

    def put(self, name: str, source: ByteSource, *, content_type: str = "") -> int:
        """See `types.Storage`; a file has no content type."""
        size_bytes = 0
        with self._dialect.asking("put"), self._writing(name) as target:
            for step in steps_of(source):
                disk.write_all(target, step)
                size_bytes += len(step)
        return size_bytes

    def append(self, name: str, content: bytes, *, at: int) -> None:
        """See `types.Storage`; `sync` makes it outlast a power cut."""
        with self._dialect.asking("append"):
            target = disk.open_growing(self._path(name))
            try:
                if at > os.fstat(target).st_size:
                    raise ValueError(f"{name} ends before {at}.")
                disk.write_all(target, content, at=at)
            finally:
                os.close(target)

    def sync(self, name: str) -> None:
        """See `types.Storage`."""
        path = self._path(name)
        with self._dialect.asking("sync"):
            with path.open("rb") as file:
                os.fdatasync(file.fileno())
            disk.sync_folder(path.parent)

    def read(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `types.Storage`."""
        return self._dialect.following("read", _steps(self._path(name), start, end))

    def size(self, name: str) -> int:
        """See `types.Storage`."""
        with self._dialect.asking("size"):
            return self._path(name).stat().st_size

    def compose(self, parts: Sequence[Part], target: str) -> None:
        """See `types.Storage`."""
        with self._dialect.asking("compose"), self._writing(target) as whole:
            for part in parts:
                with self._path(part.object_name).open("rb") as file:
                    copied = disk.copy(file.fileno(), whole, part.size_bytes)
                if copied < part.size_bytes:
                    raise StorageUnavailable("A part is shorter than what was written to it.")

    def move(self, source: str, target: str) -> None:
        """See `types.Storage`."""
        with self._dialect.asking("move"):
            try:
                disk.rename(self._path(source), self._path(target))
            except FileNotFoundError:
                if not self._path(target).exists():
                    raise
            disk.tidy_away(self._path(source).parent, self._root)

    def delete(self, names: Sequence[str]) -> None:
        """See `types.Storage`."""
        with self._dialect.asking("delete"):
            for path in map(self._path, names):
                with suppress(FileNotFoundError):
                    path.unlink()
                disk.tidy_away(path.parent, self._root)

    def names(self, prefix: str) -> Iterator[StoredObject]:
        """See `types.Storage`."""
        return self._dialect.following("names", self._names(prefix))

    def local_path(self, name: str) -> Path | None:
        """See `types.Storage`; it need not be there."""
        return self._path(name)

    def signed_get(
        self, name: str, *, seconds: int, content_type: str, disposition: str
    ) -> str | None:
        """Return None: our own endpoints stand in."""
        return None

    def signed_put(
        self, name: str, *, seconds: int, size_bytes: int, content_type: str
    ) -> SignedRequest | None:
        """Return None: our own endpoints stand in."""
        return None

    def check(self) -> None:
        """See `types.Storage`; a file is written, synced and removed."""
        name = _half_name()
        with self._dialect.asking("check"):
            with self._writing(name) as target:
                disk.write_all(target, b"written to see whether it can be")
            self._path(name).unlink()

    @property
    def _root(self) -> Path:
        root: Path = settings.FILES_ROOT
        return root

    def _path(self, name: str) -> Path:
        return self._root / checked_name(name)

    @contextmanager
    def _writing(self, name: str) -> Iterator[int]:
        with disk.writing_whole(self._path(name), self._path(_half_name())) as target:
            yield target

    def _names(self, prefix: str) -> Generator[StoredObject]:
        folder = prefix.rpartition("/")[0]
        for path in _files_below(self._path(folder) if folder else self._root):
            name = str(path.relative_to(self._root))
            if name.startswith(prefix):
                # Others go on removing files while these are told.
                with suppress(FileNotFoundError):
                    yield _stored(name, path.stat())


def _steps(path: Path, start: int, end: int | None) -> Generator[bytes]:
    with path.open("rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        rest = (size_bytes if end is None else end) - start
        if start + rest > size_bytes:
            raise StorageUnavailable("A file is shorter than it should be.")
        file.seek(start)
        while rest > 0:
            step = file.read(min(rest, STEP_BYTES))
            if not step:
                raise StorageUnavailable("A file became shorter while it was read.")
            rest -= len(step)
            yield step


def _files_below(folder: Path) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(Path(entry.path))
        else:
            yield Path(entry.path)


def _stored(name: str, about: os.stat_result) -> StoredObject:
    changed_at = datetime.fromtimestamp(about.st_mtime, UTC)
    return StoredObject(name=name, size_bytes=about.st_size, changed_at=changed_at)


def _meaning(error: Exception) -> Failure:
    return Failure.ABSENT if isinstance(error, FileNotFoundError) else Failure.REFUSED


def _half_name() -> str:
    return f"{INCOMING}half-{new_id_text()}"
