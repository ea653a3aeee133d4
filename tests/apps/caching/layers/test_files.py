"""Files keep entries of any size; what is torn, deleted or cannot be written harms nobody."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from apps.caching.entries import Form
from apps.caching.layers import files as files_layer
from apps.caching.layers.files import Files
from tests.apps.caching.samples import STRICT, entry

ADDRESS = "ab" + "0" * 62


@pytest.fixture
def kept(folder: Path) -> Files:
    return Files(folder, least_free_bytes=0)


def file_of(kept: Files) -> Path:
    return kept.entries_folder / STRICT.name / "ab" / ADDRESS


def test_entry_is_there_for_another_process_and_after_a_restart(kept: Files) -> None:
    written = entry(body=b"x" * 200_000)

    kept.put(ADDRESS, written)

    assert Files(kept.folder, least_free_bytes=0).get(STRICT.name, ADDRESS) == written


def test_file_tells_when_its_entry_dies(kept: Files) -> None:
    written = entry(lives=600)

    kept.put(ADDRESS, written)

    assert file_of(kept).stat().st_mtime == pytest.approx(written.dead_at, abs=0.001)


def test_absence_is_not_worth_a_file(kept: Files) -> None:
    assert kept.takes(entry(body=b"x" * 10**6))
    assert not kept.takes(entry(form=Form.ABSENT))


@pytest.mark.parametrize("damage", ["torn", "emptied", "changed"])
def test_damaged_file_is_a_miss_and_goes(kept: Files, damage: str) -> None:
    kept.put(ADDRESS, entry(body=b"x" * 10_000))
    whole = file_of(kept).read_bytes()
    damaged = {"torn": whole[:5000], "emptied": b"", "changed": whole[:-1] + b"y"}
    file_of(kept).write_bytes(damaged[damage])

    assert kept.get(STRICT.name, ADDRESS) is None
    assert not file_of(kept).exists()


def test_deleted_folder_comes_back_with_the_next_entry(kept: Files) -> None:
    kept.put(ADDRESS, entry())
    shutil.rmtree(kept.folder)

    assert kept.get(STRICT.name, ADDRESS) is None
    kept.put(ADDRESS, entry())

    assert kept.get(STRICT.name, ADDRESS) is not None
    assert not kept.is_resting


def test_full_disk_is_not_written_to_for_a_while(
    kept: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def full(*_: object, **__: object) -> None:
        tried.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files_layer, "write_whole", full)
    for _ in range(10):
        kept.put(ADDRESS, entry())

    assert len(tried) == 1
    assert kept.is_resting
    assert kept.get(STRICT.name, ADDRESS) is None


def test_disk_keeps_the_space_it_must_have(folder: Path) -> None:
    kept = Files(folder, least_free_bytes=10**18)

    kept.put(ADDRESS, entry())

    assert kept.get(STRICT.name, ADDRESS) is None
    assert kept.is_resting


def test_folder_that_cannot_be_read_is_a_miss(kept: Files) -> None:
    kept.entries_folder.parent.mkdir(parents=True)
    kept.entries_folder.write_text("in the way")

    assert kept.get(STRICT.name, ADDRESS) is None
    kept.put(ADDRESS, entry())
    kept.delete(STRICT.name, ADDRESS)
    kept.clear(STRICT.name)

    assert kept.is_resting


def test_namespace_is_cleared_and_no_other(kept: Files) -> None:
    kept.put(ADDRESS, entry())
    kept.put(ADDRESS, entry(namespace="sample.other"))

    kept.clear("sample.unknown")
    kept.clear(STRICT.name)

    assert kept.get(STRICT.name, ADDRESS) is None
    assert kept.get("sample.other", ADDRESS) is not None
    assert [path.name for path in kept.folder.iterdir()] == ["entries"]


def test_what_was_cleared_by_who_died_over_it_is_removed(kept: Files) -> None:
    (kept.folder / "trash" / "1").mkdir(parents=True)

    kept.empty_trash()

    assert not list(kept.folder.iterdir())


def test_it_counts_what_it_has_written(kept: Files) -> None:
    kept.put(ADDRESS, entry(body=b"x" * 10_000))

    assert kept.written_bytes == file_of(kept).stat().st_size
