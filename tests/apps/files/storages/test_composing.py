"""Of which pieces an object is composed."""

from hypothesis import given
from hypothesis import strategies as st

from apps.files.storages.composing import LEAST_PIECE_BYTES, MOST_COPIED_BYTES, Slice, pieces_of
from apps.files.types import Part

sizes = st.one_of(
    st.integers(0, 2 * LEAST_PIECE_BYTES),
    st.integers(0, 3 * MOST_COPIED_BYTES),
    st.sampled_from([0, 1, LEAST_PIECE_BYTES - 1, LEAST_PIECE_BYTES, LEAST_PIECE_BYTES + 1]),
)


def parts_of(given_sizes: list[int]) -> list[Part]:
    return [
        Part(object_name=str(number), size_bytes=size) for number, size in enumerate(given_sizes)
    ]


@given(st.lists(sizes, max_size=8))
def test_pieces_hold_every_byte_once_in_order(given_sizes: list[int]) -> None:
    told: dict[str, int] = {}
    for piece in pieces_of(parts_of(given_sizes)):
        for each in piece:
            assert told.get(each.object_name, 0) == each.start
            assert int(each.object_name) >= max(map(int, told), default=0)
            told[each.object_name] = each.end

    assert told == {str(number): size for number, size in enumerate(given_sizes) if size}


@given(st.lists(sizes, max_size=8))
def test_only_the_last_piece_may_be_small(given_sizes: list[int]) -> None:
    made = [sum(each.size_bytes for each in piece) for piece in pieces_of(parts_of(given_sizes))]

    assert all(size >= LEAST_PIECE_BYTES for size in made[:-1])
    assert all(0 < size <= MOST_COPIED_BYTES for size in made)


@given(st.lists(sizes, max_size=8))
def test_what_is_read_and_written_anew_fits_into_memory(given_sizes: list[int]) -> None:
    for piece in pieces_of(parts_of(given_sizes)):
        if len(piece) > 1:
            assert sum(each.size_bytes for each in piece) < 2 * LEAST_PIECE_BYTES


def test_large_parts_are_left_to_the_storage() -> None:
    parts = parts_of([LEAST_PIECE_BYTES, 8 * 1024 * 1024, 5])

    assert list(pieces_of(parts)) == [
        (Slice("0", 0, LEAST_PIECE_BYTES),),
        (Slice("1", 0, 8 * 1024 * 1024),),
        (Slice("2", 0, 5),),
    ]
