"""Unfolding: finds what is packed in bytes that stream by, and unfolds it, within bounds.

Members of zips are found by their own headers, wherever these stand: the directory at an
archive's end may be missing, lie, or belong to a file that begins as something else.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

MOST_DEPTH = 6
MOST_UNFOLDED_BYTES = 1024 * 1024 * 1024
MOST_RATIO = 100
# So much any file may unfold to.
FREE_BYTES = 64 * 1024 * 1024
# Of one layer, at once: honest archives have their members one after the other.
MOST_OPEN_MEMBERS = 16
STEP_BYTES = 256 * 1024

# APPNOTE.TXT 6.3.10, section 4.3.7: signature, version, flags, method, time, date, CRC, both
# sizes, lengths of name and extra field.
_HEADER = struct.Struct("<4sHHHHHIIIHH")
_SIGNATURE = b"PK\x03\x04"
_LATEST_VERSION = 63
_LONGEST_NAME = 1024
_ENCRYPTED = 0x1
_STORED, _DEFLATED = 0, 8


class TooMuch(Exception):
    """More layers, members or bytes than are looked into."""


class Unreadable(Exception):
    """A member is encrypted, or packed in a way that is not read here."""


class Sink(Protocol):
    """What the bytes of one layer go to."""

    def feed(self, content: bytes) -> None:
        """Take the bytes that follow."""

    def end(self) -> None:
        """Take note that nothing follows."""


@dataclass
class Budget:
    """How many bytes may still be unfolded, over all layers of a file."""

    left_bytes: int

    @classmethod
    def of(cls, size_bytes: int) -> Self:
        """Return what a file of so many bytes may unfold to, whatever its directory says."""
        return cls(min(max(MOST_RATIO * size_bytes, FREE_BYTES), MOST_UNFOLDED_BYTES))

    def take(self, size_bytes: int) -> None:
        """Count bytes; raises TooMuch."""
        self.left_bytes -= size_bytes
        if self.left_bytes < 0:
            raise TooMuch


@dataclass
class _Member:
    """A deflated member on its way: folded bytes go in, the next layer gets what comes out."""

    layer: "Layer"
    skipped_bytes: int
    inflater: "zlib._Decompress" = field(default_factory=lambda: zlib.decompressobj(-15))

    def feed(self, folded: bytes) -> bool:
        """Take bytes that follow; return whether more are wanted."""
        passed_over = min(self.skipped_bytes, len(folded))
        self.skipped_bytes -= passed_over
        folded = folded[passed_over:]
        while folded:
            try:
                unfolded = self.inflater.decompress(folded, STEP_BYTES)
            except zlib.error:
                return False
            self.layer.feed(unfolded)
            if self.inflater.eof:
                return False
            folded = self.inflater.unconsumed_tail
        return True


class Layer:
    """The bytes of a file, or of a member at some depth of it, as they stream by."""

    def __init__(
        self, open_sink: Callable[[int], "Sink"], *, depth: int = 0, budget: Budget
    ) -> None:
        if depth > MOST_DEPTH:
            raise TooMuch
        self._open_sink = open_sink
        self._sink = open_sink(depth)
        self._depth = depth
        self._budget = budget
        self._members: list[_Member] = []
        # The end of what came, in which a header may have begun.
        self._rest = b""

    def feed(self, content: bytes) -> None:
        """Take the bytes that follow. Raises TooMuch and Unreadable, and what the sink raises."""
        if self._depth:
            self._budget.take(len(content))
        self._sink.feed(content)
        self._feed_members(content)
        self._find_members(content)

    def end(self) -> None:
        """Say that nothing follows."""
        for member in self._members:
            member.layer.end()
        self._members = []
        self._sink.end()

    def _feed_members(self, content: bytes) -> None:
        still_open = []
        for member in self._members:
            if member.feed(content):
                still_open.append(member)
            else:
                member.layer.end()
        self._members = still_open

    def _find_members(self, content: bytes) -> None:
        known = self._rest + content
        place = known.find(_SIGNATURE)
        while 0 <= place <= len(known) - _HEADER.size:
            self._begin_member(known, place)
            place = known.find(_SIGNATURE, place + 1)
        kept_from = place if place >= 0 else max(len(known) - len(_SIGNATURE) + 1, 0)
        self._rest = known[kept_from:]

    def _begin_member(self, known: bytes, place: int) -> None:
        _, version, flags, method, *_, name_length, extra_length = _HEADER.unpack_from(known, place)
        if version > _LATEST_VERSION or not 0 < name_length <= _LONGEST_NAME:
            return
        if flags & _ENCRYPTED or method not in {_STORED, _DEFLATED}:
            # On the outside it is for `archives` to say so, in words for the owner.
            if self._depth:
                raise Unreadable
            return
        if method == _STORED:
            return
        if len(self._members) >= MOST_OPEN_MEMBERS:
            raise TooMuch
        layer = Layer(self._open_sink, depth=self._depth + 1, budget=self._budget)
        member = _Member(layer=layer, skipped_bytes=_HEADER.size + name_length + extra_length)
        if member.feed(known[place:]):
            self._members.append(member)
        else:
            layer.end()
