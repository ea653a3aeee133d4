"""A file is whole or not there."""

from pathlib import Path

import pytest

from apps.caching.whole_files import write_whole


def test_file_is_written_with_its_folder_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"

    write_whole(path, b"one")
    write_whole(path, b"two", changed_at=2_000_000_000.5)

    assert path.read_bytes() == b"two"
    assert path.stat().st_mtime == 2_000_000_000.5
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_left_of_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no"):
        write_whole(tmp_path / "a", b"one")

    assert list(tmp_path.iterdir()) == []
