"""Files that outlast a power cut: written beside, synced, renamed, and their folders synced."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

# Readable to the group, so that nginx may send files; to nobody else.
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750
_COPY_BYTES = 8 * 1024 * 1024
# The kernel or the file system cannot copy by itself.
_CANNOT_COPY = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP}


Made = TypeVar("Made")


@contextmanager
def writing_whole(path: Path, half: Path) -> Iterator[int]:
    """Give a descriptor whose file takes its place once the block ends, or goes if it fails."""
    descriptor = _open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        rename(half, path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def rename(source: Path, target: Path) -> None:
    """Give a file another name, making its folder; raises FileNotFoundError where it is absent."""
    _in_folder(target.parent, lambda: source.replace(target))
    sync_folder(target.parent)


def open_growing(path: Path) -> int:
    """Return a descriptor of a file that may be written to, making it and its folder."""
    return _open(path, os.O_RDWR | os.O_CREAT)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlast a power cut."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Write down which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def tidy_away(folder: Path, root: Path) -> None:
    """Remove a folder and those above it, up to the root, as far as they are empty."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def write_all(descriptor: int, content: bytes, *, at: int | None = None) -> None:
    """Write all of it, at a place or where the descriptor stands."""
    rest = memoryview(content)
    while rest:
        written = os.write(descriptor, rest) if at is None else os.pwrite(descriptor, rest, at)
        rest = rest[written:]
        at = None if at is None else at + written


def copy(source: int, target: int, size_bytes: int) -> int:
    """Copy the first bytes of a file to where the other stands; return how many there were.

    The file system does it by itself, and shares the blocks, where it can.
    """
    copied = 0
    while copied < size_bytes:
        step = _copy_some(source, target, min(size_bytes - copied, _COPY_BYTES), at=copied)
        if not step:
            break
        copied += step
    return copied


def _copy_some(source: int, target: int, count: int, *, at: int) -> int:
    try:
        return os.copy_file_range(source, target, count, offset_src=at)
    except OSError as error:
        if error.errno not in _CANNOT_COPY:
            raise
    content = os.pread(source, count, at)
    write_all(target, content)
    return len(content)


def _open(path: Path, flags: int) -> int:
    return _in_folder(path.parent, lambda: os.open(path, flags, _FILE_MODE))


def _in_folder(folder: Path, act: Callable[[], Made]) -> Made:
    """Act in a folder that others tidy away while it is empty."""
    while True:
        try:
            make_folder(folder)
            return act()
        except FileNotFoundError:
            if folder.exists():
                raise
