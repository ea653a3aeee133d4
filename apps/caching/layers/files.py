"""Files: entries of any size, shared by the processes of a host, there again after a restart.

``<folder>/entries/<namespace>/<first two letters>/<address>``, a file's time of change being the
moment its entry dies, so that sweeps need not read it. Large bytes lie beside it (`bodies`). Not
synced: what a power cut tears has a wrong checksum, and is made again.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from apps.caching import metrics
from apps.caching.entries import CorruptEntry, Entry, Form, packed, unpacked
from apps.caching.layers.bodies import body_of, is_large, joined, parted
from apps.caching.types import LayerName
from apps.caching.whole_files import write_whole
from apps.kernel.ids import new_id_text
from apps.resilience.services import Breaker

log = structlog.get_logger("caching")

_REST_SECONDS = 5.0
_ABSENT = (FileNotFoundError, NotADirectoryError)


class Files:
    """Entries in a folder, within the space that the disk must have left."""

    name = LayerName.FILES

    def __init__(self, folder: Path, *, least_free_bytes: int) -> None:
        self.folder = folder
        self._least_free = least_free_bytes
        self._breaker = Breaker(failures=1, rest_seconds=_REST_SECONDS)
        # Since the process started; the keeper sweeps early where this grows fast.
        self.written_bytes = 0

    @property
    def entries_folder(self) -> Path:
        """Where all entries are."""
        return self.folder / "entries"

    @property
    def _trash(self) -> Path:
        return self.folder / "trash"

    @property
    def is_resting(self) -> bool:
        """Tell whether writing failed a moment ago."""
        return self._breaker.is_resting

    def get(self, namespace: str, address: str) -> Entry | None:
        """Return the entry at an address; None where there is none or it cannot be read."""
        path = self._path(namespace, address)
        return self._read(namespace, address, lambda: _whole(path))

    def head(self, namespace: str, address: str) -> Entry | None:
        """Return an entry without its bytes, where those lie apart and are all there; else None."""
        path = self._path(namespace, address)
        return self._read(namespace, address, lambda: _head(path))

    def body_path(self, head: Entry, address: str) -> Path:
        """Return where the bytes of such an entry lie."""
        body = body_of(head)
        assert body is not None
        return body.beside(self._path(head.namespace, address))

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is worth a file; one that tells of an absence is not."""
        return entry.form is not Form.ABSENT

    def put(self, address: str, entry: Entry) -> None:
        """Keep an entry, where the disk has room for it."""
        if not self._breaker.admits():
            return
        try:
            self._write(self._path(entry.namespace, address), entry)
        except FileNotFoundError:
            # Its namespace was cleared, or the folder deleted, at this very moment.
            return
        except OSError as error:
            self._breaker.failed()
            self._failed(error)
        else:
            self._breaker.succeeded()

    def delete(self, namespace: str, address: str) -> None:
        """Let go of an entry, if it is there; of bytes that it no longer names, sweeps do."""
        path = self._path(namespace, address)
        try:
            body = _named_by(path)
            path.unlink(missing_ok=True)
            if body:
                body.unlink(missing_ok=True)
        except OSError as error:
            self._failed(error)

    def clear(self, namespace: str) -> None:
        """Let go of all entries of a namespace: at once out of sight, then file by file."""
        try:
            self._trash.mkdir(parents=True, exist_ok=True)
            with suppress(*_ABSENT):
                (self.entries_folder / namespace).rename(self._trash / new_id_text())
        except OSError as error:
            self._failed(error)
        self.empty_trash()

    def empty_trash(self) -> None:
        """Remove what was cleared; whoever did it may have died before the end."""
        shutil.rmtree(self._trash, ignore_errors=True)

    def free_bytes(self) -> int:
        """Return how much the disk has left for us; raises OSError."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def _read(self, namespace: str, address: str, read: Callable[[], Entry | None]) -> Entry | None:
        try:
            return read()
        except _ABSENT:
            return None
        except CorruptEntry as error:
            log.warning("entry.corrupt", layer=self.name, reason=str(error))
            self.delete(namespace, address)
        except OSError as error:
            self._failed(error)
        return None

    def _write(self, path: Path, entry: Entry) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.free_bytes() - entry.size_bytes < self._least_free:
            raise OSError("The disk has too little space left.")
        written = entry
        if is_large(entry):
            written, body = parted(entry)
            self._write_file(body.beside(path), entry.body, entry)
        self._write_file(path, packed(written), entry)

    def _write_file(self, path: Path, content: bytes, entry: Entry) -> None:
        write_whole(path, content, changed_at=entry.dead_at)
        self.written_bytes += len(content)

    def _path(self, namespace: str, address: str) -> Path:
        return self.entries_folder / namespace / address[:2] / address

    def _failed(self, error: OSError) -> None:
        metrics.FAILURES.labels(self.name).inc()
        log.warning("layer.failed", layer=self.name, reason=error.strerror or str(error))


def _whole(path: Path) -> Entry:
    entry = unpacked(path.read_bytes())
    body = body_of(entry)
    if body is None:
        return entry
    try:
        return joined(entry, body, body.beside(path).read_bytes())
    except FileNotFoundError as error:
        raise CorruptEntry("Its bytes are gone.") from error


def _head(path: Path) -> Entry | None:
    entry = unpacked(path.read_bytes())
    body = body_of(entry)
    if body is None:
        return None
    try:
        is_all_there = body.beside(path).stat().st_size == body.size_bytes
    except FileNotFoundError:
        is_all_there = False
    if not is_all_there:
        raise CorruptEntry("Its bytes are gone or torn.")
    return entry


def _named_by(path: Path) -> Path | None:
    """Return the file that an entry names, as far as it can be read."""
    try:
        body = body_of(unpacked(path.read_bytes()))
    except (CorruptEntry, *_ABSENT):
        return None
    return body.beside(path) if body else None
