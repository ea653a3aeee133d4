"""Headers of HTTP/2 (HPACK, RFC 7541) read and written quickly where they are written plainly.

A client in a hurry writes each header out as it is; so do we. That takes hpack's own way, bit by
bit in Python, a third of the time of a request. Blocks of any other kind still go that way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hpack import Decoder, Encoder, HeaderTuple
from typing_extensions import override

_STATUS_200 = b"\x88"
# Literals that enter no table: with and without leave to do so further on (section 6.2).
_PLAIN = (0x00, 0x10)


class QuickDecoder(Decoder):
    """Reads blocks of plain literals at once."""

    @override
    def decode(self, data: bytes, raw: bool = False) -> Iterable[HeaderTuple]:
        """Return the headers of a block; raises HPACKError."""
        found = _literals(data) if raw else None
        return super().decode(data, raw) if found is None else found


class PlainEncoder(Encoder):
    """Writes plain literals, and uses no table."""

    @override
    def encode(self, headers: Iterable[Any], huffman: bool = True) -> bytes:
        """Return the block of some headers, given as pairs of bytes or text."""
        # A table that was made smaller is acknowledged, unused as it is (section 4.2).
        start = super().encode(()) if self.header_table.resized else b""
        return start + b"".join([_written(_bytes(name), _bytes(value)) for name, value in headers])


def _literals(block: bytes) -> list[HeaderTuple] | None:
    """Return the headers of a block of nothing but plain literals; None for any other."""
    headers, at, end = [], 0, len(block)
    try:
        while at < end:
            if block[at] not in _PLAIN:
                return None
            texts = []
            for _ in range(2):
                at += 1
                length = block[at]
                if length >= 0x7F:
                    length, at = _long_length(block, at)
                texts.append(block[at + 1 : at + 1 + length])
                at += length
            headers.append(HeaderTuple(*texts))
            at += 1
    except (IndexError, ValueError):
        return None
    return headers if at == end else None


def _long_length(block: bytes, at: int) -> tuple[int, int]:
    """Return a length beyond one byte, and where its last byte is; raises ValueError."""
    if block[at] & 0x80:
        raise ValueError("This text is squeezed (Huffman).")
    length, shift = 0x7F, 0
    while True:
        at += 1
        length += (block[at] & 0x7F) << shift
        shift += 7
        if not block[at] & 0x80:
            return length, at


def _written(name: bytes, value: bytes) -> bytes:
    if name == b":status" and value == b"200":
        return _STATUS_200
    return b"\x00" + _length(len(name)) + name + _length(len(value)) + value


def _length(number: int) -> bytes:
    if number < 0x7F:
        return bytes((number,))
    rest = bytearray((0x7F,))
    number -= 0x7F
    while number >= 0x80:
        rest.append(number & 0x7F | 0x80)
        number >>= 7
    rest.append(number)
    return bytes(rest)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
