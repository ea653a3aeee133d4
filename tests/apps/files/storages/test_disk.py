"""Files appear whole or not at all, and folders come and go with what they hold."""

import os
from pathlib import Path

import pytest

from apps.files.storages import disk


def _written(path: Path, content: bytes = b"content") -> Path:
    disk.make_folder(path.parent)
    path.write_bytes(content)
    return path


def test_file_takes_its_place_once_it_is_whole(tmp_path: Path) -> None:
    path, half = tmp_path / "a" / "whole", tmp_path / "b" / "half"

    with disk.writing_whole(path, half) as target:
        disk.write_all(target, b"content")
        assert not path.exists()

    assert path.read_bytes() == b"content"
    assert not half.exists()


def test_file_that_did_not_become_whole_leaves_what_was_there(tmp_path: Path) -> None:
    path, half = _written(tmp_path / "whole", b"first"), tmp_path / "half"

    def write_some() -> None:
        with disk.writing_whole(path, half) as target:
            disk.write_all(target, b"second")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_some()

    assert path.read_bytes() == b"first"
    assert not half.exists()


def test_two_writers_do_not_share_a_half(tmp_path: Path) -> None:
    half = _written(tmp_path / "half", b"another's")

    with pytest.raises(FileExistsError), disk.writing_whole(tmp_path / "whole", half):
        pytest.fail("It was opened.")


def test_renamed_file_finds_a_folder(tmp_path: Path) -> None:
    disk.rename(_written(tmp_path / "source"), tmp_path / "a" / "b" / "target")

    assert (tmp_path / "a" / "b" / "target").read_bytes() == b"content"
    with pytest.raises(FileNotFoundError):
        disk.rename(tmp_path / "source", tmp_path / "target")


def test_growing_file_keeps_what_it_has(tmp_path: Path) -> None:
    for at, content in ((0, b"one, "), (5, b"two")):
        descriptor = disk.open_growing(tmp_path / "a" / "part")
        disk.write_all(descriptor, content, at=at)
        os.close(descriptor)

    assert (tmp_path / "a" / "part").read_bytes() == b"one, two"


def test_writes_that_take_a_few_bytes_at_a_time_go_on_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, pwrite = os.write, os.pwrite
    monkeypatch.setattr(os, "write", lambda to, content: write(to, content[:3]))
    monkeypatch.setattr(os, "pwrite", lambda to, content, at: pwrite(to, content[:3], at))
    descriptor = disk.open_growing(tmp_path / "part")

    disk.write_all(descriptor, b"ten bytes.")
    disk.write_all(descriptor, b"TEN BYTES!", at=5)
    os.close(descriptor)

    assert (tmp_path / "part").read_bytes() == b"ten bTEN BYTES!"


@pytest.mark.parametrize(("asked", "copied"), [(0, 0), (4, 4), (7, 7), (100, 7)])
@pytest.mark.parametrize("is_able", [True, False], ids=["by itself", "with help"])
def test_first_bytes_are_copied_as_far_as_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: int, copied: int, *, is_able: bool
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(next(iter(disk._CANNOT_COPY)), "cannot")

    if not is_able:
        monkeypatch.setattr(os, "copy_file_range", refuse)
    path = _written(tmp_path / "source")

    with path.open("rb") as source, (tmp_path / "target").open("wb") as target:
        assert disk.copy(source.fileno(), target.fileno(), asked) == copied

    assert (tmp_path / "target").read_bytes() == b"content"[:copied]


def test_empty_folders_are_tidied_away_up_to_the_root(tmp_path: Path) -> None:
    kept = _written(tmp_path / "a" / "kept").parent
    disk.make_folder(kept / "b" / "c")

    disk.tidy_away(kept / "b" / "c", tmp_path)
    disk.tidy_away(kept / "absent", tmp_path)

    assert list(kept.iterdir()) == [kept / "kept"]
    (kept / "kept").unlink()
    disk.tidy_away(kept, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_others_tidy_away_meanwhile_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = disk.make_folder
    left = ["once", "twice"]

    def make_in_vain(folder: Path) -> None:
        make(folder)
        if left:
            left.pop()
            folder.rmdir()

    monkeypatch.setattr(disk, "make_folder", make_in_vain)

    os.close(disk.open_growing(tmp_path / "a" / "part"))

    assert (tmp_path / "a" / "part").exists()
    assert not left
