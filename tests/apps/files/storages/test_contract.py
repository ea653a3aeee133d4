"""What every storage promises, whichever it is."""

from datetime import timedelta
from io import BytesIO

import pytest

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.types import Part, Storage
from apps.kernel import clock
from tests.apps.files.storages.sources import BrokenSource, DribblingSource

NAME = "content/ab/abc"
OTHER = "content/cd/cde"
# More than a step, and not a multiple of one.
LONG = bytes(range(256)) * 2500


def put(storage: Storage, name: str, content: bytes) -> int:
    return storage.put(name, BytesIO(content), content_type="text/plain")


def content_of(storage: Storage, name: str) -> bytes:
    return b"".join(storage.read(name))


def names_of(storage: Storage, prefix: str) -> set[str]:
    return {found.name for found in storage.names(prefix)}


@pytest.mark.parametrize("content", [b"", b"a", LONG], ids=["empty", "a byte", "many steps"])
def test_what_was_put_is_read_again(storage: Storage, content: bytes) -> None:
    assert put(storage, NAME, content) == len(content)

    assert content_of(storage, NAME) == content
    assert storage.size(NAME) == len(content)


def test_slow_sender_is_heard_to_the_end(storage: Storage) -> None:
    assert storage.put(NAME, DribblingSource(LONG)) == len(LONG)

    assert content_of(storage, NAME) == LONG


def test_second_write_replaces_the_first(storage: Storage) -> None:
    put(storage, NAME, b"first, and longer")
    put(storage, NAME, b"second")

    assert content_of(storage, NAME) == b"second"


def test_sender_that_breaks_leaves_what_was_there(storage: Storage) -> None:
    put(storage, NAME, b"first")

    with pytest.raises(ConnectionResetError):
        storage.put(NAME, BrokenSource(LONG))

    assert content_of(storage, NAME) == b"first"
    assert names_of(storage, "") == {NAME}


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (0, len(LONG)), (300_000, 600_001), (7, 7), (len(LONG) - 1, None)]
)
def test_range_is_read(storage: Storage, start: int, end: int | None) -> None:
    put(storage, NAME, LONG)

    assert b"".join(storage.read(NAME, start=start, end=end)) == LONG[start:end]


def test_steps_are_of_256_kib(storage: Storage) -> None:
    put(storage, NAME, LONG)

    assert [len(step) for step in storage.read(NAME)] == [262_144, 262_144, 115_712]


def test_range_beyond_the_end_is_told_and_never_answered_with_less(storage: Storage) -> None:
    put(storage, NAME, b"twelve bytes")

    with pytest.raises(StorageUnavailable):
        b"".join(storage.read(NAME, start=4, end=13))


def test_nothing_follows_the_end(storage: Storage) -> None:
    put(storage, NAME, b"five!")
    put(storage, OTHER, b"")

    assert b"".join(storage.read(NAME, start=5)) == b""
    assert b"".join(storage.read(OTHER, start=0, end=0)) == b""


def test_absent_object_is_told(storage: Storage) -> None:
    with pytest.raises(ObjectMissing):
        content_of(storage, NAME)
    with pytest.raises(ObjectMissing):
        storage.size(NAME)
    with pytest.raises(ObjectMissing):
        storage.move(NAME, OTHER)
    with pytest.raises(ObjectMissing):
        storage.compose([Part(object_name=NAME, size_bytes=1)], OTHER)


def test_parts_are_composed_in_their_order_and_stay(storage: Storage) -> None:
    put(storage, "incoming/one", b"one, ")
    put(storage, "incoming/two", b"two, ")
    parts = [
        Part(object_name="incoming/two", size_bytes=5),
        Part(object_name="incoming/one", size_bytes=5),
        Part(object_name="incoming/two", size_bytes=5),
    ]

    storage.compose(parts, NAME)

    assert content_of(storage, NAME) == b"two, one, two, "
    assert names_of(storage, "incoming/") == {"incoming/one", "incoming/two"}


def test_of_a_part_only_what_was_recorded_counts(storage: Storage) -> None:
    put(storage, "incoming/one", b"one, and what nobody recorded")
    put(storage, "incoming/two", b"two")

    storage.compose(
        [
            Part(object_name="incoming/one", size_bytes=5),
            Part(object_name="incoming/two", size_bytes=3),
        ],
        NAME,
    )

    assert content_of(storage, NAME) == b"one, two"


def test_nothing_is_composed_of_no_parts_or_of_empty_ones(storage: Storage) -> None:
    put(storage, "incoming/one", b"")
    storage.compose([], NAME)
    storage.compose([Part(object_name="incoming/one", size_bytes=0)], OTHER)

    assert content_of(storage, NAME) == content_of(storage, OTHER) == b""


def test_part_that_was_cut_is_told_and_nothing_is_composed(storage: Storage) -> None:
    put(storage, "incoming/one", b"four")

    with pytest.raises(StorageUnavailable):
        storage.compose([Part(object_name="incoming/one", size_bytes=5)], NAME)

    assert names_of(storage, "") == {"incoming/one"}


def test_composing_again_gives_the_same(storage: Storage) -> None:
    put(storage, "incoming/one", b"one")

    for _ in range(2):
        storage.compose([Part(object_name="incoming/one", size_bytes=3)], NAME)

    assert content_of(storage, NAME) == b"one"


def test_moved_object_has_the_other_name_alone(storage: Storage) -> None:
    put(storage, NAME, LONG)
    put(storage, OTHER, b"is replaced")

    storage.move(NAME, OTHER)

    assert names_of(storage, "") == {OTHER}
    assert content_of(storage, OTHER) == LONG


def test_moving_again_is_no_error(storage: Storage) -> None:
    put(storage, NAME, b"content")

    for _ in range(2):
        storage.move(NAME, OTHER)

    assert content_of(storage, OTHER) == b"content"


def test_deleted_objects_are_gone_and_absent_ones_are_no_error(storage: Storage) -> None:
    put(storage, NAME, b"one")
    put(storage, OTHER, b"two")
    put(storage, "content/cd/cdf", b"three")

    storage.delete([NAME, "content/ef/absent", OTHER])
    storage.delete([])

    assert names_of(storage, "") == {"content/cd/cdf"}


def test_many_are_deleted_at_once(storage: Storage) -> None:
    names = [f"incoming/{number}" for number in range(30)]
    for name in names:
        put(storage, name, b"")

    storage.delete(names)

    assert names_of(storage, "") == set()


def test_names_are_listed_by_how_they_begin(storage: Storage) -> None:
    for name in ("content/ab/abc", "content/ab/abd", "content/cd/cde", "incoming/ab"):
        put(storage, name, b"four")

    assert names_of(storage, "content/ab") == {"content/ab/abc", "content/ab/abd"}
    assert names_of(storage, "content/ab/abc") == {"content/ab/abc"}
    assert names_of(storage, "in") == {"incoming/ab"}
    assert names_of(storage, "renditions/") == set()


def test_listed_object_has_its_size_and_its_last_change(storage: Storage) -> None:
    put(storage, NAME, b"four")

    (found,) = storage.names(NAME)

    assert found.size_bytes == 4
    assert abs(found.changed_at - clock.now()) < timedelta(hours=1)


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../up", "content/../../up", "content//x", ".hidden", "a/.b", "ä"]
)
def test_name_that_we_would_not_make_is_refused(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="called"):
        put(storage, name, b"content")
    with pytest.raises(ValueError, match="called"):
        content_of(storage, name)
    with pytest.raises(ValueError, match="called"):
        storage.delete([name])
    with pytest.raises(ValueError, match="called"):
        storage.move(NAME, name)


def test_storage_that_can_be_written_to_is_well(storage: Storage) -> None:
    storage.check()

    assert names_of(storage, "") == set()


def test_part_grows_where_it_can(storage: Storage) -> None:
    if not storage.can_append:
        with pytest.raises(NotImplementedError):
            storage.append(NAME, b"one", at=0)
        return

    storage.append(NAME, b"one, ", at=0)
    storage.append(NAME, b"tow, ", at=5)
    storage.append(NAME, b"two!", at=5)
    storage.sync(NAME)

    storage.compose([Part(object_name=NAME, size_bytes=9)], OTHER)
    assert content_of(storage, OTHER) == b"one, two!"
    with pytest.raises(ValueError, match="ends before"):
        storage.append(NAME, b"a gap", at=100)
