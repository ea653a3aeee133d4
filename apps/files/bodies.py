"""The bytes of a request as they come: also of one that is cut, and of one in chunks.

Django's request object gives neither (R3 section 1.6), so `wsgi.input` is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.api.errors import BadRequest, UnsupportedMediaType
from apps.files.types import ByteSource

STEP_BYTES = 256 * 1024


class Body:
    """A request's body in steps; once it was read, it knows whether all of it came."""

    def __init__(self, source: ByteSource, *, length_bytes: int | None) -> None:
        self._source = source
        # What the header says; None for chunks, whose end is wherever they end.
        self.length_bytes = length_bytes
        self.read_bytes = 0

    @property
    def is_empty(self) -> bool:
        """Whether its header says that there is no body."""
        return self.length_bytes == 0

    @property
    def is_cut(self) -> bool:
        """Whether fewer bytes came than were said: granian tells of no other sign of it."""
        return self.length_bytes is not None and self.read_bytes < self.length_bytes

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes that come; a sender who is gone has sent all they will."""
        while block := self._next():
            self.read_bytes += len(block)
            yield block

    def _next(self) -> bytes:
        wanted = STEP_BYTES
        if self.length_bytes is not None:
            # Some servers wait for more than there is.
            wanted = min(wanted, self.length_bytes - self.read_bytes)
        try:
            return self._source.read(wanted) if wanted else b""
        except OSError:
            return b""


def body_of(environ: Mapping[str, Any]) -> Body:
    """Return the body of a request; raises BadRequest and UnsupportedMediaType."""
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the bytes without a Content-Encoding.")
    is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return Body(environ["wsgi.input"], length_bytes=None if is_chunked else _length(environ))


def _length(environ: Mapping[str, Any]) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise BadRequest("The Content-Length is not a number of bytes.")
    return int(text[:20])
