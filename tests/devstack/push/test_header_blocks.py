"""The quick way reads and writes what hpack itself does, and leaves the rest to it."""

from hpack import Decoder, Encoder, HPACKError
from hypothesis import given
from hypothesis import strategies as st

from devstack.push.header_blocks import PlainEncoder, QuickDecoder

_texts = st.binary(max_size=400)
_headers = st.lists(st.tuples(_texts, _texts), max_size=8)
LONG = [(b":path", b"/3/device/" + b"ab" * 32), (b"authorization", b"bearer " + b"x" * 300)]


@given(_headers)
def test_what_is_written_plainly_is_read_by_hpack(headers: list[tuple[bytes, bytes]]) -> None:
    block = PlainEncoder().encode(headers)

    assert list(Decoder().decode(block, raw=True)) == headers


@given(_headers)
def test_what_is_written_plainly_is_read_at_once(headers: list[tuple[bytes, bytes]]) -> None:
    block = PlainEncoder().encode(headers)

    assert list(QuickDecoder().decode(block, raw=True)) == headers


@given(blocks=st.lists(_headers, max_size=4), huffman=st.booleans())
def test_blocks_with_a_table_are_read_as_by_hpack(
    blocks: list[list[tuple[bytes, bytes]]], *, huffman: bool
) -> None:
    encoder, decoder = Encoder(), QuickDecoder()

    read = [list(decoder.decode(encoder.encode(each, huffman), raw=True)) for each in blocks]

    assert read == blocks


@given(st.integers(1, len(PlainEncoder().encode(LONG)) - 1))
def test_block_that_is_cut_is_read_no_further_than_by_hpack(length: int) -> None:
    block = PlainEncoder().encode(LONG)[:length]

    try:
        expected: object = list(Decoder().decode(block, raw=True))
    except HPACKError as error:
        expected = type(error)
    try:
        found: object = list(QuickDecoder().decode(block, raw=True))
    except HPACKError as error:
        found = type(error)

    assert found == expected


def test_table_that_the_other_side_made_smaller_is_acknowledged() -> None:
    encoder, decoder = PlainEncoder(), Decoder()
    encoder.header_table_size = 0

    blocks = [encoder.encode([(":status", "200")]) for _ in range(2)]

    assert blocks == [b"\x20\x88", b"\x88"]
    assert [str(value) for _, value in decoder.decode(blocks[0])] == ["200"]
    assert decoder.header_table_size == 0
