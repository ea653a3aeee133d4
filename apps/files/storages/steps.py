"""Bytes in steps: what a source holds, and steps put together to larger pieces."""

from collections.abc import Iterator

from apps.files.types import ByteSource

STEP_BYTES = 256 * 1024


class SourceFailed(Exception):
    """The sender of the bytes failed, not the storage."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason


def steps_of(source: ByteSource, step_bytes: int = STEP_BYTES) -> Iterator[bytes]:
    """Yield what a source holds, in steps that are full but for the last; raises SourceFailed."""
    while step := _step(source, step_bytes):
        yield step


def gathered(steps: Iterator[bytes], piece_bytes: int) -> Iterator[bytes]:
    """Yield the steps together, in pieces of at least so many bytes but for the last."""
    piece = bytearray()
    for step in steps:
        piece += step
        if len(piece) >= piece_bytes:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _step(source: ByteSource, wanted_bytes: int) -> bytes:
    pieces: list[bytes] = []
    try:
        while wanted_bytes and (piece := source.read(wanted_bytes)):
            pieces.append(piece)
            wanted_bytes -= len(piece)
    except OSError as error:
        raise SourceFailed(error) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
