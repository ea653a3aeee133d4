"""Which bytes of a whole a client asks for (RFC 9110 section 14)."""

import re
from dataclasses import dataclass

_RANGES = re.compile(r"bytes=(?P<specs>[0-9,\- \t]+)", re.IGNORECASE)
_SPEC = re.compile(r"(?P<first>[0-9]*)-(?P<last>[0-9]*)")
# No file has more digits of bytes; Python takes its time with numbers of thousands.
_MOST_DIGITS = 18
# Whoever asks for more pieces than that is given the whole.
_LONGEST_HEADER = 200


@dataclass(frozen=True)
class Span:
    """Bytes from ``start`` up to, not including, ``end``."""

    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many bytes these are."""
        return self.end - self.start


class Unsatisfiable(Exception):
    """All that is asked for lies behind the end."""


def asked_span(header: str, *, size_bytes: int) -> Span | None:
    """Return the one piece that a Range header asks for; None where the whole is to be given.

    The whole is given where the header is malformed or of another unit, and where several pieces
    are asked for, at least one of which is there: a server may ignore such a header (section
    14.2), and who puts files together from pieces asks for them one by one. Raises Unsatisfiable.
    """
    found = _RANGES.fullmatch(header.strip()) if len(header) <= _LONGEST_HEADER else None
    if found is None:
        return None
    specs = [spec.strip(" \t") for spec in found["specs"].split(",")]
    read = [_SPEC.fullmatch(spec) for spec in specs if spec]
    pairs = [(each["first"], each["last"]) for each in read if each is not None]
    if not pairs or len(pairs) < len(read) or not all(map(_is_valid, pairs)):
        return None
    spans = [span for pair in pairs if (span := _span(pair, size_bytes)) is not None]
    if not spans:
        raise Unsatisfiable
    return spans[0] if len(pairs) == 1 else None


def _is_valid(pair: tuple[str, str]) -> bool:
    first, last = pair
    if (not first and not last) or max(len(first), len(last)) > _MOST_DIGITS:
        return False
    return not (first and last) or int(first) <= int(last)


def _span(pair: tuple[str, str], size_bytes: int) -> Span | None:
    first, last = pair
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
    return Span(start, end) if start < end else None
