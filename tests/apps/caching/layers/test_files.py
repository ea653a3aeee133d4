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


def body_of(kept: Files) -> Path:
    (body,) = file_of(kept).parent.glob(f"{ADDRESS}.*")
    return body


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


@pytest.mark.parametrize("part", ["entry", "bytes"])
@pytest.mark.parametrize("damage", ["torn", "emptied", "changed"])
def test_damaged_file_is_a_miss_and_goes(kept: Files, part: str, damage: str) -> None:
    kept.put(ADDRESS, entry(body=b"x" * 10_000))
    path = {"entry": file_of, "bytes": body_of}[part](kept)
    whole = path.read_bytes()
    damaged = {"torn": whole[:100], "emptied": b"", "changed": whole[:-1] + b"y"}
    path.write_bytes(damaged[damage])

    assert kept.get(STRICT.name, ADDRESS) is None
    assert not file_of(kept).exists()


def test_large_bytes_lie_in_a_file_of_nothing_else(kept: Files) -> None:
    content = os.urandom(10_000)

    kept.put(ADDRESS, entry(body=content))

    assert body_of(kept).read_bytes() == content
    head = kept.head(STRICT.name, ADDRESS)
    assert head is not None
    assert kept.body_path(head, ADDRESS) == body_of(kept)
    assert body_of(kept).stat().st_mtime == pytest.approx(head.dead_at, abs=0.001)


def test_small_bytes_and_json_lie_within_their_entry(kept: Files) -> None:
    for form, body in ((Form.BYTES, b"x" * 4000), (Form.JSON, b'"' + b"x" * 9000 + b'"')):
        kept.put(ADDRESS, entry(form=form, body=body))

        assert list(file_of(kept).parent.iterdir()) == [file_of(kept)]
        assert kept.head(STRICT.name, ADDRESS) is None


def test_entry_whose_bytes_are_gone_is_a_miss_and_goes(kept: Files) -> None:
    for read in (kept.get, kept.head):
        kept.put(ADDRESS, entry(body=b"x" * 10_000))
        body_of(kept).unlink()

        assert read(STRICT.name, ADDRESS) is None
        assert not file_of(kept).exists()


def test_entry_is_deleted_with_its_bytes(kept: Files) -> None:
    kept.put(ADDRESS, entry(body=b"x" * 10_000))

    kept.delete(STRICT.name, ADDRESS)

    assert not list(file_of(kept).parent.iterdir())


def test_under_one_name_there_are_never_other_bytes(kept: Files) -> None:
    kept.put(ADDRESS, entry(body=b"x" * 10_000))
    former = body_of(kept)

    kept.put(ADDRESS, entry(body=b"y" * 10_000))

    assert former.read_bytes() == b"x" * 10_000
    found = kept.get(STRICT.name, ADDRESS)
    assert found is not None
    assert found.body == b"y" * 10_000


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

    assert kept.written_bytes == sum(path.stat().st_size for path in (file_of(kept), body_of(kept)))
