"""What lies in the folder is told by names and times."""

from pathlib import Path

from apps.caching.inventory import items
from apps.caching.layers.stack import address_of, stack
from tests.apps.caching.samples import STRICT, entry


def test_entries_are_known_with_when_they_die(folder: Path) -> None:
    written = entry("key", body=b"x" * 10_000)
    address = address_of(STRICT.name, "key")
    stack().files.put(address, written)

    (item,) = items(stack().files.entries_folder)

    assert (item.namespace, item.address) == (STRICT.name, address)
    assert item.is_entry
    assert not item.is_half_written
    assert abs(item.dead_at - written.dead_at) < 0.001
    assert item.size_bytes >= 10_000


def test_bytes_that_no_entry_names_are_told_apart(folder: Path) -> None:
    address, files = address_of(STRICT.name, "key"), stack().files
    files.put(address, entry("key", body=b"x" * 10_000))
    (first,) = items(files.entries_folder)
    files.put(address, entry("key", body=b"y" * 10_000))

    found = sorted(items(files.entries_folder), key=lambda item: item.is_entry)

    assert [item.is_entry for item in found] == [False, True]
    assert [item.is_body for item in found] == [True, False]
    assert found[0].path == first.body_path
    found[1].path.unlink()
    assert [item.is_body for item in items(files.entries_folder)] == [True, True]


def test_other_files_are_told_apart(folder: Path) -> None:
    entries = stack().files.entries_folder
    address = address_of(STRICT.name, "key")
    for path in (
        entries / "readme",
        entries / STRICT.name / address[:2] / f"{address}.1.part",
        entries / STRICT.name / "zz" / address,
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")

    found = list(items(entries))

    assert [item.is_entry for item in found] == [False] * 3
    assert sum(item.is_half_written for item in found) == 1


def test_folder_that_is_not_there_holds_nothing(folder: Path) -> None:
    assert not list(items(folder))
