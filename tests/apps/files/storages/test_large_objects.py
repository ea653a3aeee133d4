"""Objects so large that some storages write them in pieces."""

from collections.abc import Iterator
from itertools import islice

import pytest

from apps.files.errors import StorageUnavailable
from apps.files.types import Part, Storage
from tests.apps.files.storages.sources import BrokenSource, DribblingSource
from tests.apps.files.storages.test_contract import content_of, names_of, put

MEBIBYTE = 1024 * 1024
# No two of its pieces are alike.
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(5 * MEBIBYTE))
TARGET = "incoming/whole"


def pieces(*sizes: int) -> Iterator[bytes]:
    """Cut the content."""
    rest = iter(CONTENT)
    return (bytes(islice(rest, size)) for size in sizes)


@pytest.mark.parametrize("size_bytes", [8 * MEBIBYTE, 8 * MEBIBYTE + 1, 20 * MEBIBYTE])
def test_what_was_put_is_read_again(storage: Storage, size_bytes: int) -> None:
    assert put(storage, TARGET, CONTENT[:size_bytes]) == size_bytes

    assert content_of(storage, TARGET) == CONTENT[:size_bytes]


def test_sender_that_breaks_in_the_middle_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(ConnectionResetError):
        storage.put(TARGET, BrokenSource(CONTENT[: 17 * MEBIBYTE]))

    assert names_of(storage, "") == set()


@pytest.mark.parametrize(
    "sizes",
    [
        (6 * MEBIBYTE, 6 * MEBIBYTE, 1),
        (8 * MEBIBYTE, 3, 9 * MEBIBYTE, 5, 7),
        (1, 0, 12 * MEBIBYTE),
        (3 * MEBIBYTE, 3 * MEBIBYTE, 3 * MEBIBYTE, 3 * MEBIBYTE),
        (9 * MEBIBYTE,),
    ],
    ids=["large", "large and small", "small first", "only small", "one"],
)
def test_parts_of_any_sizes_are_composed(storage: Storage, sizes: tuple[int, ...]) -> None:
    parts = []
    for number, content in enumerate(pieces(*sizes)):
        put(storage, f"incoming/{number}", content)
        parts.append(Part(object_name=f"incoming/{number}", size_bytes=len(content)))

    storage.compose(parts, TARGET)

    assert content_of(storage, TARGET) == CONTENT[: sum(sizes)]


def test_of_a_large_part_only_what_was_recorded_counts(storage: Storage) -> None:
    put(storage, "incoming/one", CONTENT[: 10 * MEBIBYTE])
    put(storage, "incoming/two", b"the end")

    storage.compose(
        [
            Part(object_name="incoming/one", size_bytes=9 * MEBIBYTE),
            Part(object_name="incoming/two", size_bytes=7),
        ],
        TARGET,
    )

    assert content_of(storage, TARGET) == CONTENT[: 9 * MEBIBYTE] + b"the end"


def test_large_part_that_was_cut_is_told_and_nothing_is_composed(storage: Storage) -> None:
    put(storage, "incoming/one", CONTENT[: 9 * MEBIBYTE])

    with pytest.raises(StorageUnavailable):
        storage.compose([Part(object_name="incoming/one", size_bytes=9 * MEBIBYTE + 1)], TARGET)

    assert names_of(storage, "") == {"incoming/one"}


def test_large_object_is_moved(storage: Storage) -> None:
    put(storage, TARGET, CONTENT)

    storage.move(TARGET, "content/ab/abc")

    assert names_of(storage, "") == {"content/ab/abc"}
    assert content_of(storage, "content/ab/abc") == CONTENT


def test_slow_sender_of_much_is_heard_to_the_end(storage: Storage) -> None:
    assert storage.put(TARGET, DribblingSource(CONTENT[: 9 * MEBIBYTE])) == 9 * MEBIBYTE

    assert content_of(storage, TARGET) == CONTENT[: 9 * MEBIBYTE]
