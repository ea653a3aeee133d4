"""The local disk: full, torn, emptied, or left in the middle."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.storages import disk as disk_module
from apps.files.types import Part, Storage
from tests.apps.files.storages.test_contract import LONG, NAME, OTHER, content_of, names_of, put

_WRITER = """
import django; django.setup()
from apps.files.storages import storage_named
class Source:
    def read(self, size=-1):
        print("asked", flush=True)
        return b"x" * 300_000 if not input() else b""
storage_named("local").put("content/ab/abc", Source())
"""


@contextmanager
def disk_with_room_for(size_bytes: int) -> Iterator[None]:
    """Let files of this process grow to so many bytes and no further."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk_is_told_and_nothing_is_left_of_what_it_did_not_take(disk: Storage) -> None:
    put(disk, NAME, b"first")
    put(disk, "incoming/one", LONG[:3000])

    with disk_with_room_for(100_000):
        with pytest.raises(StorageUnavailable):
            put(disk, NAME, LONG)
        with pytest.raises(StorageUnavailable):
            disk.append("incoming/two", LONG, at=0)
    with disk_with_room_for(1000), pytest.raises(StorageUnavailable):
        disk.compose([Part(object_name="incoming/one", size_bytes=3000)], OTHER)

    assert content_of(disk, NAME) == b"first"
    assert names_of(disk, "content/") == {NAME}


def test_file_that_was_cut_is_never_taken_for_the_whole(disk: Storage, files_root: Path) -> None:
    put(disk, NAME, LONG)
    os.truncate(files_root / NAME, 300_000)

    with pytest.raises(StorageUnavailable):
        b"".join(disk.read(NAME, end=len(LONG)))


def test_file_that_is_cut_while_it_is_read_is_told(disk: Storage, files_root: Path) -> None:
    put(disk, NAME, LONG)
    steps = disk.read(NAME)
    next(steps)
    os.truncate(files_root / NAME, 300_000)

    with pytest.raises(StorageUnavailable):
        b"".join(steps)


def test_place_that_is_no_folder_is_told(disk: Storage, files_root: Path) -> None:
    files_root.write_text("not a folder")

    with pytest.raises(StorageUnavailable):
        put(disk, NAME, b"content")
    with pytest.raises(StorageUnavailable):
        disk.check()


def test_emptied_folder_has_nothing_and_is_used_again(disk: Storage, files_root: Path) -> None:
    put(disk, NAME, b"content")
    (files_root / NAME).unlink()
    for folder in ("content/ab", "content"):
        (files_root / folder).rmdir()

    with pytest.raises(ObjectMissing):
        content_of(disk, NAME)
    put(disk, OTHER, b"content")
    assert names_of(disk, "") == {OTHER}


def test_folders_go_with_the_last_of_their_files(disk: Storage, files_root: Path) -> None:
    put(disk, NAME, b"content")
    put(disk, OTHER, b"content")

    disk.delete([NAME])

    assert not (files_root / NAME).parent.exists()
    assert (files_root / OTHER).exists()


def test_nobody_else_on_the_host_may_read_files(disk: Storage, files_root: Path) -> None:
    put(disk, NAME, b"content")

    assert (files_root / NAME).stat().st_mode & 0o007 == 0
    assert files_root.stat().st_mode & 0o007 == 0


def test_killed_writer_leaves_what_was_there_and_a_piece_that_a_sweep_finds(
    disk: Storage, files_root: Path
) -> None:
    put(disk, NAME, b"first")
    told = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FILES_ROOT": str(files_root),
    }
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER],
        cwd=django_settings.BASE_DIR,
        env=told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for _ in range(2):
            assert writer.stdout.readline() == "asked\n"
            writer.stdin.write("\n")
            writer.stdin.flush()
        assert writer.stdout.readline() == "asked\n"
        writer.kill()
        writer.wait()

    assert content_of(disk, NAME) == b"first"
    (left,) = names_of(disk, "incoming/")
    disk.delete([left])
    assert names_of(disk, "") == {NAME}


def test_file_system_that_cannot_copy_by_itself_is_helped(
    disk: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(next(iter(disk_module._CANNOT_COPY)), "cannot")

    put(disk, "incoming/one", LONG)
    put(disk, "incoming/two", b"the end")
    monkeypatch.setattr(os, "copy_file_range", refuse)

    disk.compose(
        [
            Part(object_name="incoming/one", size_bytes=400_000),
            Part(object_name="incoming/two", size_bytes=7),
        ],
        NAME,
    )

    assert content_of(disk, NAME) == LONG[:400_000] + b"the end"


def test_object_lies_where_nginx_finds_it(disk: Storage, files_root: Path) -> None:
    disk.put(NAME, BytesIO(b"content"))

    assert disk.local_path(NAME) == files_root / NAME
    assert (files_root / NAME).read_bytes() == b"content"
